"""`funnel-rates`: of applications handed in between two days, how many passed each step, and how many are open."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select

from services.journeys.estimates.registry import Params, estimator
from services.journeys.model import Application, BothSides
from services.journeys.model.narrowing import narrowed, scope
from services.journeys.policy import EXITS
from services.journeys.policy.funnel import Of
from services.journeys.policy.questions import Question, moments
from shared.storage.tx import Uow

STAGES = ("submitted_at", "accepted_at", "signed_at", "approved_at", "realized_at", "completed_at")
STEPS = ("accepted", "signed", "approved", "realized", "completed", "answered", "promoter")
PATIENCE = timedelta(days=60)  # so long an answer may still come


class RatesParams(Params):
    """Which applications: handed in between these days (UTC), all of them where none is named."""

    since: date | None = None
    until: date | None = None


@estimator("funnel-rates", version=1, params=RatesParams)
class FunnelRates:
    """A step's `n` are those whose outcome is known: what is still open is neither passed nor lost."""

    async def load(self, uow: Uow, question: Question) -> Any:
        row: Any = Application
        asked = RatesParams(**question.params)
        since, until = moments(asked.since, asked.until)
        where = [
            scope(Of.applications, uow.caller),
            *narrowed(Of.applications, question.rule),
            row.submitted_at.is_not(None),
        ]
        where += [row.submitted_at >= since] if since else []
        where += [row.submitted_at < until] if until else []
        counts = [func.count()]
        for before, after in pairwise(STAGES):
            here, there = getattr(row, before), getattr(row, after)
            going = here.is_not(None) & there.is_(None) & row.status.not_in([str(status) for status in EXITS])
            counts += [func.count(there), func.count().filter(here.is_not(None)), func.count().filter(going)]
        both: Any = BothSides
        said = both.ep_at.is_not(None)
        waiting = row.completed_at.is_not(None) & both.ep_at.is_(None) & (row.completed_at > uow.now - PATIENCE)
        counts += [func.count().filter(said & row.completed_at.is_not(None)), func.count(row.completed_at)]
        counts += [func.count().filter(waiting), func.count().filter(both.ep_nps >= 9), func.count(both.ep_nps)]
        query = select(*counts).outerjoin(BothSides, both.application_id == row.id).where(*where)
        return list((await uow.execute(query)).one())

    def compute(self, data: Any, seed: int) -> dict[str, Any]:
        """Steps with `passed`, `n` and `open`."""
        volume, *rest = data
        *ways, glad, answered = rest
        steps = []
        for code, passed, came, going in zip(STEPS, ways[::3], ways[1::3], ways[2::3], strict=False):
            steps.append({"step": code, "passed": passed, "n": max(came - going, passed), "open": going})
        steps.append({"step": "promoter", "passed": glad, "n": answered, "open": 0})
        return {"volume": volume, "steps": steps}
