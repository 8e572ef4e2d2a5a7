"""Filters are saved, removed, and brought back when that was a mistake."""

from uuid import UUID

from sqlalchemy import func
from sqlmodel import select

from services.journeys.commands.filters import RemoveFilter, RestoreFilter, SaveFilter, SetDefault
from services.journeys.model import DefaultFilter, SavedFilter, default_of, filters_of, own_filters_of
from services.journeys.policy.filters import kept
from services.journeys.schemas.filters import FilterOut
from services.journeys.views.filters import filter_out
from shared.access import MANAGERS, Role
from shared.errors import Conflict, FieldError, Invalid
from shared.ids import new_id
from shared.storage.tx import Uow

MOST = 100
SHARING = MANAGERS | {Role.auditor}


async def save_filter(uow: Uow, command: SaveFilter) -> FilterOut:
    """At most a hundred of one's own; only staff share."""
    if command.shared and uow.caller.role not in SHARING:
        raise Invalid(errors=[FieldError("#/shared", "Only those who work for a committee share filters.")])
    mine = select(func.count()).select_from(SavedFilter).where(own_filters_of(uow.caller))
    if await uow.scalar(mine.where(SavedFilter.removed_at.is_(None))) >= MOST:  # type: ignore[union-attr]
        raise Conflict(f"There are {MOST} filters already: remove one first.", code="too-many-filters")
    caller = uow.caller
    row = uow.add(
        SavedFilter(
            id=new_id(), page=command.page, name=command.name, query=kept(command.query), owner=caller.subject,
            role=caller.role, entity_id=caller.entity, shared=command.shared, made_at=uow.now,
        )
    )  # fmt: skip
    uow.note("save_filter", row.id, after={"page": row.page, "shared": row.shared})
    await uow.flush()
    return filter_out(row, caller)


async def remove_filter(uow: Uow, command: RemoveFilter) -> FilterOut:
    row = await _own(uow, command.filter_id)
    if row.removed_at is None:
        uow.change(row, removed_at=uow.now)
        uow.note("remove_filter", row.id)
    return filter_out(row, uow.caller)


async def restore_filter(uow: Uow, command: RestoreFilter) -> FilterOut:
    row = await _own(uow, command.filter_id)
    if row.removed_at is not None:
        uow.change(row, removed_at=None)
        uow.note("restore_filter", row.id)
    return filter_out(row, uow.caller)


async def set_default(uow: Uow, command: SetDefault) -> FilterOut:
    """One's own filter, or one that is shared with the caller; of two for a page the last."""
    visible = (filters_of(uow.caller), SavedFilter.removed_at.is_(None))  # type: ignore[union-attr]
    row = await uow.get(SavedFilter, command.filter_id, *visible)
    id_ = default_of(uow.caller, row.page)
    held = await uow.find(DefaultFilter, id=id_, lock=True)
    if held is None:
        held = uow.add(DefaultFilter(id=id_, page=row.page))
    if command.default or held.filter_id == row.id:
        uow.change(held, filter_id=row.id if command.default else None)
        uow.note("set_default_filter", row.id, after={"default": command.default})
    return filter_out(row, uow.caller, held.filter_id)


async def _own(uow: Uow, filter_id: UUID) -> SavedFilter:
    row = await uow.get(SavedFilter, filter_id, own_filters_of(uow.caller), lock=True)
    uow.expect(row.version)
    return row
