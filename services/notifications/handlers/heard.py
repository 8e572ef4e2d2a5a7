"""Own copies of what other rooms said; a fact that somebody waits for wakes the e-mails that wait for it."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import SQLModel, select

from services.notifications.handlers.arrivals import forget_arrivals
from services.notifications.handlers.asking import forget_questions
from services.notifications.handlers.evidence import forget_reasons
from services.notifications.handlers.experiences import settle_experiences, stop_person
from services.notifications.handlers.feed import forget_feed
from services.notifications.handlers.happenings import hear_happening
from services.notifications.handlers.papers import forget_papers
from services.notifications.handlers.preflight import look_again
from services.notifications.handlers.seats import follow_later
from services.notifications.handlers.suppressions import forget_suppressions
from services.notifications.handlers.ticking import forget_notes
from services.notifications.model import (
    Delivery,
    Document,
    Dossier,
    Enabler,
    Entity,
    Experience,
    FoundList,
    Opportunity,
    Person,
)
from shared.contracts import applications as facts
from shared.contracts.envelope import Envelope
from shared.storage.scope import remember_entity
from shared.storage.tx import Uow


async def keep(uow: Uow, model: type[SQLModel], id_: UUID, **values: Any) -> None:
    """Insert or update the parts of a row that this event tells."""
    put = insert(model).values(id=id_, **values)
    await uow.execute(put.on_conflict_do_update(index_elements=["id"], set_=values))


async def wake(uow: Uow, *where: ColumnElement[bool]) -> None:
    """E-mails that wait for facts look again now."""
    waiting = (Delivery.state == "pending", func.jsonb_array_length(Delivery.waiting_for) > 0)
    await uow.execute(update(Delivery).where(*waiting, *where).values(not_before=func.clock_timestamp()))


async def keep_entity(uow: Uow, envelope: Envelope) -> None:
    entity = envelope.data
    assert isinstance(entity, facts.EntityRegistered)
    await remember_entity(uow, entity.entity_id, entity.path)
    before = await uow.scalar(select(Entity.zone).where(Entity.id == entity.entity_id))
    await keep(uow, Entity, entity.entity_id, zone=entity.zone, country=entity.country)
    if before != entity.zone:
        sides = or_(Experience.hosting_entity_id == entity.entity_id, Experience.sending_entity_id == entity.entity_id)
        await resettle(uow, sides)


async def resettle(uow: Uow, where: ColumnElement[bool]) -> None:
    """A zone or a country became known: calendars that hang on it are looked at again."""
    stays = select(Experience).where(where).order_by(Experience.id)
    await settle_experiences(uow, await uow.rows(stays.with_for_update()))


async def keep_entity_details(uow: Uow, envelope: Envelope) -> None:
    details = envelope.data
    assert details is None or isinstance(details, facts.EntityDetails)
    names = ("name", "email", "phone")
    await keep(uow, Entity, envelope.key, **{name: getattr(details, name, None) for name in names})
    await wake(uow, or_(Delivery.hosting_entity_id == envelope.key, Delivery.sending_entity_id == envelope.key))


async def keep_person(uow: Uow, envelope: Envelope) -> None:
    """The language of the sign-up counts until the person's details name one; who was erased keeps none."""
    person = envelope.data
    assert isinstance(person, facts.PersonRegistered)
    names = ("zone", "country", "sending_entity_id")
    where = {name: getattr(person, name) for name in names}
    put = insert(Person).values(id=person.person_id, language=person.language, **where)
    language = case((Person.erased, None), else_=func.coalesce(Person.language, put.excluded.language))
    await uow.execute(put.on_conflict_do_update(index_elements=["id"], set_={"language": language, **where}))
    await resettle(uow, Experience.person_id == person.person_id)
    await hear_happening(uow, envelope)


async def keep_contact(uow: Uow, envelope: Envelope) -> None:
    """Name and address of a recipient; a tombstone erases them, with the documents, and cancels what waits."""
    details = envelope.data
    if details is None:
        await _forget(uow, envelope.key)
        return
    assert isinstance(details, facts.PersonDetails)
    names = ("given_name", "family_name", "email", "phone", "language")
    await keep(uow, Person, envelope.key, erased=False, **{name: getattr(details, name) for name in names})
    await wake(uow, Delivery.person_id == envelope.key)


