"""Scorecards within the caller's scope, with the figures that the worker has made."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import select

from services.journeys.estimates.scorecard import PERIODS
from services.journeys.model import Estimate, Label, Scorecard, ScorecardTarget, scorecards_of
from services.journeys.policy.measures import CATALOGUE, NONE, Figure, Measure
from services.journeys.policy.questions import EstimateState
from services.journeys.policy.scorecards import (
    CardState,
    Period,
    Target,
    periods_until,
    target_for,
    verdict,
)
from services.journeys.schemas.scorecards import MeasureOut, PeriodOut, ScorecardOut, TargetOut
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import within
from shared.storage.tx import Uow


async def list_measures(_uow: Uow) -> list[MeasureOut]:
    """The catalogue."""
    return [
        MeasureOut(
            measure=measure, kind=one.kind, direction=one.direction, least=one.least, most=one.most,
            ripens_days=one.ripens, of=one.of,
        )
        for measure, one in CATALOGUE.items()
    ]  # fmt: skip


async def list_scorecards(
    uow: Uow, entity_id: UUID | None, measure: Measure | None, owner_id: UUID | None, state: CardState, paging: Paging
) -> Page:
    row: Any = Scorecard
    query = select(Scorecard).where(scorecards_of(uow.caller), row.state == state)
    if entity_id is not None:
        query = query.where(within(row.entity_id, entity_id))
    if measure is not None:
        query = query.where(row.measure == measure)
    if owner_id is not None:
        query = query.where(row.owner_id == owner_id)
    page = await listing(uow, query, order=(row.id.desc(),), paging=paging, changed=row.changed_at)
    return Page(await cards_out(uow, page.items), page.next)


async def get_scorecard(uow: Uow, scorecard_id: UUID) -> ScorecardOut:
    row = await uow.get(Scorecard, scorecard_id, scorecards_of(uow.caller))
    return (await cards_out(uow, [row]))[0]


async def list_targets(uow: Uow, scorecard_id: UUID, paging: Paging) -> Page:
    """Every target that was set, the newest first."""
    await uow.get(Scorecard, scorecard_id, scorecards_of(uow.caller))
    row: Any = ScorecardTarget
    query = select(ScorecardTarget).where(row.scorecard_id == scorecard_id)
    return await listing(uow, query, order=(row.number.desc(),), paging=paging, shape=TargetOut.model_validate)


async def cards_out(uow: Uow, cards: Sequence[Scorecard]) -> list[ScorecardOut]:
    """With targets, figures and names, read for all of them at once."""
    row: Any = ScorecardTarget
    query = select(ScorecardTarget).where(row.scorecard_id.in_([card.id for card in cards])).order_by(row.number)
    targets: dict[UUID, list[Target]] = {}
    for one in await uow.rows(query):
        targets.setdefault(one.scorecard_id, []).append(Target(one.value, one.from_on))
    asked: Any = Estimate
    found = await uow.rows(select(Estimate).where(asked.key.in_({card.estimate_key for card in cards})))
    estimates = {one.key: one for one in found}
    ids = {card.entity_id for card in cards}
    names = dict((await uow.execute(select(Label.id, Label.text).where(Label.id.in_(ids)))).all())  # type: ignore[attr-defined]
    return [
        _out(uow, card, targets.get(card.id, []), estimates.get(card.estimate_key), names.get(card.entity_id))
        for card in cards
    ]


def _out(
    uow: Uow, card: Scorecard, targets: Sequence[Target], estimate: Estimate | None, name: str | None
) -> ScorecardOut:
    today = uow.now.astimezone(ZoneInfo(card.zone)).date()
    figures = (estimate.result or {}).get("figures", {}) if estimate else {}
    periods = periods_until(today, card.rhythm, PERIODS[card.rhythm])
    trend = [_period(card, period, figures, targets, today) for period in periods]
    working = estimate is None or estimate.state in (EstimateState.waiting, EstimateState.computing)
    kept = card.model_dump(exclude={"targets", "estimate_key", "changed_at"})
    entry = CATALOGUE[card.measure]
    held = target_for(targets, Period("", today, today))
    return ScorecardOut(
        **kept, entity=name, kind=entry.kind, direction=entry.direction, target=held, now=trend[-1], before=trend[-2],
        trend=trend, as_of=estimate.as_of if estimate else None, working=working,
    )  # fmt: skip


def _period(
    card: Scorecard, period: Period, figures: Mapping[str, Any], targets: Sequence[Target], today: date
) -> PeriodOut:
    found = figures.get(period.name)
    figure = Figure(**found) if found else NONE
    target = target_for(targets, period)
    said = verdict(card.measure, figure, target, period, today)
    return PeriodOut(
        period=period.name, first=period.first, last=period.last, n=figure.n, value=figure.value, low=figure.low,
        high=figure.high, target=target, state=said.state, sure=said.sure,
    )  # fmt: skip
