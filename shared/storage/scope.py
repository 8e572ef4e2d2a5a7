"""Whose manager may see what: every room's copy of the entity tree, and the predicate that each query carries."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, column, exists, false, literal, or_, select, table, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from shared.access import Caller, Role
from shared.errors import NotFound
from shared.storage.tx import Uow

ENTITY_PATH = table("entity_path", column("entity_id", Uuid), column("path", ARRAY(Uuid)))
REMEMBER = text("""
INSERT INTO entity_path (entity_id, path) VALUES (:entity_id, :path)
ON CONFLICT (entity_id) DO UPDATE SET path = excluded.path
""")


async def remember_entity(uow: Uow, entity_id: UUID, path: Sequence[UUID]) -> None:
    """Keep where an entity stands in the tree; `path` runs from the root down to the entity itself."""
    await uow.execute(REMEMBER, {"entity_id": entity_id, "path": list(path)})


async def entity_seen(uow: Uow, entity_id: UUID) -> None:
    """NotFound unless the entity is there; for a national manager it must be the own one, or below it."""
    there = select(ENTITY_PATH.c.entity_id).where(ENTITY_PATH.c.entity_id == entity_id)
    if uow.caller.role is Role.national_manager:
        there = there.where(below(literal(entity_id), uow.caller))
    if await uow.scalar(there) is None:
        raise NotFound(f"There is no entity {entity_id}, or it is not yours to see.")


def within(entity_id: Any, above: UUID) -> ColumnElement[bool]:
    """True for rows of the entity `above` and of all entities below it."""
    path = ENTITY_PATH
    return exists(select(path.c.entity_id).where(path.c.entity_id == entity_id, path.c.path.contains([above])))


def below(entity_id: Any, caller: Caller) -> ColumnElement[bool]:
    """True for rows of the caller's entity and of all entities below it; false for a caller without one."""
    return false() if caller.entity is None else within(entity_id, caller.entity)


def visible(
    caller: Caller, *, person: Any = None, enabler: Any = None, sending: Any = None, hosting: Any = None
) -> ColumnElement[bool]:
    """The scope of a caller over rows that name these columns.

    Participants and enablers see what is theirs, managers what belongs to their entity or below (each side its own),
    global managers, services and auditors everything.
    """
    match caller.role:
        case Role.global_manager | Role.service | Role.auditor:
            return true()
        case Role.participant:
            return false() if person is None or caller.party is None else person == caller.party
        case Role.enabler:
            return false() if enabler is None or caller.party is None else enabler == caller.party
        case Role.sending_manager:
            return false() if sending is None else below(sending, caller)
        case Role.hosting_manager:
            return false() if hosting is None else below(hosting, caller)
        case Role.national_manager:
            sides = [below(side, caller) for side in (sending, hosting) if side is not None]
            return or_(*sides) if sides else and_(false())
