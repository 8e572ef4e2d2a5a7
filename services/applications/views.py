"""Reads of the applications room; every query carries the caller's scope."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import select

from services.applications.model import (
    Application,
    Enabler,
    Entity,
    Opportunity,
    Person,
    applications_of,
    enablers_of,
    people_of,
)
from services.applications.policy import Status, person_status, possible_moves
from services.applications.schemas import (
    ApplicationOut,
    ChangeOut,
    DossierOut,
    EnablerOut,
    EntityOut,
    OpportunityOut,
    PersonOut,
)
from shared.access import Caller
from shared.contracts.applications import Product
from shared.errors import NotFound
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import ENTITY_PATH
from shared.storage.tx import Uow

DOSSIER_FACTS = ("pickup_place", "pickup_on", "pickup_time", "pickup_person", "pickup_phone", "accommodation")
DOSSIER_FACTS += ("workplace", "supervisor", "emergency_contact", "departure_route")
HISTORY = text("""SELECT at, recorded_at, actor, role, action, reason, before, after
    FROM audit WHERE subject = :subject ORDER BY id""")


def application_out(row: Application, caller: Caller) -> ApplicationOut:
    status = Status(row.status)
    seen = {
        "sending_approved": row.sending_approval == row.terms,
        "hosting_approved": row.hosting_approval == row.terms,
        "possible_moves": possible_moves(status, caller.role),
    }
    return ApplicationOut.model_validate(row.model_dump() | seen)


def dossier_out(row: Application) -> DossierOut:
    facts = {name: row.dossier.get(name) for name in DOSSIER_FACTS}
    missing = [name for name, value in facts.items() if value is None]
    return DossierOut(application_id=row.id, facts=facts, missing=missing, version=row.version)


def person_out(person: Person, status: Status) -> PersonOut:
    return PersonOut.model_validate(person.model_dump() | {"status": status})


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


async def get_opportunity(uow: Uow, opportunity_id: UUID) -> OpportunityOut:
    return OpportunityOut.model_validate(await uow.get(Opportunity, opportunity_id))


async def list_opportunities(uow: Uow, product: Product | None, country: str | None, paging: Paging) -> Page:
    """What is on offer: everybody who is signed in may look."""
    query = select(Opportunity)
    if product:
        query = query.where(Opportunity.product == product)
    if country:
        query = query.where(Opportunity.country == country)
    order = (Opportunity.changed_at, Opportunity.id)
    shape = OpportunityOut.model_validate
    return await listing(uow, query, order=order, paging=paging, changed=Opportunity.changed_at, shape=shape)


async def get_application(uow: Uow, application_id: UUID) -> ApplicationOut:
    return application_out(await uow.get(Application, application_id, applications_of(uow.caller)), uow.caller)


async def list_applications(uow: Uow, status: Status | None, person_id: UUID | None, paging: Paging) -> Page:
    query = select(Application).where(applications_of(uow.caller))
    if status:
        query = query.where(Application.status == status)
    if person_id:
        query = query.where(Application.person_id == person_id)
    order = (Application.changed_at, Application.id)

    def shape(row: Application) -> ApplicationOut:
        return application_out(row, uow.caller)

    return await listing(uow, query, order=order, paging=paging, changed=Application.changed_at, shape=shape)


async def get_dossier(uow: Uow, application_id: UUID) -> DossierOut:
    return dossier_out(await uow.get(Application, application_id, applications_of(uow.caller)))


async def get_history(uow: Uow, application_id: UUID) -> list[dict[str, Any]]:
    """Who changed the application, when, from what to what, and why; nothing is ever overwritten."""
    if await uow.find(Application, Application.id == application_id, applications_of(uow.caller)) is None:
        raise NotFound(f"There is no application {application_id}, or it is not yours to see.")
    rows = (await uow.execute(HISTORY, {"subject": application_id})).mappings()
    return [ChangeOut.model_validate(dict(row)).model_dump(mode="json") for row in rows]
