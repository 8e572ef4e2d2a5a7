"""The rows that matching looks at, read as the policy has them: EPs with what they did here, opportunities."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.scoring.policy.matching.parties import Offer, OfferStatus, Seeker, Slot
from services.scoring.policy.matching.ranking import EXPOSED_HALF_LIFE, POPULAR_HALF_LIFE, faded
from services.scoring.views.counting import counting_for
from shared.storage.tx import Uow

VIEW_DAYS, VIEW_HALF_LIFE_S = timedelta(days=14), timedelta(days=7) / timedelta(seconds=1)
SEEKERS = "SELECT * FROM seeker WHERE id = ANY($1::uuid[])"
OFFERS = "SELECT * FROM offer WHERE id = ANY($1::uuid[])"
# What each has done here, and by its side what became of it. An application of the pair at hand counts for no history.
PAST = """
SELECT p.person_id, p.opportunity_id, p.enabler_id, p.status, p.ours, p.accepted_at, p.rejected_at, p.until,
    o.field, o.country
FROM pairing p LEFT JOIN offer o ON o.id = p.opportunity_id
WHERE p.person_id = ANY($1::uuid[])
"""
# Views by people, and by visitors who are known to be them; what machines looked at never counts.
VIEWS = """
WITH one AS (SELECT unnest($1::uuid[]) AS person_id)
SELECT person_id, opportunity_id, sum(power(0.5, greatest(0, extract(epoch FROM $5 - at)) / $4)) AS weight
FROM (
    SELECT one.person_id, i.opportunity_id, i.at
    FROM one JOIN interaction i USING (person_id)
    WHERE i.kind = 'opportunity_view' AND NOT i.bot AND i.at > $2 AND i.at <= $3
    UNION ALL
    SELECT one.person_id, i.opportunity_id, i.at
    FROM one JOIN identity n USING (person_id) JOIN interaction i ON i.visitor_id = n.visitor_id
    WHERE i.kind = 'opportunity_view' AND NOT i.bot AND i.at > $2 AND i.at <= $3
) AS viewed
WHERE opportunity_id IS NOT NULL GROUP BY person_id, opportunity_id
"""
RECORDS = """
SELECT enabler_id, sum(decided)::int AS decided, sum(accepted)::int AS accepted FROM offer
WHERE enabler_id = ANY($1::uuid[]) GROUP BY enabler_id
"""
SIGNED, BUSY = "in_progress", {"approved", "realized"}


def hour(moment: datetime) -> datetime:
    """The hour that has begun: what fades does so in steps, so that a list that nothing has changed stays the same."""
    return moment.replace(minute=0, second=0, microsecond=0)


async def seekers_by_id(uow: Uow, people: Sequence[UUID]) -> dict[UUID, Seeker]:
    """These EPs with their history, as known now."""
    return await seekers_of_rows(uow, await uow.fetch(SEEKERS, list(people)))


async def seekers_of_rows(uow: Uow, rows: Sequence[Any]) -> dict[UUID, Seeker]:
    people = [row["id"] for row in rows]
    past: dict[UUID, list[Any]] = defaultdict(list)
    whose = await counting_for(uow, people)
    for one in await uow.fetch(PAST, list(whose)):
        past[whose[one["person_id"]]].append(one)
    views: dict[UUID, dict[UUID, float]] = defaultdict(lambda: defaultdict(float))
    for one in await uow.fetch(VIEWS, list(whose), uow.now - VIEW_DAYS, uow.now, VIEW_HALF_LIFE_S, hour(uow.now)):
        views[whose[one["person_id"]]][one["opportunity_id"]] += float(one["weight"])
    return {row["id"]: _seeker(row, past[row["id"]], views[row["id"]]) for row in rows}


def _seeker(row: Any, past: Iterable[Any], views: Mapping[UUID, float]) -> Seeker:
    past = list(past)
    levels = row["levels"]
    stays = [one["until"] for one in past if one["status"] in BUSY and one["until"] is not None]
    return Seeker(
        row["id"], row["study_field"], row["study_level"],
        {language: levels.get(language) for language in row["languages"]}, frozenset(row["skills"]),
        row["available_from"], row["available_to"], frozenset(row["wanted_products"]),
        frozenset(row["wanted_fields"]), frozenset(row["wanted_countries"]), row["looking"],
        any(one["status"] == SIGNED for one in past), max(stays, default=None),
        Counter(one["field"] for one in past if one["field"]),
        Counter(one["country"] for one in past if one["country"]),
        Counter(one["enabler_id"] for one in past),
        frozenset(one["enabler_id"] for one in past if _refused(one)),
        sum(one["accepted_at"] is not None or _refused(one) for one in past),
        sum(one["accepted_at"] is not None for one in past), views,
    )  # fmt: skip


def _refused(pairing: Any) -> bool:
    return pairing["rejected_at"] is not None and not pairing["ours"]


async def offers_by_id(uow: Uow, offers: Sequence[UUID]) -> dict[UUID, Offer]:
    return await offers_of_rows(uow, await uow.fetch(OFFERS, list(offers)))


async def offers_of_rows(uow: Uow, rows: Sequence[Any]) -> dict[UUID, Offer]:
    """These opportunities, with what their enablers have decided so far."""
    enablers = list({row["enabler_id"] for row in rows})
    records = {one["enabler_id"]: one for one in await uow.fetch(RECORDS, enablers)}
    return {row["id"]: _offer(row, records[row["enabler_id"]], hour(uow.now)) for row in rows}


def _offer(row: Any, record: Any, now: datetime) -> Offer:
    slots = row["slots"]
    return Offer(
        row["id"], row["enabler_id"], row["product"], row["field"], row["country"], row["zone"],
        OfferStatus(row["status"]), row["weekly_hours"], _codes(row["languages"]), row["levels"],
        _codes(row["skills"]), _codes(row["study_fields"]), _codes(row["study_levels"]),
        None if slots is None else tuple(map(_slot, slots)), row["openings"], row["posted_at"], row["waiting"],
        faded(row["popularity"], row["popularity_at"], now, POPULAR_HALF_LIFE),
        faded(row["exposed"], row["exposed_at"], now, EXPOSED_HALF_LIFE), record["decided"], record["accepted"],
    )  # fmt: skip


def _codes(values: list[str] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(values)


def _slot(told: Mapping[str, Any]) -> Slot:
    start_on, end_on, close_on = (date.fromisoformat(told[name]) for name in ("start_on", "end_on", "close_on"))
    return Slot(start_on, end_on, close_on, told["openings"])
