"""Reads of designs: those of the table and, after them, those that ship with the room."""

from typing import Any
from uuid import UUID

from sqlalchemy import any_, exists, func, or_
from sqlmodel import select

from services.journeys.designs import LIBRARY, Shipped
from services.journeys.model import Design, DesignPast, designs_of
from services.journeys.policy.designs import DesignState, differences
from services.journeys.schemas.designs import (
    DesignDetail,
    DesignDiffOut,
    DesignOut,
    DifferenceOut,
    PastOut,
    PastsOut,
)
from shared.errors import NotFound
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import ENTITY_PATH
from shared.storage.tx import Uow

MOST_PASTS = 200


async def list_designs(
    uow: Uow, kind: str | None, journey: str | None, state: DesignState | None, paging: Paging
) -> Page:
    """The last changed come last; what ships with the room ends the last page."""
    query = select(Design).where(designs_of(uow.caller))
    for column, value in ((Design.kind, kind), (Design.journey, journey), (Design.state, state)):
        query = query if value is None else query.where(column == value)
    order, shape = (Design.changed_at, Design.id), DesignOut.model_validate
    page = await listing(uow, query, order=order, paging=paging, changed=Design.changed_at, shape=shape)
    if page.next is not None or paging.changed_since:
        return page
    shipped = [one for one in LIBRARY.designs if kind in (None, one.kind) and journey in (None, one.journey)]
    found = [one for one in shipped if state in (None, await _state(uow, one))]
    return Page([*page.items, *[await _out(uow, one, DesignOut) for one in found]], None)


async def get_design(uow: Uow, design_id: UUID) -> DesignDetail:
    return await found_design(uow, design_id)


async def found_design(uow: Uow, design_id: UUID) -> DesignDetail:
    """A version that the caller may see, from the table or shipped; NotFound."""
    if (shipped := LIBRARY.by_id.get(design_id)) is not None:
        return await _out(uow, shipped, DesignDetail)
    return DesignDetail.model_validate(await uow.get(Design, design_id, designs_of(uow.caller)))


async def design_in_use(
    uow: Uow, kind: str, journey: str, persona: str | None = None, entity_id: UUID | None = None
) -> DesignDetail:
    """What holds for a committee (none: the caller's own): its own design, else the nearest above, else what ships."""
    whose = entity_id or uow.caller.entity
    place, line = ENTITY_PATH.alias(), ENTITY_PATH.alias()
    near = func.coalesce(func.cardinality(place.c.path), 0)
    query: Any = select(Design.id).outerjoin(place, place.c.entity_id == Design.entity_id)
    above = exists().where(line.c.entity_id == whose, Design.entity_id == any_(line.c.path))
    query = query.where(
        Design.kind == kind, Design.journey == journey, Design.state == DesignState.published,
        Design.persona.is_not_distinct_from(persona), designs_of(uow.caller),  # type: ignore[union-attr]
        or_(Design.entity_id.is_(None), above),  # type: ignore[union-attr]
    )  # fmt: skip
    found = await uow.scalar(query.order_by(near.desc(), Design.id).limit(1))
    if found is not None:
        return await found_design(uow, found)
    if (shipped := LIBRARY.newest(kind, journey, persona)) is None:
        raise NotFound(f"There is no {kind} of a journey {journey}.")
    return await _out(uow, shipped, DesignDetail)


async def diff_designs(uow: Uow, design_id: UUID, against: UUID) -> DesignDiffOut:
    """What `design_id` says other than `against`."""
    before, after = await found_design(uow, against), await found_design(uow, design_id)
    if before.kind != after.kind:
        raise NotFound("These two are of different kinds.")
    found = [DifferenceOut.model_validate(one) for one in differences(before.document, after.document)]
    return DesignDiffOut(before=against, after=design_id, differences=found)


async def list_pasts(uow: Uow, design_id: UUID) -> PastsOut:
    """What a draft said before, the newest first."""
    design = await found_design(uow, design_id)
    query = select(DesignPast.version, DesignPast.author, DesignPast.replaced_at)
    query = query.where(DesignPast.design_id == design.id).order_by(DesignPast.version.desc()).limit(MOST_PASTS)  # type: ignore[attr-defined]
    return PastsOut(items=[PastOut.model_validate(dict(row._mapping)) for row in await uow.execute(query)])


async def _state(uow: Uow, one: Shipped) -> DesignState:
    """A shipped design is in use until somebody publishes another one for everybody."""
    if LIBRARY.newest(one.kind, one.journey, one.persona) is not one:
        return DesignState.retired
    other = select(Design.id).where(
        Design.kind == one.kind, Design.journey == one.journey, Design.state == DesignState.published,
        Design.persona.is_not_distinct_from(one.persona), Design.entity_id.is_(None),  # type: ignore[union-attr]
    )  # fmt: skip
    return DesignState.published if await uow.scalar(other.limit(1)) is None else DesignState.retired


async def _out(uow: Uow, one: Shipped, shape: type[Any]) -> Any:
    blank = dict.fromkeys(("entity_id", "published_by", "created_at", "published_at", "retired_at"))
    values = {name: getattr(one, name) for name in ("id", "kind", "journey", "persona", "number", "document")}
    state = await _state(uow, one)
    return shape.model_validate(values | blank | {"state": state, "shipped": True, "author": "sojourn", "version": 1})
