"""Own copies of what other rooms said; a fact that somebody waits for wakes the e-mails that wait for it."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import SQLModel, select

from services.notifications.handlers.evidence import forget_reasons
from services.notifications.handlers.experiences import stop_person
from services.notifications.handlers.suppressions import forget_suppressions
from services.notifications.model import Delivery, Document, Dossier, Enabler, Entity, Experience, Opportunity, Person
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
    put = insert(Person).values(id=person.person_id, language=person.language)
    language = case((Person.erased, None), else_=func.coalesce(Person.language, put.excluded.language))
    await uow.execute(put.on_conflict_do_update(index_elements=["id"], set_={"language": language}))


async def keep_contact(uow: Uow, envelope: Envelope) -> None:
    """Name and address of a recipient; a tombstone erases them, with the documents, and cancels what waits."""
    details = envelope.data
    if details is None:
        await _forget(uow, envelope.key)
        return
    assert isinstance(details, facts.PersonDetails)
    names = ("given_name", "family_name", "email", "language")
    await keep(uow, Person, envelope.key, erased=False, **{name: getattr(details, name) for name in names})
    await wake(uow, Delivery.person_id == envelope.key)


async def _forget(uow: Uow, person_id: UUID) -> None:
    gone = {"given_name": None, "family_name": None, "email": None, "language": None}
    await keep(uow, Person, person_id, erased=True, **gone)
    stays = select(Experience.id).where(Experience.person_id == person_id)
    for stay in await uow.rows(stays):
        await keep(uow, Dossier, stay, facts={})
    await uow.execute(update(Document).where(Document.person_id == person_id).values(content=None))
    await forget_reasons(uow, person_id)
    await stop_person(uow, person_id)
    await forget_suppressions(uow, person_id)
    uow.note("erase_person", person_id)


async def keep_enabler(uow: Uow, envelope: Envelope) -> None:
    details = envelope.data
    assert details is None or isinstance(details, facts.EnablerDetails)
    await keep(uow, Enabler, envelope.key, name=details.name if details else None)
    await wake(uow, _of_experiences(Experience.enabler_id == envelope.key))


async def keep_opportunity(uow: Uow, envelope: Envelope) -> None:
    posted = envelope.data
    assert isinstance(posted, facts.OpportunityPosted)
    await keep(uow, Opportunity, envelope.key, weekly_hours=posted.weekly_hours)


async def keep_opportunity_details(uow: Uow, envelope: Envelope) -> None:
    details = envelope.data
    assert details is None or isinstance(details, facts.OpportunityDetails)
    await keep(uow, Opportunity, envelope.key, **{name: getattr(details, name, None) for name in ("title", "city")})
    await wake(uow, _of_experiences(Experience.opportunity_id == envelope.key))


async def keep_dossier(uow: Uow, envelope: Envelope) -> None:
    """The facts of a stay, whole; without the ids only what is known."""
    dossier = envelope.data
    assert dossier is None or isinstance(dossier, facts.ExperienceDossier)
    ids = {"application_id", "person_id"}
    known = dossier.model_dump(mode="json", exclude=ids, exclude_none=True) if dossier else {}
    await keep(uow, Dossier, envelope.key, facts=known)
    await wake(uow, Delivery.application_id == envelope.key)


def _of_experiences(where: ColumnElement[bool]) -> ColumnElement[bool]:
    return Delivery.application_id.in_(select(Experience.id).where(where))  # type: ignore[attr-defined]
