"""Find pairs: what can't fit is left out by indexes, the rest is put roughly in order, the first are looked at closely.

Rough order and bounds are SQL's; requirements, fit and order as told are the policy's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.scoring.policy.matching.fit import Fit, Judges
from services.scoring.policy.matching.parties import Offer, Seeker, primary
from services.scoring.policy.matching.ranking import Match, Order, ordered, room_in
from services.scoring.policy.matching.requirements import Verdict, check
from services.scoring.views.matching_rows import offers_of_rows, seekers_of_rows
from shared.access import Caller, Role
from shared.storage.tx import Uow

CLOSELY = 300  # so many of the rough order are looked at closely
WEST = timedelta(hours=12)  # a day that is over everywhere on earth


@dataclass
class Query:
    """Conditions and their values, numbered as they come: only those that bound something stand in the statement."""

    values: list[Any] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)

    def put(self, value: Any, kind: str) -> str:
        self.values.append(value)
        return f"${len(self.values)}::{kind}"

    def also(self, clause: str) -> None:
        self.clauses.append(clause)

    @property
    def where(self) -> str:
        return " AND ".join(self.clauses)


@dataclass(frozen=True, slots=True)
class Found:
    """The pairs of a list in order with their fits, how many were looked at closely, and why some were left out."""

    matches: Sequence[Match]
    fits: Sequence[Fit]
    looked_at: int
    left_out: dict[str, int]
    order: Order
    fallback: bool = False


# --- opportunities for an EP


async def offers_for(uow: Uow, seeker: Seeker, judges: Judges, order: Order, most: int) -> Found:
    """What fits this EP, in this order; one whose wishes nobody knows gets a fallback instead of a guess."""
    fallback = order is Order.fit and not seeker.wishes and not seeker.past_fields and not seeker.views
    order = Order.popularity if fallback else order
    query = _open_offers(uow, seeker)
    rough = _rough_offers(uow, query, seeker, order)
    statement = f"SELECT o.* FROM offer o WHERE {query.where} ORDER BY {rough}, o.id LIMIT {CLOSELY}"  # noqa: S608
    offers = await offers_of_rows(uow, await uow.fetch(statement, *query.values))
    pairs = [(seeker, offer) for offer in offers.values()]
    matches, left_out = _judged(uow, judges, pairs)
    chosen = ordered(matches, order, most)
    return Found(chosen, _fits(uow, judges, chosen), len(offers), left_out, order, fallback)


def _judged(uow: Uow, judges: Judges, pairs: Iterable[tuple[Seeker, Offer]]) -> tuple[list[Match], dict[str, int]]:
    """The pairs that fail nothing, as likely as they are; and what the others failed, counted."""
    fitting: list[tuple[Seeker, Offer, Verdict, date]] = []
    left_out: dict[str, int] = {}
    for seeker, offer in pairs:
        today = uow.now.astimezone(ZoneInfo(offer.zone)).date()
        verdict = check(seeker, offer, today)
        for requirement in verdict.failed:
            name = requirement.code.partition(":")[0]
            left_out[name] = left_out.get(name, 0) + 1
        if not verdict.failed:
            fitting.append((seeker, offer, verdict, today))
    likely = judges.likely([(seeker, offer) for seeker, offer, _, _ in fitting], uow.now)
    matches = [
        Match(seeker, offer, chance, verdict, room_in(offer), offer.first_slot(seeker, today))
        for (seeker, offer, verdict, today), chance in zip(fitting, likely, strict=True)
    ]
    return matches, left_out


def _fits(uow: Uow, judges: Judges, chosen: Iterable[Match]) -> list[Fit]:
    return [judges.fit(match.seeker, match.offer, uow.now) for match in chosen]


def _open_offers(uow: Uow, seeker: Seeker) -> Query:
    """Bounds only: whatever they leave is checked again."""
    query = Query()
    query.also("o.status = 'open' AND (o.openings IS NULL OR o.openings > 0)")
    today = query.put((uow.now - WEST).date(), "date")
    query.also(f"(o.takes_until IS NULL OR o.takes_until >= {today})")
    if seeker.wanted_products:
        query.also(f"o.product = ANY({query.put(sorted(seeker.wanted_products), 'text[]')})")
    if seeker.available_from:
        query.also(f"(o.latest_start IS NULL OR o.latest_start >= {query.put(seeker.available_from, 'date')})")
    if seeker.available_to:
        query.also(f"(o.earliest_end IS NULL OR o.earliest_end <= {query.put(seeker.available_to, 'date')})")
    if seeker.languages:
        spoken = query.put(sorted({primary(language) for language in seeker.languages}), "text[]")
        query.also(f"(o.needed IS NULL OR o.needed <@ {spoken})")
    for name in ("field", "level"):
        if (has := getattr(seeker, f"study_{name}")) is not None:
            asked = f"o.study_{name}s"
            query.also(f"(coalesce({asked}, '{{}}') = '{{}}' OR {query.put(has, 'text')} = ANY({asked}))")
    own = query.put(seeker.id, "uuid")
    query.also(f"NOT EXISTS (SELECT FROM pairing p WHERE p.person_id = {own} AND p.opportunity_id = o.id)")
    return query


def _rough_offers(uow: Uow, query: Query, seeker: Seeker, order: Order) -> str:
    if order is Order.recency:
        return "o.posted_at DESC"
    now = query.put(uow.now, "timestamptz")
    faded = f"o.popularity * power(0.5, greatest(0, extract(epoch FROM {now} - o.popularity_at)) / 1209600.0)"
    popular = f"coalesce({faded}, 0)"
    if order is Order.popularity:
        return f"{popular} DESC, o.posted_at DESC"
    wanted_fields = query.put(sorted(seeker.wanted_fields or seeker.past_fields), "text[]")
    wanted_countries = query.put(sorted(seeker.wanted_countries or seeker.past_countries), "text[]")
    skills, viewed = query.put(sorted(seeker.skills), "text[]"), query.put(list(seeker.views), "uuid[]")
    return f"""1.8 * coalesce(o.field = ANY({wanted_fields}), false)::int
        + 1.6 * coalesce(o.country = ANY({wanted_countries}), false)::int
        + 0.6 * coalesce(o.skills && {skills}, false)::int + 1.0 * (o.id = ANY({viewed}))::int
        + 0.12 * ln(1 + {popular}) - 0.2 * ln(1 + o.waiting::float / greatest(1, coalesce(o.openings, 1)))
        - 0.008 * least(60, extract(epoch FROM {now} - o.posted_at) / 86400) DESC"""


# --- EPs for an opportunity


async def seekers_for(uow: Uow, offer: Offer, judges: Judges, order: Order, most: int, *, own: bool) -> Found:
    """EPs who look and fit, of those whom the caller may find; `own`: the opportunity is the caller's side's."""
    query = Query()
    query.also("s.looking AND s.erased_at IS NULL AND s.sending_entity_id IS NOT NULL")
    query.also("NOT EXISTS (SELECT FROM lead l WHERE l.id = s.id AND l.linked_to IS NOT NULL)")
    _scope(query, uow.caller, own)
    _bounds(uow, query, offer)
    rough = _rough_seekers(query, offer, order)
    statement = f"SELECT s.* FROM seeker s WHERE {query.where} ORDER BY {rough}, s.id LIMIT {CLOSELY}"  # noqa: S608
    seekers = await seekers_of_rows(uow, await uow.fetch(statement, *query.values))
    chosen, left_out = _judged(uow, judges, [(seeker, offer) for seeker in seekers.values()])
    if order is Order.fit:  # else as the rough order has them: the newest first
        chosen.sort(key=lambda match: (-match.worth, match.seeker.id))
    chosen = chosen[:most]
    return Found(chosen, _fits(uow, judges, chosen), len(seekers), left_out, order)


def _scope(query: Query, caller: Caller, own: bool) -> None:
    """The hosting side finds everybody who looks for an internship, the sending side its own EPs."""
    if caller.role is Role.sending_manager or (caller.role is Role.national_manager and not own):
        entity = query.put(caller.entity, "uuid")
        query.also(
            f"EXISTS (SELECT FROM entity_path e WHERE e.entity_id = s.sending_entity_id AND e.path @> ARRAY[{entity}])"
        )


def _bounds(uow: Uow, query: Query, offer: Offer) -> None:
    product = query.put(offer.product, "text")
    query.also(f"(s.wanted_products = '{{}}' OR s.wanted_products @> ARRAY[{product}])")
    today = uow.now.astimezone(ZoneInfo(offer.zone)).date()
    taking = [slot for slot in offer.slots or () if slot.takes(today)]
    if taking:
        last, first = max(slot.start_on for slot in taking), min(slot.end_on for slot in taking)
        query.also(f"(s.available_from IS NULL OR s.available_from <= {query.put(last, 'date')})")
        query.also(f"(s.available_to IS NULL OR s.available_to >= {query.put(first, 'date')})")
    if offer.languages:
        needed = query.put(sorted({primary(language) for language in offer.languages}), "text[]")
        query.also(f"(s.spoken = '{{}}' OR s.spoken @> {needed})")
    for name in ("field", "level"):
        if taken := getattr(offer, f"study_{name}s"):
            query.also(f"coalesce(s.study_{name} = ANY({query.put(sorted(taken), 'text[]')}), true)")
    own = query.put(offer.id, "uuid")
    query.also(f"""NOT EXISTS (SELECT FROM pairing p WHERE p.person_id = s.id AND (p.opportunity_id = {own}
        OR p.status IN ('in_progress', 'approved', 'realized')))""")


def _rough_seekers(query: Query, offer: Offer, order: Order) -> str:
    if order is not Order.fit:
        return "s.changed_at DESC"
    field_, country = query.put(offer.field, "text"), query.put(offer.country, "text")
    skills = query.put(sorted(offer.skills or ()), "text[]")
    return f"""1.8 * coalesce({field_} = ANY(s.wanted_fields), false)::int
        + 1.6 * coalesce({country} = ANY(s.wanted_countries), false)::int
        + 0.8 * (s.skills && {skills})::int + 0.3 * (s.study_field IS NOT NULL)::int DESC"""