async def _forget(uow: Uow, person_id: UUID) -> None:
    address = await uow.scalar(select(Person.email).where(Person.id == person_id))
    gone = {"given_name": None, "family_name": None, "email": None, "phone": None, "language": None}
    await keep(uow, Person, person_id, erased=True, **gone)
    stays = select(Experience.id).where(Experience.person_id == person_id)
    for stay in await uow.rows(stays):
        await keep(uow, Dossier, stay, facts={})
    await uow.execute(update(Document).where(Document.person_id == person_id).values(content=None))
    await forget_reasons(uow, person_id)
    await uow.execute(update(Delivery).where(Delivery.recipient_id == person_id).values(address_hash=None))
    await forget_notes(uow, person_id)
    await forget_papers(uow, person_id)
    await stop_person(uow, person_id)
    await follow_later(uow, await uow.all(Experience, person_id=person_id))
    await forget_suppressions(uow, person_id)
    await forget_feed(uow, person_id)
    await forget_questions(uow, person_id, address)
    await uow.execute(delete(FoundList).where(FoundList.person_id == person_id))
    await forget_arrivals(uow, person_id)
    uow.note("erase_person", person_id)


async def keep_enabler(uow: Uow, envelope: Envelope) -> None:
    details = envelope.data
    assert details is None or isinstance(details, facts.EnablerDetails)
    if details is None:
        await forget_questions(
            uow, envelope.key, await uow.scalar(select(Enabler.email).where(Enabler.id == envelope.key))
        )
    names = ("name", "contact_name", "email", "phone", "language")
    await keep(uow, Enabler, envelope.key, **{name: getattr(details, name, None) for name in names})
    await wake(uow, _of_experiences(Experience.enabler_id == envelope.key))


async def keep_opportunity(uow: Uow, envelope: Envelope) -> None:
    posted = envelope.data
    assert isinstance(posted, facts.OpportunityPosted)
    names = ("enabler_id", "hosting_entity_id", "product", "country", "zone", "weekly_hours")
    await keep(uow, Opportunity, envelope.key, **{name: getattr(posted, name) for name in names})
    await resettle(uow, and_(Experience.opportunity_id == envelope.key, Experience.zone.is_(None)))  # type: ignore[union-attr]
    await hear_happening(uow, envelope)


async def keep_new_enabler(uow: Uow, envelope: Envelope) -> None:
    new = envelope.data
    assert isinstance(new, facts.EnablerRegistered)
    await keep(uow, Enabler, new.enabler_id, hosting_entity_id=new.hosting_entity_id)
    await hear_happening(uow, envelope)


async def keep_opportunity_details(uow: Uow, envelope: Envelope) -> None:
    details = envelope.data
    assert details is None or isinstance(details, facts.OpportunityDetails)
    await keep(uow, Opportunity, envelope.key, **_told(details, "title", "city", "description"))
    await wake(uow, _of_experiences(Experience.opportunity_id == envelope.key))


async def keep_dossier(uow: Uow, envelope: Envelope) -> None:
    """The facts of a stay, whole; without the ids only what is known."""
    dossier = envelope.data
    assert dossier is None or isinstance(dossier, facts.ExperienceDossier)
    ids = {"application_id", "person_id"}
    known = dossier.model_dump(mode="json", exclude=ids, exclude_none=True) if dossier else {}
    await keep(uow, Dossier, envelope.key, facts=known)
    await wake(uow, Delivery.application_id == envelope.key)
    await look_again(uow, envelope.key)


def _of_experiences(where: ColumnElement[bool]) -> ColumnElement[bool]:
    return Delivery.application_id.in_(select(Experience.id).where(where))  # type: ignore[attr-defined]


def _told(details: Any, *names: str) -> dict[str, Any]:
    """These parts of what was told; all None for a tombstone."""
    return {name: getattr(details, name, None) for name in names}
