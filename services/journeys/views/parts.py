"""A caller's scope over rows with two sides as parts that don't overlap: an index on one side serves each.

`visible` says the same in one predicate, but for an OR over two sides every row of the room is looked at.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, True_, all_, any_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from shared.access import Role
from shared.storage.scope import ENTITY_PATH, visible, within
from shared.storage.tx import Uow

Part = list[ColumnElement[bool]]
OWN = {Role.sending_manager: ("sending",), Role.hosting_manager: ("hosting",)}
OWN |= {Role.national_manager: ("sending", "hosting")}
MANY = 100  # committees: looking up each in an index takes longer than looking at every row


async def parts_of(uow: Uow, entity_id: UUID | None = None, *, sending: Any, hosting: Any, **whose: Any) -> list[Part]:
    """What the caller sees, of this entity and those below it, as `visible` has it: a row is in one part at most.

    A part without conditions is everything.
    """
    sides = {"sending": sending, "hosting": hosting}
    scope = visible(uow.caller, **sides, **whose)
    seen = [] if isinstance(scope, True_) else [scope]
    about = [] if entity_id is None else [or_(*(within(side, entity_id) for side in sides.values()))]
    own = uow.caller.entity if uow.caller.role in OWN else None
    mine = None if own is None else await _below(uow, own)
    asked = None if entity_id is None else await _below(uow, entity_id)
    if mine is not None and (asked is None or len(mine) <= len(asked)):
        on, rest, ids = [sides[one] for one in OWN[uow.caller.role]], about, mine
    elif asked is not None:
        on, rest, ids = [sending, hosting], seen, asked
    else:
        return [seen]
    return [[*part, *rest] for part in _apart(on, ids)] if len(ids) <= MANY else [[*seen, *about]]


def _apart(sides: list[Any], ids: list[UUID]) -> list[Part]:
    """Rows whose first side is among these; then those of which the other side alone is."""
    first, *others = sides
    among: Any = literal(ids, ARRAY(Uuid))  # one parameter, however many they are
    without = or_(first.is_(None), first != all_(among))
    return [[first == any_(among)], *([side == any_(among), without] for side in others)]


async def narrowing(uow: Uow, entity_id: UUID | None) -> UUID | None:
    """The entity by which a caller narrows what is shown; None for one that all others are below: that is no narrowing,
    and looking at each row's sides for it would take long."""
    path = ENTITY_PATH
    if entity_id is None:
        return None
    all_below = select(func.bool_and(path.c.path.contains([entity_id])))
    return None if (await uow.execute(all_below)).scalar() else entity_id


async def _below(uow: Uow, entity_id: UUID) -> list[UUID]:
    path = ENTITY_PATH
    found = await uow.execute(select(path.c.entity_id).where(path.c.path.contains([entity_id])))
    return list(found.scalars())
