"""How many are where, now."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import select

from services.journeys.model import (
    Application,
    Subject,
    applications_of,
    people_of,
)
from services.journeys.policy import FAIR, PHASES, Phase, Profile, Status, share
from services.journeys.schemas import (
    FunnelOut,
    Part,
    Split,
)
from shared.storage.tx import Uow


async def get_funnel(uow: Uow) -> FunnelOut:
    people, applications = people_of(uow.caller), applications_of(uow.caller)
    return FunnelOut(
        people_by_profile=await _split(uow, Subject.profile, people, list(Profile)),
        people_by_phase=await _split(uow, Subject.phase, people, list(Phase)),
        people_by_status=await _split(uow, Subject.status, people, list(PHASES)),
        applications_by_status=await _split(uow, Application.status, applications, list(Status)),
    )


async def _split(uow: Uow, column: Any, where: ColumnElement[bool], stages: Sequence[StrEnum]) -> Split:
    rows = (await uow.execute(select(column, func.count()).where(where).group_by(column))).all()
    counts = {str(code): count for code, count in rows}
    n = sum(counts.values())
    parts = [Part(code=stage, count=counts.get(stage, 0), share=share(counts.get(stage, 0), n)) for stage in stages]
    return Split(n=n, parts=parts, note="not enough data" if n < FAIR else None)
