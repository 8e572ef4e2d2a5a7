"""How many are where, now."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from services.journeys.estimates.kinds import KINDS
from services.journeys.estimates.standing import counts_of
from services.journeys.model import Estimate
from services.journeys.model.narrowing import view_of
from services.journeys.policy import FAIR, PHASES, Phase, Profile, Status, share
from services.journeys.policy.questions import LARGE, Question, View
from services.journeys.schemas import (
    FunnelOut,
    Part,
    Split,
)
from shared.storage.tx import Uow

SIZE = "SELECT reltuples FROM pg_class WHERE oid = 'subject'::regclass"


def standing_question() -> Question:
    """Where everybody stands: what the worker keeps by itself once there are many."""
    return Question("standing", KINDS["standing"].version, View.everything, None)


async def is_large(uow: Uow) -> bool:
    """Whether there are so many people that counting them takes longer than a page may."""
    return bool((await uow.fetch(SIZE))[0][0] > LARGE)


async def get_funnel(uow: Uow) -> FunnelOut:
    """Counted now; of everybody, where there are many, as the worker counted them last."""
    if view_of(uow.caller)[0] is View.everything and await is_large(uow):
        kept = await uow.find(Estimate, key=standing_question().key)
        if kept is not None and kept.result is not None:
            return _told(kept.result, as_of=kept.as_of)
    return _told(await counts_of(uow), as_of=uow.now)


def _told(counts: Mapping[str, Mapping[str, int]], as_of: Any) -> FunnelOut:
    return FunnelOut(
        people_by_profile=_split(counts["profile"], list(Profile)),
        people_by_phase=_split(counts["phase"], list(Phase)),
        people_by_status=_split(counts["status"], list(PHASES)),
        applications_by_status=_split(counts["applications"], list(Status)),
        as_of=as_of,
    )


def _split(counts: Mapping[str, int], stages: Sequence[StrEnum]) -> Split:
    n = sum(counts.values())
    parts = [Part(code=stage, count=counts.get(stage, 0), share=share(counts.get(stage, 0), n)) for stage in stages]
    return Split(n=n, parts=parts, note="not enough data" if n < FAIR else None)
