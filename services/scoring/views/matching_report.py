"""How good shown lists were: what came of each place within a horizon, order against order."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import select

from services.scoring.model import Seeker, seekers_of
from services.scoring.policy.matching.measures import LEAST_LISTS, Figure, Judged, Z, difference, mean
from services.scoring.policy.matching.ranking import Order
from services.scoring.schemas.matching_report import (
    AgainstOut,
    ListFigureOut,
    MatchingReportOut,
    OrderOut,
    PlaceShareOut,
)
from shared.proportions import wilson
from shared.storage.tx import Uow

STEPS = ("viewed", "applied", "accepted", "approved")
GAINS = {"applied": 1.0, "accepted": 2.0, "approved": 3.0}
# The first list of an EP's week alone is judged: what is shown twice is no second trial. Orders that were not drawn
# hang on who the EP is, so that they are counted and not compared.
LISTS = """
SELECT DISTINCT ON (person_id, date_trunc('week', made_at AT TIME ZONE 'UTC')) id, person_id, "order", made_at
FROM match_list WHERE drawn AND person_id = ANY($1::uuid[]) AND made_at <= $2
ORDER BY person_id, date_trunc('week', made_at AT TIME ZONE 'UTC'), made_at, id
"""
PLACES = """
SELECT l.id, s.position, s.opportunity_id,
    EXISTS (
        SELECT FROM interaction i WHERE i.person_id = s.person_id AND i.opportunity_id = s.opportunity_id
          AND i.kind = 'opportunity_view' AND NOT i.bot AND i.at > l.made_at AND i.at <= l.made_at + $2
    ) OR EXISTS (
        SELECT FROM identity n JOIN interaction i ON i.visitor_id = n.visitor_id
        WHERE n.person_id = s.person_id AND i.opportunity_id = s.opportunity_id
          AND i.kind = 'opportunity_view' AND NOT i.bot AND i.at > l.made_at AND i.at <= l.made_at + $2
    ) AS viewed
FROM match_list l JOIN match_shown s ON s.list_id = l.id WHERE l.id = ANY($1::uuid[]) ORDER BY l.id, s.position
"""
CAME = """
SELECT l.id, p.opportunity_id,
    coalesce(p.accepted_at <= l.made_at + $2, false) AS accepted,
    coalesce(p.approved_at <= l.made_at + $2, false) AS approved
