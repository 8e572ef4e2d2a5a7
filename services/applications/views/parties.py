"""Reads of committees, EPs and enablers."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import select

from services.applications.model import Application, Enabler, Entity, Person, enablers_of, people_of
from services.applications.policy import Status, completeness, missing_of, person_status
from services.applications.schemas import EnablerOut, EntityOut, PersonOut
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import ENTITY_PATH
from shared.storage.tx import Uow


def person_out(person: Person, status: Status) -> PersonOut:
    held = person.model_dump()
    seen = {"status": status, "missing": missing_of(held), "completeness": completeness(held)}
    return PersonOut.model_validate(held | seen)


async def entity_path(uow: Uow, entity_id: UUID) -> list[UUID] | None:
    """The ids from the root down to this entity, or None when there is no such entity."""
    path: list[UUID] | None = await uow.scalar(select(ENTITY_PATH.c.path).where(ENTITY_PATH.c.entity_id == entity_id))
    return path


async def status_of(uow: Uow, person_id: UUID) -> Status:
    return (await statuses_of(uow, [person_id]))[person_id]


async def statuses_of(uow: Uow, people: Sequence[UUID]) -> dict[UUID, Status]:
    """The status of each of these people, from their applications."""
    query = select(Application.person_id, Application.status).where(Application.person_id.in_(people))  # type: ignore[attr-defined]
    found: dict[UUID, list[Status]] = {person: [] for person in people}
    for person, status in (await uow.execute(query)).all():
        found[person].append(Status(status))
    return {person: person_status(statuses) for person, statuses in found.items()}


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
    return person_out(person, await status_of(uow, person.id))


async def list_people(uow: Uow, paging: Paging) -> Page:
    query, order = select(Person).where(people_of(uow.caller)), (Person.changed_at, Person.id)
    page = await listing(uow, query, order=order, paging=paging, changed=Person.changed_at)
    statuses = await statuses_of(uow, [person.id for person in page.items])
    return Page([person_out(person, statuses[person.id]) for person in page.items], page.next)


async def get_enabler(uow: Uow, enabler_id: UUID) -> EnablerOut:
    return EnablerOut.model_validate(await uow.get(Enabler, enabler_id, enablers_of(uow.caller)))
