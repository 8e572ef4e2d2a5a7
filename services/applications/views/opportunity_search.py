"""Search of opportunities: open ones with openings in a slot that still takes applications; for everybody signed in."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.applications.schemas.search import OpportunityFound, OpportunityWish, SlotFound, Sort
from services.applications.views.conditions import Conditions, add_codes, add_entities, add_words
from services.applications.views.finding import Asked, Hits, Order, Source, find
from services.applications.views.opportunities import own_applications
from shared.storage.paging import Page, Paging
from shared.storage.tx import Uow

OPPORTUNITIES: Final = Source(
    "opportunity_search",
    "opportunity_sample",
    8,
    {
        Sort.newest: Order("posted_at", datetime),
        Sort.start: Order("start_on", date, falling=False),
        Sort.active: Order("active_at", datetime),
    },
)
LONGEST: Final = 200  # weeks
ROWS = """SELECT o.*, s.starts, s.ends, s.closes FROM opportunity o JOIN opportunity_search s USING (id)
    WHERE o.id = ANY ($1::uuid[])"""


async def search_opportunities(uow: Uow, wish: OpportunityWish, paging: Paging) -> Page:
    """A page of opportunities; everybody may see what is on offer."""
    hits = await find_opportunities(uow, wish, paging)
    rows = {row["id"]: row for row in await uow.fetch(ROWS, hits.ids)}
    own = await own_applications(uow, hits.ids)
    items = [_shown(uow, rows[id_], own.get(id_)) for id_ in hits.ids if id_ in rows]
    return Page(items, hits.next, {"total": hits.total, "facets": hits.facets})


async def find_opportunities(uow: Uow, wish: OpportunityWish, paging: Paging) -> Hits:
    """Their ids, how many there are, and of what."""
    conditions = await conditions_of(uow, wish)
    return await find(uow, OPPORTUNITIES, conditions, Asked(wish.sort, paging.limit, paging.cursor))


async def conditions_of(uow: Uow, wish: OpportunityWish) -> Conditions:
    """What must hold of an opportunity that is found."""
    conditions = Conditions()
    conditions.also(f"takes_until > {conditions.put(uow.now, 'timestamptz')}")
    if wish.text:
        await add_words(uow, conditions, wish.text, wish.text_language)
    await add_codes(
        uow,
        conditions,
        product=("facets", "any", wish.product),
        field=("facets", "any", wish.field),
        country=("facets", "any", wish.country),
        language=("facets", "all", wish.language),
        skill=("facets", "all", wish.skill),
        **_near(wish),
    )
    if wish.entity_id is not None:
        await add_entities(uow, conditions, wish.entity_id)
    _add_hours(conditions, wish)
    _add_slot(uow, conditions, wish)
    return conditions


def _add_hours(conditions: Conditions, wish: OpportunityWish) -> None:
    if wish.hours_from is not None:
        conditions.also(f"weekly_hours >= {conditions.put(wish.hours_from, 'int')}")
    if wish.hours_to is not None:
        conditions.also(f"weekly_hours <= {conditions.put(wish.hours_to, 'int')}")


def _add_slot(uow: Uow, conditions: Conditions, wish: OpportunityWish) -> None:
    """One slot that takes applications must fit all that is said of dates and length."""
    asked: list[tuple[str, Any, str]] = [
        ("{start} >= {value}", wish.start_from, "date"),
        ("{start} <= {value}", wish.start_to, "date"),
        ("{end} <= {value}", wish.end_by, "date"),
        ("{end} - {start} + 1 >= 7 * {value}", wish.weeks_from, "int"),
        ("{end} - {start} + 1 <= 7 * {value}", wish.weeks_to, "int"),
    ]
    given = [(clause, conditions.put(value, kind)) for clause, value, kind in asked if value is not None]
    if not given:
        return
    now = conditions.put(uow.now, "timestamptz")

    def fits(start: str, end: str, closes: str) -> str:
        clauses = [clause.format(start=start, end=end, value=value) for clause, value in given]
        return " AND ".join([f"{closes} > {now}", *clauses])

    slots = "unnest(starts, ends, closes) AS s(start_on, end_on, closes_at)"
    any_slot = f"EXISTS (SELECT FROM {slots} WHERE {fits('s.start_on', 's.end_on', 's.closes_at')})"
    first_slot = fits("starts[1]", "ends[1]", "closes[1]")  # most have one only
    conditions.also(f"(({first_slot}) OR (cardinality(starts) > 1 AND {any_slot}))")


def _near(wish: OpportunityWish) -> dict[str, tuple[str, str, list[str]]]:
    """Codes that every slot that fits has: they lead to the rows in which dates and length are then compared."""
    near: dict[str, tuple[str, str, list[str]]] = {}
    if wish.start_from and wish.start_to:
        first, last = (12 * day.year + day.month - 1 for day in (wish.start_from, wish.start_to))
        near["month"] = ("codes", "any", [f"{n // 12}-{n % 12 + 1:02}" for n in range(first, last + 1)])
    if wish.weeks_from or wish.weeks_to:
        near["weeks"] = ("codes", "any", [str(n) for n in range(wish.weeks_from or 0, (wish.weeks_to or LONGEST) + 1)])
    return near


def _shown(uow: Uow, row: Any, own: UUID | None) -> OpportunityFound:
    slots = zip(row["starts"], row["ends"], row["closes"], strict=True)
    taking = [
        SlotFound(start_on=start_on, end_on=end_on, closes_at=closes_at)
        for start_on, end_on, closes_at in slots
        if closes_at > uow.now
    ]
    return OpportunityFound.model_validate({**dict(row), "slots": taking, "own_application_id": own})
