"""`improvement`: the figures of a cell before and after a launch, beside committees without it where there are any."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import Float as Real
from sqlalchemy import and_, case, cast, func, literal, or_, select

from services.journeys.estimates.blueprint import blueprint_in_use
from services.journeys.estimates.observing import Observing, due_of, failed
from services.journeys.estimates.registry import Params, estimator
from services.journeys.model import Answer, Improvement, Occasion, improvements_of
from services.journeys.policy.blueprints import Item
from services.journeys.policy.improvements import Heap, around
from services.journeys.policy.questions import Question
from shared.errors import NotFound
from shared.storage.scope import within
from shared.storage.tx import Uow

WINDOWS = ("earlier", "before", "after")


class ImprovementParams(Params):
    """`days` before and after the day of the launch (UTC) are compared, and as many before those are shown."""

    improvement: UUID
    days: int = Field(90, ge=14, le=400)


@estimator("improvement", version=1, params=ImprovementParams)
class ImprovementEffect:
    """Heaps of observations by window and group; the differences are worked out from them."""

    async def load(self, uow: Uow, question: Question) -> Any:
        asked = ImprovementParams(**question.params)
        row = await uow.find(Improvement, improvements_of(uow.caller), id=asked.improvement)
        if row is None:
            raise NotFound(f"There is no improvement {asked.improvement}, or it is not yours to see.")
        if row.launched_on is None:
            return {"launched": None, "measures": []}
        read = await blueprint_in_use(uow, row.journey, row.entity_id)
        step = next((one for one in read.steps if one.id == row.step), None)
        items = [one for one in step.items if row.item in (None, one.id)] if step else []
        look = Around(uow, question, row, asked.days)
        found = [one for item in items for one in await look.measures(item)]
        return {"launched": row.launched_on.isoformat(), "days": asked.days, "measures": found}

    def compute(self, data: Any, seed: int) -> dict[str, Any]:
        measures = [
            {**measure, "figures": around({k: Heap(*v) for k, v in measure["heaps"].items()})}
            for measure in data["measures"]
        ]
        return {**data, "measures": measures}


class Around(Observing):
    """The reads of one improvement: observations in three windows, of its committees and of the others."""

    def __init__(self, uow: Uow, question: Question, row: Improvement, days: int) -> None:
        super().__init__(uow, question)
        assert row.launched_on is not None
        self.entity = row.entity_id
        self.launch = datetime.combine(row.launched_on, time(), UTC)
        self.span = timedelta(days=days)

    def _window(self, moment: Any) -> Any:
        first, last = self.launch - 2 * self.span, min(self.launch + self.span, self.uow.now)
        name = case((moment < self.launch - self.span, "earlier"), (moment < self.launch, "before"), else_="after")
        return name, and_(moment >= first, moment < last)

    def _group(self, row: Any) -> Any:
        """`here`: of the improvement's committee or below, on either side; `there`: of another one."""
        if self.entity is None:
            return literal("here")
        inside = or_(within(row.sending_entity_id, self.entity), within(row.hosting_entity_id, self.entity))
        return case((inside, "here"), else_="there")

    async def measures(self, item: Item) -> list[dict[str, Any]]:
        found = []
        for code in item.measured.touchpoints:
            last = due_of() + func.make_interval(0, 0, 0, item.grace_days)
            owed = or_(Occasion.state.is_distinct_from("skipped"), failed())  # type: ignore[union-attr]
            done = func.coalesce(Occasion.done_at, literal(self.uow.now))
            bad = or_(failed(), Occasion.late.is_(True), done > last)  # type: ignore[union-attr]
            ripe = or_(Occasion.done_at.is_not(None), last <= literal(self.uow.now), failed())  # type: ignore[union-attr]
            value, where = case((bad, 0.0), else_=1.0), and_(Occasion.touchpoint == code, owed, ripe)
            heaps = await self._heaps(Occasion, Occasion.due_at, value, where)
            found.append({"item": item.id, "by": f"touchpoint:{code}", "share": True, "heaps": heaps})
        for name in item.measured.scores:
            metric, _, about = name.partition(":")
            where = and_(Answer.measure == metric, Answer.about == about)
            heaps = await self._heaps(Answer, Answer.at, cast(Answer.score, Real), where)
            found.append({"item": item.id, "by": f"score:{name}", "share": False, "heaps": heaps})
        return found

    async def _heaps(self, row: Any, moment: Any, value: Any, where: Any) -> dict[str, list[float]]:
        window, inside = self._window(moment)
        base = select(self._group(row).label("one"), window.label("two"), value.label("value"))
        rows = base.where(where, inside, self.seen(row)).subquery()
        c = rows.c
        figures = (func.count(), func.avg(c.value), func.coalesce(func.var_samp(c.value), 0.0))
        query = select(c.one, c.two, *figures).group_by(c.one, c.two)
        return {f"{r[0]}:{r[1]}": [int(r[2]), float(r[3]), float(r[4])] for r in await self._rows(query)}
