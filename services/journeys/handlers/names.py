"""What people and things are called: copies of personal topics, where a tombstone leaves no row."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import SQLModel, delete

from services.journeys.handlers.entries import touch
from services.journeys.model import Comment, Entity, Label, PersonName
from services.journeys.policy import folded
from shared.contracts import applications as facts
from shared.contracts.envelope import Envelope
from shared.contracts.surveys import SurveyComment
from shared.storage.scope import remember_entity
from shared.storage.tx import Uow


async def place_entity(uow: Uow, envelope: Envelope) -> None:
    """Where a committee stands in the tree: the scope of its managers."""
    entity = envelope.data
    assert isinstance(entity, facts.EntityRegistered)
    await remember_entity(uow, entity.entity_id, entity.path)
    await _keep(uow, Entity, "id", entity.entity_id, kind=entity.kind.value, country=entity.country)


async def name_person(uow: Uow, envelope: Envelope) -> None:
    """A person's name, as it is now; a tombstone forgets it."""
    person = envelope.data
    assert person is None or isinstance(person, facts.PersonDetails)
    if person is None:
        await _forget(uow, PersonName, "person_id", envelope.key)
    else:
        searched = folded(f"{person.given_name} {person.family_name}")
        names = {"given_name": person.given_name, "family_name": person.family_name, "searched": searched}
        await _keep(uow, PersonName, "person_id", person.person_id, **names)
    await touch(uow, envelope.key)


async def name_entity(uow: Uow, envelope: Envelope) -> None:
    await _label(uow, envelope, "entity", getattr(envelope.data, "name", None))


async def name_enabler(uow: Uow, envelope: Envelope) -> None:
    await _label(uow, envelope, "enabler", getattr(envelope.data, "name", None))


async def name_opportunity(uow: Uow, envelope: Envelope) -> None:
    await _label(uow, envelope, "opportunity", getattr(envelope.data, "title", None))


async def quote_comment(uow: Uow, envelope: Envelope) -> None:
    """What somebody wrote in a survey, in their words."""
    comment = envelope.data
    if comment is None:
        await _forget(uow, Comment, "invitation_id", envelope.key)
        return
    assert isinstance(comment, SurveyComment)
    await _keep(uow, Comment, "invitation_id", envelope.key, person_id=comment.person_id, text=comment.comment)


async def _label(uow: Uow, envelope: Envelope, kind: str, text: str | None) -> None:
    if text is None:
        await _forget(uow, Label, "id", envelope.key)
    else:
        await _keep(uow, Label, "id", envelope.key, kind=kind, text=text)


async def _keep(uow: Uow, model: type[SQLModel], key: str, id_: UUID, **values: Any) -> None:
    row = insert(model).values({key: id_, **values}).on_conflict_do_update(index_elements=[key], set_=values)
    await uow.session.execute(row)


async def _forget(uow: Uow, model: type[SQLModel], key: str, id_: UUID) -> None:
    await uow.session.execute(delete(model).where(getattr(model, key) == id_))
