"""Rows for moments of truth: per stay an outcome, what is known of it, and what went well of each touchpoint by then.

Only what was known when the outcome began to count is a factor: what was due and given before the answer to NPS, and
for going on what was due while the application was still in the step (a landmark, Anderson, Cain & Gelber 1983).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, DateTime, String, Uuid, and_, case, cast, column, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from services.journeys.estimates.observing import ROWS, Observing, days, due_of, exit_of, failed, moment_of
from services.journeys.model import Answer, Application, Course, EnablerCourse, Judgement, Occasion
from services.journeys.policy.blueprints import Blueprint, Item, Step, Unit
from shared.contracts.surveys import Party

MOST_ROWS = 30_000  # of more, about as many are taken by lot
LOTS = 2**30
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

    async def nps(self, blueprint: Blueprint, answers: int) -> dict[str, Any]:
        """Rows: stays whose customer said how likely they are to recommend the experience, of so many answers.

        Points: −100, 0, 100.
        """
        points = case((Answer.score >= PROMOTER, 100), (Answer.score <= DETRACTOR, -100), else_=0)
        customer = Answer.enabler_id if self.party == Party.enabler else Answer.person_id
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
            Answer.measure == "nps", Answer.about == "experience", Answer.party == self.party,
            self.seen(Answer), customer.is_not(None), *lot(stay, answers),  # type: ignore[union-attr]
        )  # fmt: skip
        rows = (await self.uow.execute(query.order_by(stay, Answer.at))).all()
        base = given(rows, "unit", "at")
        table = Table.of(rows, "nps", ("product", "sending", "hosting", "quarter"))
        factors = factors_of(blueprint.steps)
        for read in (self._touchpoints, self._scores, self._standards):
            table.take(factors, await read(base, factors))
        return table.as_json()

    async def _all(self, query: Any) -> "ByCode":
        """(unit, what, how it was) as {what: {unit: how}}."""
        found: ByCode = {}
        for unit, what, how in (await self.uow.execute(query)).all():
            if how is not None:
                found.setdefault(what, {})[unit] = float(how)
        return found

    async def _touchpoints(self, base: Any, factors: Sequence[Factor]) -> "ByCode":
        """Per stay and touchpoint: whether all that was due by then had been done in time."""
        graces = graces_of(factors)
        if not graces:
            return {}
        last, what = last_of(graces), func.concat("touchpoint:", Occasion.touchpoint)
        bad = failed() | Occasion.late.is_(True) | (func.coalesce(Occasion.done_at, base.c.at) > last)  # type: ignore[union-attr]
        owed = (Occasion.state.is_distinct_from("skipped")) | failed()  # type: ignore[union-attr]
        query = select(base.c.unit, what, case((func.bool_or(bad), 0.0), else_=1.0))
        query = query.join(Occasion, Occasion.application_id == base.c.unit)
        query = query.where(Occasion.touchpoint.in_(list(graces)), owed, last < base.c.at)  # type: ignore[attr-defined]
        return await self._all(query.group_by(base.c.unit, what))

    async def _scores(self, base: Any, factors: Sequence[Factor]) -> "ByCode":
        """Per stay and score: the mean of what this customer had given by then; better is higher."""
        codes = [one.code for one in factors if one.by.startswith("score:")]
        what = func.concat("score:", Answer.measure, ":", Answer.about)
        good = func.avg(case((Answer.measure == "ces1", -Answer.score), else_=Answer.score))
        query = select(base.c.unit, what, good).join(Answer, Answer.application_id == base.c.unit)
        query = query.where(
            Answer.party == self.party, what.in_([f"score:{one}" for one in codes]), Answer.at <= base.c.at
        )
        return await self._all(query.group_by(base.c.unit, what)) if codes else {}

    async def _standards(self, base: Any, factors: Sequence[Factor]) -> "ByCode":
        """Per stay and standard: 1 when its customer had said yes by then, 0 when no."""
        row = Judgement
        codes = [one.code for one in factors if one.by.startswith("standard:")]
        word = func.jsonb_each_text(row.standards).table_valued("key", "value").alias("word")
        what = func.concat("standard:", word.c.key)
        query = select(base.c.unit, what, func.min(case((word.c.value == "yes", 1.0), else_=0.0)))
        query = query.join(row, and_(row.application_id == base.c.unit, row.at <= base.c.at)).join(word, true())
        query = query.where(row.party == self.party, word.c.key.in_(codes), word.c.value.in_(("yes", "no")))
        return await self._all(query.group_by(base.c.unit, what)) if codes else {}

    async def conversion(self, step: Step, watched: int) -> dict[str, Any] | None:
        """Rows: of so many who began the step long enough ago to judge. 100: went on within `watch_days`, else 0."""
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
        rows = (await self.uow.execute(query.where(*lot(key, watched)).order_by(key))).all()
        base = given(rows, "unit", "begun", "at", "gone")
        table = Table.of(rows, "conversion", ("product", "sending", "hosting", "quarter"))
        whose = {
            Unit.person: Occasion.person_id, Unit.application: Occasion.application_id,
            Unit.enabler: Occasion.enabler_id,
        }[unit]  # fmt: skip
        table.take(wanted, await self._at_landmark(base, whose, wanted))
        return table.as_json()

    async def _at_landmark(self, base: Any, whose: Any, factors: Sequence[Factor]) -> "ByCode":
        """Of those who were still in the step when the first of these was due (and its grace was over): was it done?"""
        graces = graces_of(factors)
        last, what = last_of(graces), func.concat("touchpoint:", Occasion.touchpoint)
        owed = (Occasion.state.is_distinct_from("skipped")) | failed()  # type: ignore[union-attr]
        bad = failed() | Occasion.done_at.is_(None) | (Occasion.done_at > last)  # type: ignore[union-attr, operator]
        there = and_(last > base.c.begun, last < base.c.at, (base.c.gone.is_(None)) | (base.c.gone > last))
        query = select(base.c.unit, what, case((func.bool_or(bad), 0.0), else_=1.0))
        query = query.join(Occasion, whose == base.c.unit)
        query = query.where(Occasion.touchpoint.in_(list(graces)), owed, there)  # type: ignore[attr-defined]
        return await self._all(query.group_by(base.c.unit, what))


def lot(key: Any, count: int) -> list[Any]:
    """Of so many rows about as many as are wanted, the same each time: by a hash of their ids."""
    if count <= MOST_ROWS:
        return []
    drawn = func.uuid_hash_extended(key, 0, type_=BigInteger).bitwise_and(LOTS - 1)
    return [drawn < math.ceil(LOTS * MOST_ROWS / count)]


def given(rows: Sequence[Any], *names: str) -> Any:
    """Rows that were read, as a table of the next query: none is drawn twice. `unit` is an id, the rest are moments."""
    kinds = [Uuid() if name == "unit" else DateTime(timezone=True) for name in names]
    lists = [
        literal([getattr(row, name) for row in rows], ARRAY(kind)) for name, kind in zip(names, kinds, strict=True)
    ]
    columns = [column(name, kind) for name, kind in zip(names, kinds, strict=True)]
    return func.unnest(*lists).table_valued(*columns).render_derived(name="base")


def graces_of(factors: Sequence[Factor]) -> dict[str, int]:
    """The touchpoints among these, with the days after due that are still in time."""
    return {one.code: one.grace for one in factors if one.by.startswith("touchpoint:")}


def last_of(graces: Mapping[str, int]) -> Any:
    """The moment until which an occasion is in time."""
    grace = case(*((Occasion.touchpoint == code, days_) for code, days_ in graces.items()), else_=1)
    return due_of() + func.make_interval(0, 0, 0, grace)


ByCode = dict[str, dict[Any, float]]


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

    def take(self, factors: Sequence[Factor], found: ByCode) -> None:
        """The columns of those factors that anything is known of."""
        for factor in factors:
            if (values := found.get(factor.by)) is not None:
                self.factors[factor.key] = [values.get(unit) for unit in self.units]

    def as_json(self) -> dict[str, Any]:
        names = ("outcome", "values", "customers", "known", "factors")
        return {name: getattr(self, name) for name in names}


def numbered(values: Sequence[Any]) -> list[int]:
    """The same number for the same value, in the order in which they appear."""
    numbers: dict[Any, int] = {}
    return [numbers.setdefault(value, len(numbers)) for value in values]
