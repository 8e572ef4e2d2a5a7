"""`scorecard`: one measure of a committee, period by period, each figure with its n and interval."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, Float, case, cast, extract, func, select

from services.journeys.estimates.registry import Params, estimator
from services.journeys.model import (
    Answer,
    Application,
    Asking,
    CaseClock,
    Milestone,
    Occasion,
    StandardsBook,
)
from services.journeys.policy import Status, measures
from services.journeys.policy.measures import CATALOGUE, Figure, Kind, Measure
from services.journeys.policy.questions import Question
from services.journeys.policy.scorecards import Period, Rhythm, periods_until
from shared.contracts.surveys import Party
from shared.storage.scope import visible
from shared.storage.tx import Uow
from shared.web.schemas import ZoneName

PERIODS = {Rhythm.month: 13, Rhythm.quarter: 9, Rhythm.year: 4}
EXPERIENCE, GRACE = "experience", timedelta(days=1)


class CardParams(Params):
    """What is measured, how long a period is, and whose days count."""

    measure: Measure = Measure.nps_ep
    rhythm: Rhythm = Rhythm.quarter
    zone: ZoneName = "UTC"


@dataclass(frozen=True, slots=True)
class Asked:
    """One period of one question."""

    uow: Uow
    period: Period
    first: datetime
    after: datetime

    def seen(self, row: Any) -> Any:
        """Rows of the committee and side that the card is about."""
        return visible(self.uow.caller, sending=row.sending_entity_id, hosting=row.hosting_entity_id)

    def within(self, column: Any) -> list[Any]:
        return [column >= self.first, column < self.after]

    async def one(self, columns: Any, *where: Any) -> Any:
        return (await self.uow.execute(select(*columns).where(*where))).one()


@estimator("scorecard", version=1, params=CardParams)
class ScorecardFigures:
    """Each period is counted by itself; the latest is the one that runs."""

    async def load(self, uow: Uow, question: Question) -> Any:
        asked = CardParams(**question.params)
        zone = ZoneInfo(asked.zone)
        today = uow.now.astimezone(zone).date()
        found = []
        for period in periods_until(today, asked.rhythm, PERIODS[asked.rhythm]):
            bounds = (_begin(period.first, zone), _begin(period.last + timedelta(days=1), zone))
            raw = await COUNTS[asked.measure](Asked(uow, period, *bounds))
            found.append({"period": period.name, "raw": raw})
        return {"measure": str(asked.measure), "periods": found}

    def compute(self, data: Any, seed: int) -> dict[str, Any]:
        measure = Measure(data["measure"])
        return {"figures": {one["period"]: _json(_figure(measure, one["raw"])) for one in data["periods"]}}


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _json(figure: Figure) -> dict[str, Any]:
    return {"n": figure.n, "value": figure.value, "low": figure.low, "high": figure.high}


def _figure(measure: Measure, raw: Any) -> Figure:
    entry = CATALOGUE[measure]
    match entry.kind:
        case Kind.nps:
            return measures.nps_of(*raw)
        case Kind.mean:
            return measures.mean_of(*raw, entry.least, entry.most)
        case Kind.days:
            return measures.median_of(raw)
        case Kind.count:
            return measures.count_of(raw)
    if (
        measure is Measure.standards_kept
    ):  # standards of one experience hang together: the experiences are what is counted
        return measures.mean_of(*raw, 0.0, 1.0)
    return measures.share_of(*raw)


# --- counts: (promoters, detractors, n), (sum, sum of squares, n), (part, n), values, n


def _nps(party: Party) -> Callable[[Asked], Any]:
    async def count(asked: Asked) -> Any:
        row: Any = Answer
        columns = (func.count().filter(row.score >= 9), func.count().filter(row.score <= 6), func.count())
        return list(await asked.one(columns, *_answers(asked, party, "nps")))

    return count


def _ces(party: Party) -> Callable[[Asked], Any]:
    async def count(asked: Asked) -> Any:
        row: Any = Answer
        columns = (
            func.coalesce(func.sum(row.score), 0),
            func.coalesce(func.sum(row.score * row.score), 0),
            func.count(),
        )
        return _whole(await asked.one(columns, *_answers(asked, party, "ces2")))

    return count


def _whole(found: Any) -> list[Any]:
    total, squares, n = found
    return [float(total), float(squares), n]


def _answers(asked: Asked, party: Party, measure: str) -> list[Any]:
    row: Any = Answer
    return [row.party == party, row.measure == measure, row.about == EXPERIENCE, *asked.within(row.at), asked.seen(row)]


def _response(party: Party) -> Callable[[Asked], Any]:
    async def count(asked: Asked) -> Any:
        row: Any = Asking
        columns = (func.count(row.answered_at), func.count())
        return list(await asked.one(columns, row.party == party, *asked.within(row.asked_at), asked.seen(row)))

    return count


async def _in_time(asked: Asked) -> Any:
    """Of what was due by now and not called off."""
    row: Any = Occasion
    done = func.count().filter(func.coalesce(row.late.is_(False), False) | (row.done_at <= row.due_at + GRACE))
    where = [*asked.within(row.due_at), row.due_at <= asked.uow.now, row.state.is_distinct_from("skipped")]
    return list(await asked.one((done, func.count()), *where, asked.seen(row)))


async def _standards(asked: Asked) -> Any:
    row: Any = StandardsBook
    share = cast(row.kept, Float) / func.nullif(row.asked, 0)
    columns = (func.coalesce(func.sum(share), 0.0), func.coalesce(func.sum(share * share), 0.0), func.count(share))
    return _whole(await asked.one(columns, *asked.within(row.closed_at), asked.seen(row)))


def _went_on(begun: str, came: str) -> Callable[[Asked], Any]:
    async def count(asked: Asked) -> Any:
        row: Any = Application
        columns = (func.count(getattr(row, came)), func.count())
        return list(await asked.one(columns, *asked.within(getattr(row, begun)), asked.seen(row)))

    return count


async def _days(asked: Asked) -> Any:
    row: Any = Application
    days = func.round(extract("epoch", row.approved_at - row.submitted_at) / 86_400, 1)
    (found,) = await asked.one((func.array_agg(cast(days, Float), type_=ARRAY(Float)),), *asked.within(row.approved_at),
                               row.submitted_at.is_not(None), asked.seen(row))  # fmt: skip
    return found or []


async def _cases(asked: Asked) -> Any:
    row: Any = CaseClock
    over = case((row.in_time.is_not(None), True), else_=row.acknowledge_by < asked.uow.now)
    return list(await asked.one((func.count().filter(row.in_time), func.count()), *asked.within(row.opened_at), over,
                                asked.seen(row)))  # fmt: skip


def _reached(status: Status, broken: Status) -> Callable[[Asked], Any]:
    """Applications that reached a status on a day of the period, without those that broke it since."""

    async def count(asked: Asked) -> Any:
        row: Any = Milestone
        lost = select(Application.id).where(Application.id == row.application_id, Application.status == broken)
        days = (row.effective_on >= asked.period.first, row.effective_on <= asked.period.last)
        (found,) = await asked.one((func.count(row.application_id.distinct()),), row.status == status, *days,
                                   ~lost.exists(), asked.seen(row))  # fmt: skip
        return found

    return count


COUNTS: dict[Measure, Callable[[Asked], Any]] = {
    Measure.nps_ep: _nps(Party.ep),
    Measure.nps_enabler: _nps(Party.enabler),
    Measure.ces_ep: _ces(Party.ep),
    Measure.ces_enabler: _ces(Party.enabler),
    Measure.response_ep: _response(Party.ep),
    Measure.response_enabler: _response(Party.enabler),
    Measure.touchpoints_in_time: _in_time,
    Measure.standards_kept: _standards,
    Measure.accepted: _went_on("submitted_at", "accepted_at"),
    Measure.signed: _went_on("accepted_at", "signed_at"),
    Measure.approved: _went_on("signed_at", "approved_at"),
    Measure.realized: _went_on("approved_at", "realized_at"),
    Measure.days_to_approval: _days,
    Measure.cases_in_time: _cases,
    Measure.approvals: _reached(Status.approved, Status.approval_broken),
    Measure.realizations: _reached(Status.realized, Status.realization_broken),
}
