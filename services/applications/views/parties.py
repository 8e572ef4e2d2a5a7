"""Reads of committees, EPs and enablers."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import func
from sqlmodel import select

from services.applications.model import Application, Enabler, Entity, Opportunity, Person, enablers_of, people_of
from services.applications.policy import (
    OpportunityStatus,
    Phase,
    Profile,
    Standing,
    Status,
    completeness,
    enabler_standing,
    missing_of,
    person_standing,
)
from services.applications.schemas import EnablerOut, EntityOut, PersonOut
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import ENTITY_PATH
from shared.storage.tx import Uow

NEW_PERSON = person_standing([])
NEW_ENABLER = enabler_standing(False, False, [])


def person_out(person: Person, standing: Standing) -> PersonOut:
    held = person.model_dump()
    seen = {"missing": missing_of(held), "completeness": completeness(held)}
    return PersonOut.model_validate(held | asdict(standing) | seen)


def enabler_out(enabler: Enabler, standing: tuple[Phase, Profile] = NEW_ENABLER) -> EnablerOut:
    phase, profile = standing
    return EnablerOut.model_validate(enabler.model_dump() | {"phase": phase, "profile": profile})


async def entity_path(uow: Uow, entity_id: UUID) -> list[UUID] | None:
    """The ids from the root down to this entity, or None when there is no such entity."""
    path: list[UUID] | None = await uow.scalar(select(ENTITY_PATH.c.path).where(ENTITY_PATH.c.entity_id == entity_id))
    return path


async def standing_of(uow: Uow, person_id: UUID) -> Standing:
    return (await standings_of(uow, [person_id]))[person_id]


async def standings_of(uow: Uow, people: Sequence[UUID]) -> dict[UUID, Standing]:
    """Status, phase and profile of each of these people, from their applications in the order in which they ended.

    Of two that ended at the same moment of business time, the one that was changed last ended last.
    """
    row = Application
    order = (func.coalesce(row.completed_at, row.ended_at, row.changed_at), row.changed_at, row.id)
    query = select(row.person_id, row.status).where(row.person_id.in_(people)).order_by(*order)  # type: ignore[attr-defined]
    found: dict[UUID, list[Status]] = {person: [] for person in people}
    for person, status in (await uow.execute(query)).all():
        found[person].append(Status(status))
    return {person: person_standing(statuses) for person, statuses in found.items()}


async def enabler_standings(uow: Uow, enablers: Sequence[UUID]) -> dict[UUID, tuple[Phase, Profile]]:
    """Phase and profile of each of these enablers, from what they offer and what became of it."""
    offers = select(
        Opportunity.enabler_id,
        func.bool_or(Opportunity.status == OpportunityStatus.open),
        func.bool_or(Opportunity.raised_from.is_not(None)),  # type: ignore[union-attr]
    ).where(Opportunity.enabler_id.in_(enablers))  # type: ignore[attr-defined]
    offered = {id_: rest for id_, *rest in (await uow.execute(offers.group_by(Opportunity.enabler_id))).all()}
    row = Application
    reached = select(row.enabler_id, row.status).where(row.enabler_id.in_(enablers)).distinct()  # type: ignore[attr-defined]
    statuses: dict[UUID, set[Status]] = {enabler: set() for enabler in enablers}
    for enabler, status in (await uow.execute(reached)).all():
        statuses[enabler].add(Status(status))
    return {one: enabler_standing(*offered.get(one, (False, False)), statuses[one]) for one in enablers}


async def get_entity(uow: Uow, entity_id: UUID) -> EntityOut:
    return EntityOut.model_validate(await uow.get(Entity, entity_id))


async def list_entities(uow: Uow, paging: Paging) -> Page:
    """The committees are public among those who are signed in."""
    order = (Entity.changed_at, Entity.id)
    return await listing(
        uow, select(Entity), order=order, paging=paging, changed=Entity.changed_at, shape=EntityOut.model_validate
    )


async def get_person(uow: Uow, person_id: UUID) -> PersonOut:
    person = await uow.get(Person, person_id, people_of(uow.caller))
    return person_out(person, await standing_of(uow, person.id))


async def list_people(uow: Uow, paging: Paging) -> Page:
    query, order = select(Person).where(people_of(uow.caller)), (Person.changed_at, Person.id)
    page = await listing(uow, query, order=order, paging=paging, changed=Person.changed_at)
    standings = await standings_of(uow, [person.id for person in page.items])
    return Page([person_out(person, standings[person.id]) for person in page.items], page.next)


async def get_enabler(uow: Uow, enabler_id: UUID) -> EnablerOut:
    enabler = await uow.get(Enabler, enabler_id, enablers_of(uow.caller))
    return enabler_out(enabler, (await enabler_standings(uow, [enabler_id]))[enabler_id])
