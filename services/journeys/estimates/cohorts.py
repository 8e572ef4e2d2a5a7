"""`funnel-cohorts` and `funnel-periods`: the funnel by month of entry, and by month of what happened on both clocks."""

from datetime import date
from typing import Any

from sqlalchemy import Date, cast, func, select, text

from services.journeys.estimates.funnel import Cohort, CohortParams
from services.journeys.estimates.registry import Params, estimator
from services.journeys.model import Application, Course, Milestone
from services.journeys.model.narrowing import narrowed, scope
from services.journeys.policy.funnel import FUNNELS, Of, share_at
from services.journeys.policy.incidence import incidence
from services.journeys.policy.questions import Question, moments
from services.journeys.policy.shares import FAIR
from shared.errors import FieldError, Invalid
from shared.storage.scope import visible
from shared.storage.tx import Uow

HORIZONS = (30, 90, 180, 365)


class GoalParams(CohortParams):
    """Which stage is looked at; the approval when none is named."""

    goal: str = "approved"


def check_goal(cohort: Cohort, goal: str) -> None:
    """A goal lies behind the start."""
    if goal not in (after := cohort.funnel.from_on(cohort.start)):
        raise Invalid(errors=[FieldError("#/params/goal", f"one of {', '.join(after)}")])


@estimator("funnel-cohorts", version=1, params=GoalParams)
class MonthlyCohorts:
    """Of those who came in a month: which share came to the goal within so many days, open cases left open."""

    async def load(self, uow: Uow, question: Question) -> Any:
        asked = GoalParams(**question.params)
        cohort = Cohort(uow, question, asked)
        check_goal(cohort, asked.goal)
        month = cast(func.date_trunc("month", cohort.reached(cohort.start)), Date).label("month")
        found: dict[str, list[Any]] = {}
        query = cohort.counts([(cohort.start, asked.goal)], month)
        for _, day, outcome, count, came_in in (await uow.execute(query)).all():
            found.setdefault(came_in.isoformat(), []).append((day, outcome, count))
        return {"of": str(asked.of), "start": cohort.start, "goal": asked.goal, "months": found}

    def compute(self, data: Any, seed: int) -> dict[str, Any]:
        rows = []
        for month, counts in sorted(data["months"].items()):
            found = incidence(counts)
            came, ended = int(found.reached.sum()), int(found.ended.sum())
            within = [share_at(found, days) if found.horizon >= days else None for days in HORIZONS]
            rows.append({"month": month, "n": found.n, "came": came, "dropped": ended, "open": found.n - came - ended,
                         "within": within})  # fmt: skip
        said = {name: data[name] for name in ("of", "start", "goal")}
        return {**said, "horizons": list(HORIZONS), "months": rows, "least": FAIR}


class PeriodParams(Params):
    """Between which days (UTC) something happened; `as_of`: as known at the end of that day."""

    since: date | None = None
    until: date | None = None
    as_of: date | None = None


@estimator("funnel-periods", version=1, params=PeriodParams)
class Periods:
    """Moves and exits by month: when they were said, and on the day that they count for; per application and person."""

    async def load(self, uow: Uow, question: Question) -> Any:
        asked = PeriodParams(**question.params)
        said = await self._moves(uow, question, asked, Milestone.at)
        counted = await self._moves(uow, question, asked, Milestone.effective_on)
        return {"said": said, "effective": counted, "people": await self._people(uow, question, asked)}

    async def _moves(self, uow: Uow, question: Question, asked: PeriodParams, clock: Any) -> list[list[Any]]:
        row = Milestone
        where = [visible(uow.caller, sending=row.sending_entity_id, hosting=row.hosting_entity_id)]
        day = cast(clock, Date)
        where += [day >= asked.since] if asked.since else []
        where += [day <= asked.until] if asked.until else []
        _, then = moments(None, asked.as_of)
        where += [row.at < then] if then else []
        if conditions := narrowed(Of.applications, question.rule):
            where.append(row.application_id.in_(select(Application.id).where(*conditions)))  # type: ignore[attr-defined, call-overload]
        month = cast(func.date_trunc("month", clock), Date)
        counts = (func.count(func.distinct(row.application_id)), func.count(func.distinct(row.person_id)))
        query = select(month, row.status, *counts).where(*where).group_by(text("1"), text("2"))  # type: ignore[call-overload]
        return [[one.isoformat(), str(status), *n] for one, status, *n in (await uow.execute(query)).all()]

    async def _people(self, uow: Uow, question: Question, asked: PeriodParams) -> list[list[Any]]:
        """First times at the stages that no application tells of."""
        since, until = moments(asked.since, asked.until)
        _, then = moments(None, asked.as_of)
        found = []
        for stage in ("visited", "signed_up", "promoted", "again"):
            at = getattr(Course, FUNNELS[Of.people].stages[stage])
            where = [scope(Of.people, uow.caller), *narrowed(Of.people, question.rule), at.is_not(None)]
            where += [at >= since] if since else []
            where += [at < until] if until else []
            where += [at < then] if then else []
            month = cast(func.date_trunc("month", at), Date)
            query = select(month, func.count()).where(*where).group_by(text("1"))
            found += [[one.isoformat(), stage, n] for one, n in (await uow.execute(query)).all()]
        return found

    def compute(self, data: Any, seed: int) -> dict[str, Any]:
        names = ("month", "status", "applications", "people")
        clocks = {clock: [dict(zip(names, row, strict=True)) for row in sorted(data[clock])]
                  for clock in ("said", "effective")}  # fmt: skip
        people = [dict(zip(("month", "stage", "people"), row, strict=True)) for row in sorted(data["people"])]
        return {**clocks, "stages": people}
