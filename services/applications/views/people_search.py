"""Search of people who are looking, and who is told what about them.

The rule of privacy:
- A sending manager finds the people of their own committee and those below it, and nobody else.
- National managers, hosting managers and enablers find everybody who is looking, as profiles.
- An identity – name, e-mail, telephone, score, the text about oneself as it was written – goes only to the person's
  own committee, those above it on the sending side, global managers, services and auditors. All others get None, and a
  text without addresses, numbers, links and the person's name.
- Words are compared with names and e-mail addresses only when every row that the search can find is one whose
  identity the caller may see; so nobody learns a name by searching for it.
"""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.applications.schemas.search import Identity, PersonFound, PersonWish, Sort
from services.applications.views.conditions import Conditions, add_codes, add_entities, add_words
from services.applications.views.finding import Asked, Hits, Order, Source, find
from shared.access import Role
from shared.storage.paging import Page, Paging
from shared.storage.tx import Uow

PEOPLE: Final = Source(
    "person_search",
    "person_sample",
    32,
    {
        Sort.newest: Order("registered_at", datetime),
        Sort.start: Order("available_from", date, falling=False),
        Sort.active: Order("active_at", datetime),
    },
)
EVERYBODYS: Final = frozenset({Role.global_manager, Role.service, Role.auditor})
ABOVE: Final = frozenset({Role.sending_manager, Role.national_manager})
ROWS = """SELECT p.*, search_masked(p.about, p.given_name, p.family_name) AS masked, e.path
    FROM person p JOIN person_search USING (id) LEFT JOIN entity_path e ON e.entity_id = p.sending_entity_id
    WHERE p.id = ANY ($1::uuid[])"""
INSIDE = "SELECT EXISTS (SELECT FROM entity_path WHERE entity_id = $1::uuid AND path @> ARRAY[$2::uuid])"


async def search_people(uow: Uow, wish: PersonWish, paging: Paging) -> Page:
    """A page of profiles; those whose identity the caller may see with it."""
    hits = await find_people(uow, wish, paging)
    rows = {row["id"]: row for row in await uow.fetch(ROWS, hits.ids)}
    items = [_shown(uow, rows[id_]) for id_ in hits.ids if id_ in rows]
    return Page(items, hits.next, {"total": hits.total, "facets": hits.facets})


async def find_people(uow: Uow, wish: PersonWish, paging: Paging) -> Hits:
    """Their ids, how many there are, and of what."""
    conditions = await conditions_of(uow, wish)
    return await find(uow, PEOPLE, conditions, Asked(wish.sort, paging.limit, paging.cursor))


async def conditions_of(uow: Uow, wish: PersonWish) -> Conditions:
    """What must hold of a person who is found."""
    conditions = Conditions()
    if wish.text:
        await add_words(uow, conditions, wish.text, wish.text_language, names=await _all_known(uow, wish.entity_id))
    await add_codes(
        uow,
        conditions,
        product=("facets", "any", wish.product),
        field=("facets", "any", wish.field),
        country=("facets", "any", wish.country),
        language=("facets", "all", wish.language),
        skill=("facets", "all", wish.skill),
        wanted_country=("codes", "any", wish.wanted_country),
        study_field=("codes", "any", wish.study_field),
        study_level=("codes", "any", wish.study_level),
    )
    await _add_scope(uow, conditions, wish.entity_id)
    if wish.start_on is not None:
        conditions.also(f"available_from <= {conditions.put(wish.start_on, 'date')}")
        conditions.also(f"available_to >= {conditions.put(wish.end_on or wish.start_on, 'date')}")
    elif wish.end_on is not None:
        conditions.also(f"available_to >= {conditions.put(wish.end_on, 'date')}")
    return conditions


async def _add_scope(uow: Uow, conditions: Conditions, entity_id: UUID | None) -> None:
    caller, wanted = uow.caller, [] if entity_id is None else [entity_id]
    match caller.role:
        case Role.sending_manager if caller.entity is not None:
            await add_entities(uow, conditions, caller.entity, *wanted)
        case Role.sending_manager | Role.participant:
            conditions.never()
        case _ if wanted:
            await add_entities(uow, conditions, *wanted)


async def _all_known(uow: Uow, entity_id: UUID | None) -> bool:
    """Whether the caller may know who everybody is that this search can find."""
    caller = uow.caller
    if caller.role in EVERYBODYS or caller.role is Role.sending_manager:
        return True
    if caller.role is not Role.national_manager or caller.entity is None or entity_id is None:
        return False
    ((inside,),) = await uow.fetch(INSIDE, entity_id, caller.entity)
    return bool(inside)


def _known(uow: Uow, path: list[UUID] | None) -> bool:
    caller = uow.caller
    return caller.role in EVERYBODYS or (caller.role in ABOVE and caller.entity in (path or []))


def _shown(uow: Uow, row: Any) -> PersonFound:
    """The profile, and to those who may know it the identity."""
    values = dict(row)
    known = _known(uow, values["path"])
    profile = values | {"about": values["masked"]}
    return PersonFound.model_validate(profile | {"identity": Identity.model_validate(values) if known else None})
