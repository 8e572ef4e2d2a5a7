"""`standing`: how many people and applications are at which stage now, for those who see everybody."""

from typing import Any

from sqlalchemy import func
from sqlmodel import select

from services.journeys.estimates.registry import estimator
from services.journeys.model import Application, Subject, applications_of, people_of
from services.journeys.policy.questions import Question
from shared.storage.tx import Uow


@estimator("standing", version=1)
class Standing:
    """Counts by profile, phase and status. Of everybody the worker keeps it by itself: the list of people shows it."""

    async def load(self, uow: Uow, question: Question) -> Any:
        return await counts_of(uow)

    def compute(self, data: Any, seed: int) -> dict[str, Any]:
        return dict(data)


async def counts_of(uow: Uow) -> dict[str, dict[str, int]]:
    """Of people by profile, phase and status, and of applications by status: how many the caller sees at each."""
    people = {"profile": Subject.profile, "phase": Subject.phase, "status": Subject.status}
    found = {name: await _counts(uow, column, people_of(uow.caller)) for name, column in people.items()}
    return found | {"applications": await _counts(uow, Application.status, applications_of(uow.caller))}


async def _counts(uow: Uow, column: Any, where: Any) -> dict[str, int]:
    rows = (await uow.execute(select(column, func.count()).where(where).group_by(column))).all()
    return {str(code): count for code, count in rows}
