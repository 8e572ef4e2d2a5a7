"""`funnel`: how many came to each stage, which share will, how long it takes; of a cohort, open cases left open."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Text, case, cast, func, literal, select, text

from services.journeys.estimates.registry import Params, estimator
from services.journeys.model import Application, Course, EnablerCourse, Lapse, Milestone
from services.journeys.model.narrowing import narrowed, scope
from services.journeys.policy import EXITS
from services.journeys.policy.funnel import FUNNELS, Of, pairs, told
from services.journeys.policy.incidence import ENDED, OPEN, REACHED
from services.journeys.policy.questions import Question, moments
from shared.errors import FieldError, Invalid
from shared.storage.tx import Uow

ROWS: dict[Of, Any] = {Of.people: Course, Of.applications: Application, Of.enablers: EnablerCourse}


class CohortParams(Params):
    """A cohort: who came to the stage `start` (its own one when none is named) between two days (UTC).

    `as_of` is a day: only what was known at its end counts; without it, what is known now.
    """

    of: Of = Of.people
    start: str | None = None
    since: date | None = None
    until: date | None = None
    as_of: date | None = None


@estimator("funnel", version=1, params=CohortParams)
class CohortFunnel:
    """Stages from the start on; the data are counts by pair of stages, day and outcome."""

    async def load(self, uow: Uow, question: Question) -> Any:
        asked = CohortParams(**question.params)
        cohort = Cohort(uow, question, asked)
        found: dict[str, list[tuple[int, int, int]]] = {}
        for pair, day, outcome, count in (await uow.execute(cohort.counts(pairs(asked.of, cohort.start)))).all():
            found.setdefault(pair, []).append((day, outcome, count))
        return {"of": str(asked.of), "start": cohort.start, "counts": found}

    def compute(self, data: Any, seed: int) -> dict[str, Any]:
        counts = {tuple(pair.split(">")): rows for pair, rows in data["counts"].items()}
        return {"of": data["of"], "start": data["start"], **told(Of(data["of"]), data["start"], counts)}


class Cohort:
    """The rows of a question, with each stage's day as it was known then."""

    def __init__(self, uow: Uow, question: Question, asked: CohortParams) -> None:
        self.of, self.funnel, self.row = asked.of, FUNNELS[asked.of], ROWS[asked.of]
        self.start = asked.start or self.funnel.start
        if self.start not in self.funnel.chain[:-1]:
            raise Invalid(errors=[FieldError("#/params/start", f"one of {', '.join(self.funnel.chain[:-1])}")])
        _, then = moments(None, asked.as_of)
        self.then = min(then, uow.now) if then else uow.now
        self.past = asked.as_of is not None
        self.where = [scope(self.of, uow.caller), *narrowed(self.of, question.rule)]
        self.since, self.until = moments(asked.since, asked.until)

    def reached(self, stage: str) -> ColumnElement[Any]:
        """When a stage was reached: with a later one of the chain at the latest; null for what came after then."""
        funnel, row = self.funnel, self.row
        chain = funnel.chain
        names = [stage] if stage in funnel.branches else chain[chain.index(stage) :]
        columns = [getattr(row, funnel.stages[name]) for name in names]
        first = func.least(*columns) if len(columns) > 1 else columns[0]
        return case((first <= self.then, first))

    def ended(self) -> ColumnElement[Any]:
        """When it ended otherwise, as known then: an exit of the application, or no sign of life for too long."""
        if self.of is Of.applications:
            return self._exit()
        key = Course.person_id if self.of is Of.people else EnablerCourse.enabler_id
        if not self.past:
            row = self.row
            return case(
                (row.lapsed_at > func.coalesce(row.won_back_at, text("'-infinity'::timestamptz")), row.lapsed_at)
            )
        last = select(case((Lapse.back.is_(False), Lapse.at))).where(Lapse.subject_id == key, Lapse.at <= self.then)  # type: ignore[attr-defined]
        return last.order_by(Lapse.at.desc(), Lapse.id).limit(1).correlate(self.row).scalar_subquery()  # type: ignore[attr-defined]

    def _exit(self) -> ColumnElement[Any]:
        exits = [str(status) for status in EXITS]
        if not self.past:
            return case((Application.status.in_(exits), Application.status_at))  # type: ignore[attr-defined]
        last = select(case((Milestone.status.in_(exits), Milestone.at)))  # type: ignore[attr-defined]
        last = last.where(Milestone.application_id == Application.id, Milestone.at <= self.then)
        return last.order_by(Milestone.sequence.desc()).limit(1).correlate(Application).scalar_subquery()  # type: ignore[attr-defined]

    def base(self, *more: Any) -> Any:
        """One row a case: `at_<stage>` and `ended` as days, and what else is asked for."""
        entry, day = self.reached(self.start), lambda moment: cast(moment, Date)
        stages = [self.start, *self.funnel.from_on(self.start)]
        columns = [day(self.reached(stage)).label(f"at_{stage}") for stage in stages]
        where = [*self.where, entry.is_not(None)]
        where += [entry >= self.since] if self.since else []
        where += [entry < self.until] if self.until else []
        return select(*columns, day(self.ended()).label("ended"), *more).where(*where).cte("b")

    def counts(self, wanted: list[tuple[str, str]], *more: Any) -> Any:
        """(pair, day, outcome, how many) for every pair of stages at once, by what else is asked for."""
        base = self.base(*more)
        extra = [base.c[one.name] for one in more]
        ways = [(f"{a}>{b}", base.c[f"at_{a}"], base.c[f"at_{b}"]) for a, b in wanted]
        parts = [self._pair(base, *way, extra) for way in ways]
        return parts[0].union_all(*parts[1:]) if len(parts) > 1 else parts[0]

    def _pair(self, base: Any, name: str, begun: Any, came: Any, extra: list[Any]) -> Any:
        ended = case((base.c.ended >= begun, base.c.ended))
        day = func.coalesce(came, ended, cast(self.then, Date)).op("-", return_type=Integer())(begun)
        outcome = case((came.is_not(None), REACHED), (ended.is_not(None), ENDED), else_=OPEN)
        columns = [cast(literal(name), Text).label("pair"), day.label("day"), outcome.label("outcome")]
        query = select(*columns, func.count(), *extra).where(begun.is_not(None))
        return query.group_by(text("2"), text("3"), *extra)
