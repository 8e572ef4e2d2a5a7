"""Rows for moments of truth: per stay an outcome, what is known of it, and what went well of each touchpoint by then.

Only what was known when the outcome began to count is a factor: what was due and given before the answer to NPS, and
for going on what was due while the application was still in the step (a landmark, Anderson, Cain & Gelber 1983).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, and_, case, cast, func, literal, select, true

from services.journeys.estimates.observing import ANSWERED, ROWS, Observing, days, due_of, exit_of, failed, moment_of
from services.journeys.model import Answer, Application, Course, EnablerCourse, Entry, Occasion
from services.journeys.policy.blueprints import Blueprint, Item, Step, Unit

MOST_ROWS = 100_000  # of more, as many are taken by lot
PROMOTER, DETRACTOR = 9, 6


@dataclass(frozen=True, slots=True)
class Factor:
    """What may move an outcome: an item of a step, by one touchpoint, score or standard that it is measured by."""

    step: str
    item: str
    by: str  # touchpoint:<code>, score:<metric:about>, standard:<code>
    grace: int = 1

    @property
    def key(self) -> str:
        return f"{self.step}/{self.item}/{self.by}"

    @property
    def code(self) -> str:
        return self.by.partition(":")[2]


def factors_of(steps: Iterable[Step]) -> list[Factor]:
    return [factor for step in steps for item in step.items for factor in _of(step, item)]


def _of(step: Step, item: Item) -> list[Factor]:
    measured = item.measured
    by = [f"touchpoint:{code}" for code in measured.touchpoints] + [f"score:{code}" for code in measured.scores]
    by += [f"standard:{code}" for code in measured.standards]
    return [Factor(step.id, item.id, one, item.grace_days) for one in by]


KEYS: Mapping[Unit, Any] = {
    Unit.person: Course.person_id,
    Unit.application: Application.id,
    Unit.enabler: EnablerCourse.enabler_id,
}


class Sampling(Observing):
    """The reads for regressions: a table of units, then a column per factor."""

    async def nps(self, blueprint: Blueprint) -> dict[str, Any]:
        """Rows: stays whose customer said how likely they are to recommend the experience. Points: −100, 0, 100."""
        enabler = blueprint.customer == "enabler"
        points = case((Answer.score >= PROMOTER, 100), (Answer.score <= DETRACTOR, -100), else_=0)
        customer = Answer.enabler_id if enabler else Answer.person_id
        stay = Application.id
        columns = [
            stay.label("unit"), points.label("y"), Answer.at.label("at"), customer.label("customer"),  # type: ignore[attr-defined]
            cast(Application.product, String).label("product"),
            cast(Application.sending_entity_id, String).label("sending"),
            cast(Application.hosting_entity_id, String).label("hosting"),
            func.to_char(Answer.at, "YYYY-Q").label("quarter"),
        ]  # fmt: skip
        query = select(*columns).join(Application, Application.id == Answer.application_id)
        query = query.where(
            Answer.measure == "nps", Answer.about == "experience", Answer.party == ("enabler" if enabler else "ep"),
            self.seen(Answer), customer.is_not(None),  # type: ignore[union-attr]
        )  # fmt: skip
        base = query.order_by(func.md5(cast(stay, String)), Answer.at).limit(MOST_ROWS).cte("base")
        rows = (await self.uow.execute(select(base).order_by(base.c.unit, base.c.at))).all()
        table = Table.of(rows, "nps", ("product", "sending", "hosting", "quarter"))
        for factor in factors_of(blueprint.steps):
            found = await self._by_then(base, factor)
            table.add(factor.key, found)
        return table.as_json()

    async def _by_then(self, base: Any, factor: Factor) -> Sequence[Any]:
        """Per stay what this factor was when the answer was given."""
        if factor.by.startswith("touchpoint:"):
            last = due_of() + func.make_interval(0, 0, 0, factor.grace)
            bad = (failed()) | Occasion.late.is_(True) | (func.coalesce(Occasion.done_at, base.c.at) > last)  # type: ignore[union-attr]
            owed = (Occasion.state.is_distinct_from("skipped")) | failed()  # type: ignore[union-attr]
            query = select(base.c.unit, case((func.bool_or(bad), 0.0), else_=1.0))
            query = query.join(Occasion, Occasion.application_id == base.c.unit)
            query = query.where(Occasion.touchpoint == factor.code, owed, last < base.c.at)
        elif factor.by.startswith("score:"):
            metric, _, about = factor.code.partition(":")
            good = -Answer.score if metric == "ces1" else Answer.score
            query = select(base.c.unit, func.avg(good)).join(Answer, Answer.application_id == base.c.unit)
            query = query.where(Answer.measure == metric, Answer.about == about, Answer.at <= base.c.at)
            query = query.where(Answer.party == "ep") if about == "getting_started" else query
        else:
            word = Entry.facts["standards"][factor.code].astext
            query = select(base.c.unit, func.min(case((word == "yes", 1.0), (word == "no", 0.0))))
            query = query.join(Entry, and_(Entry.application_id == base.c.unit, Entry.at <= base.c.at))
            query = query.where(Entry.type.in_(ANSWERED), word.in_(("yes", "no")))  # type: ignore[attr-defined]
        return (await self.uow.execute(query.group_by(base.c.unit))).all()  # type: ignore[no-any-return]

    async def conversion(self, step: Step) -> dict[str, Any] | None:
        """Rows: who began the step long enough ago to be judged. 100: went on within `watch_days`, else 0."""
        wanted = [one for one in factors_of([step]) if one.by.startswith("touchpoint:")]
        if step.passes is None or not wanted or step.passes.of is Unit.member:
            return None
        unit, (_, row) = step.passes.of, ROWS[step.passes.of]
        key = KEYS[unit]
        customer = Application.person_id if unit is Unit.application else key
        begun, ended = moment_of(unit, step.passes.begins), moment_of(unit, step.passes.ends)
        watch = step.passes.watch_days
        end = begun + func.make_interval(0, 0, 0, watch)
        went = and_(ended >= begun, ended <= end)
        gone = func.least(case((went, ended)), exit_of(unit))
        columns = [
            key.label("unit"), customer.label("customer"), case((went, 100), else_=0).label("y"),
            begun.label("begun"), end.label("at"), gone.label("gone"), cast(row.product, String).label("product"),
            cast(getattr(row, "sending_entity_id", literal(None)), String).label("sending"),
            cast(getattr(row, "hosting_entity_id", literal(None)), String).label("hosting"),
            func.to_char(begun, "YYYY-Q").label("quarter"),
        ]  # fmt: skip
        query = select(*columns).where(*self.of(unit), begun.is_not(None), days(literal(self.uow.now), begun) >= watch)
        base = query.order_by(func.md5(cast(key, String))).limit(MOST_ROWS).cte("base")
        rows = (await self.uow.execute(select(base).order_by(base.c.unit))).all()
        table = Table.of(rows, "conversion", ("product", "sending", "hosting", "quarter"))
        whose = {
            Unit.person: Occasion.person_id, Unit.application: Occasion.application_id,
            Unit.enabler: Occasion.enabler_id,
        }[unit]  # fmt: skip
        for factor in wanted:
            table.add(factor.key, await self._at_landmark(base, whose, factor))
        return table.as_json()

    async def _at_landmark(self, base: Any, whose: Any, factor: Factor) -> Sequence[Any]:
        """Of those who were still in the step when the first of these was due (and its grace was over): was it done?"""
        last = due_of() + func.make_interval(0, 0, 0, factor.grace)
        owed = (Occasion.state.is_distinct_from("skipped")) | failed()  # type: ignore[union-attr]
        bad = failed() | Occasion.done_at.is_(None) | (Occasion.done_at > last)  # type: ignore[union-attr, operator]
        there = and_(last > base.c.begun, last < base.c.at, (base.c.gone.is_(None)) | (base.c.gone > last))
        query = select(base.c.unit, case((func.bool_or(bad), 0.0), else_=1.0)).join(Occasion, whose == base.c.unit)
        query = query.where(Occasion.touchpoint == factor.code, owed, there, true())
        return (await self.uow.execute(query.group_by(base.c.unit))).all()  # type: ignore[no-any-return]


class Table:
    """Units with an outcome; a column per factor, null where a unit can't tell. Text becomes whole numbers."""

    def __init__(self, outcome: str) -> None:
        self.outcome = outcome
        self.units: list[Any] = []
        self.values: list[float] = []
        self.customers: list[int] = []
        self.known: dict[str, list[int]] = {}
        self.factors: dict[str, list[float | None]] = {}

    @classmethod
    def of(cls, rows: Sequence[Any], outcome: str, known: Sequence[str]) -> "Table":
        table = cls(outcome)
        table.units = [row.unit for row in rows]
        table.values = [float(row.y) for row in rows]
        table.customers = numbered([row.customer for row in rows])
        table.known = {name: numbered([getattr(row, name) for row in rows]) for name in known}
        table.known = {name: codes for name, codes in table.known.items() if len(set(codes)) > 1}
        return table

    def add(self, key: str, found: Sequence[Any]) -> None:
        values: Mapping[Any, float] = {row[0]: float(row[1]) for row in found if row[1] is not None}
        if values:
            self.factors[key] = [values.get(unit) for unit in self.units]

    def as_json(self) -> dict[str, Any]:
        names = ("outcome", "values", "customers", "known", "factors")
        return {name: getattr(self, name) for name in names}


def numbered(values: Sequence[Any]) -> list[int]:
    """The same number for the same value, in the order in which they appear."""
    numbers: dict[Any, int] = {}
    return [numbers.setdefault(value, len(numbers)) for value in values]
