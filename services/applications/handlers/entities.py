"""Committees after they joined: their name, contact and zone change."""

from services.applications.commands import ChangeEntity
from services.applications.model import Entity, entities_of
from services.applications.schemas import EntityOut
from shared.contracts.applications import EntityDetails
from shared.storage.tx import Uow

TOLD = frozenset({"name", "email", "phone"})


def entity_details(entity: Entity) -> EntityDetails:
    return EntityDetails(entity_id=entity.id, **entity.model_dump(include=TOLD))


async def change_entity(uow: Uow, command: ChangeEntity) -> EntityOut:
    """By the global level or by the national level that it belongs to."""
    entity = await uow.get(Entity, command.entity_id, entities_of(uow.caller), lock=True)
    uow.expect(entity.version)
    changed = {name: value for name, value in command.changes.items() if getattr(entity, name) != value}
    if changed:
        uow.change(entity, **changed)
        if changed.keys() & TOLD:
            uow.say(entity_details(entity))
        uow.note("change_entity", entity.id, after={"changed": sorted(changed)})
    return EntityOut.model_validate(entity)