FROM match_list l JOIN pairing p ON p.person_id = l.person_id
WHERE l.id = ANY($1::uuid[]) AND p.submitted_at > l.made_at AND p.submitted_at <= l.made_at + $2
"""
ASIDE = text("""
SELECT count(*) FILTER (WHERE drawn AND made_at > :since) AS pending, count(*) FILTER (WHERE NOT drawn) AS not_drawn
FROM match_list WHERE person_id = ANY(:people)
""")


@dataclass
class Outcomes:
    """What came of the lists of one order."""

    lists: list[Judged] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STEPS, 0))
    places: int = 0
    accepted_per_list: list[float] = field(default_factory=list)


async def get_matching_report(uow: Uow, k: int, horizon_days: int) -> MatchingReportOut:
    """Over the lists of the EPs whom the caller looks after."""
    people = list((await uow.execute(select(Seeker.id).where(seekers_of(uow.caller)))).scalars())
    horizon = timedelta(days=horizon_days)
    lists = await uow.fetch(LISTS, people, uow.now - horizon)
    found = await _outcomes(uow, lists, horizon)
    pending, not_drawn = (await uow.execute(ASIDE, {"since": uow.now - horizon, "people": people})).one()
    orders = [_order(order, found[order], k) for order in Order]
    against = [_against(order, found, k) for order in Order if order is not Order.fit]
    return MatchingReportOut(
        k=k, horizon_days=horizon_days, as_of=uow.now, pending=pending, not_drawn=not_drawn, orders=orders,
        against=against, evidence=_evidence(against),
    )  # fmt: skip


async def _outcomes(uow: Uow, lists: Sequence[Any], horizon: timedelta) -> dict[Order, Outcomes]:
    ids = [row["id"] for row in lists]
    came: dict[UUID, dict[UUID, Any]] = defaultdict(dict)
    for row in await uow.fetch(CAME, ids, horizon):
        came[row["id"]][row["opportunity_id"]] = row
    places: dict[UUID, list[Any]] = defaultdict(list)
    for row in await uow.fetch(PLACES, ids, horizon):
        places[row["id"]].append(row)
    found = {order: Outcomes() for order in Order}
    for row in lists:
        _judge(found[Order(row["order"])], places[row["id"]], came[row["id"]])
    return found


def _judge(outcomes: Outcomes, places: Sequence[Any], came: dict[UUID, Any]) -> None:
    gains = []
    for place in places:
        pairing = came.get(place["opportunity_id"])
        reached = {
            "viewed": place["viewed"],
            "applied": pairing is not None,
            "accepted": pairing is not None and pairing["accepted"],
            "approved": pairing is not None and pairing["approved"],
        }
        for step in STEPS:
            outcomes.counts[step] += reached[step]
        gains.append(max((gain for step, gain in GAINS.items() if reached[step]), default=0.0))
    outcomes.places += len(places)
    outcomes.lists.append(Judged(tuple(gains), sum(pairing["accepted"] for pairing in came.values())))
    outcomes.accepted_per_list.append(float(sum(gain >= GAINS["accepted"] for gain in gains)))


def _accepted(judged: Judged) -> Judged:
    """The same list when only an acceptance counts."""
    return Judged(tuple(float(gain >= GAINS["accepted"]) for gain in judged.gains), judged.there)


def _order(order: Order, outcomes: Outcomes, k: int) -> OrderOut:
    shares = {step: _share(outcomes.counts[step], outcomes.places) for step in STEPS}
    accepted = [_accepted(judged) for judged in outcomes.lists]
    figures = {
        "precision": mean([judged.precision(k) for judged in accepted]),
        "recall": mean(_known(judged.recall(k) for judged in accepted)),
        "ndcg": mean(_known(judged.ndcg(k) for judged in outcomes.lists)),
    }
    told = {name: _figure(figure) for name, figure in figures.items()}
    return OrderOut.model_validate({"order": order, "lists": len(outcomes.lists)} | shares | told)


def _against(order: Order, found: dict[Order, Outcomes], k: int) -> AgainstOut:
    fit, other = found[Order.fit], found[order]
    per_list = difference(fit.accepted_per_list, other.accepted_per_list)
    gains = ([one for judged in both.lists if (one := judged.ndcg(k)) is not None] for both in (fit, other))
    return AgainstOut(order=order, accepted_per_list=_figure(per_list), ndcg=_figure(difference(*gains)))


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _share(count: int, n: int) -> PlaceShareOut:
    return PlaceShareOut(count=count, n=n, share=count / n if n else None, interval=wilson(count, n, Z) if n else None)


def _figure(figure: Figure) -> ListFigureOut:
    note = f"not enough data: {figure.n} lists, {LEAST_LISTS} are needed" if figure.value is None else None
    return ListFigureOut(n=figure.n, value=figure.value, interval=figure.interval, note=note)


def _evidence(against: Iterable[AgainstOut]) -> str:
    """What may be claimed: only a difference whose interval leaves zero out."""
    told = []
    for one in against:
        figure = one.accepted_per_list
        if figure.value is None or figure.interval is None:
            told.append(f"not enough data against {one.order.value}")
            continue
        low, high = figure.interval
        verdict = "better than" if low > 0 else "worse than" if high < 0 else "not shown to differ from"
        told.append(
            f"fit is {verdict} {one.order.value}: {figure.value:+.2f} ({low:.2f} to {high:.2f}) accepted per list"
        )
    return "; ".join(told)
