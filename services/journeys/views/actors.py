"""Whose part can be played on the development sign-in page."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, literal
from sqlmodel import select

from services.journeys.model import (
    Entity,
    Label,
    PersonName,
    Subject,
)
from services.journeys.schemas import (
    ActorOut,
    ActorsOut,
)
from services.journeys.views.people import labels
from shared.storage.tx import Uow

MOST_ACTORS = 50
LEVELS = ("world", "national", "local")


async def list_actors(uow: Uow) -> ActorsOut:
    """Whose part can be played: committees from the top down, people and enablers by name."""
    entities = select(Entity.id, Entity.kind, func.coalesce(Label.text, Entity.kind), Entity.country)
    entities = entities.outerjoin(Label, Label.id == Entity.id).order_by(Entity.country, Label.text, Entity.id)  # type: ignore[arg-type]
    found = [_actor(row) for row in (await uow.execute(entities)).all()]
    full_name = func.concat_ws(" ", PersonName.given_name, PersonName.family_name)
    people = select(Subject.person_id, literal("person"), full_name, Subject.country)
    people = people.join(PersonName, PersonName.person_id == Subject.person_id)  # type: ignore[arg-type]
    people = people.where(Subject.registered_at.is_not(None)).order_by(PersonName.searched, Subject.person_id)  # type: ignore[union-attr]
    enablers = select(Label.id, Label.kind, Label.text, literal(None)).where(Label.kind == "enabler")
    enablers = enablers.order_by(Label.text, Label.id)
    return ActorsOut(
        entities=sorted(found, key=lambda actor: LEVELS.index(actor.kind)),
        people=[_actor(row) for row in (await uow.execute(people.limit(MOST_ACTORS))).all()],
        enablers=[_actor(row) for row in (await uow.execute(enablers.limit(MOST_ACTORS))).all()],
    )


def _actor(row: Any) -> ActorOut:
    return ActorOut(id=row[0], kind=row[1], name=row[2], country=row[3])


async def name_of(uow: Uow, id_: str) -> str | None:
    """What an entity, an enabler or a person is called."""
    try:
        key = UUID(id_)
    except ValueError:
        return None
    if (name := await uow.find(PersonName, person_id=key)) is not None:
        return f"{name.given_name} {name.family_name}"
    return (await labels(uow, [key])).get(key)
