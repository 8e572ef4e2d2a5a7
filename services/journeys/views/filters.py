"""Reads of saved filters."""

from uuid import UUID

from sqlmodel import select

from services.journeys.model import DefaultFilter, SavedFilter, default_of, filters_of
from services.journeys.schemas.filters import FilterOut
from shared.access import Caller
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


def filter_out(row: SavedFilter, caller: Caller, default: UUID | None = None) -> FilterOut:
    own = (row.owner, row.role, row.entity_id) == (caller.subject, caller.role, caller.entity)
    return FilterOut.model_validate({**row.model_dump(), "own": own, "default": row.id == default})


async def list_filters(uow: Uow, page: str | None, default: bool, paging: Paging) -> Page:
    """One's own filters and those shared with one's role at the entity, by name; or only the one that
    the page is opened with."""
    row = SavedFilter
    query = select(row).where(filters_of(uow.caller), row.removed_at.is_(None))  # type: ignore[union-attr]
    if page is not None:
        query = query.where(row.page == page)
    if default and page is not None:
        query = query.where(row.id.in_(await _defaults(uow, page)))  # type: ignore[attr-defined]
    found = await listing(uow, query, order=(row.name, row.id), paging=paging, changed=row.changed_at)
    defaults = await _defaults(uow, *{one.page for one in found.items})
    return Page(
        [filter_out(one, uow.caller, one.id if one.id in defaults else None) for one in found.items], found.next
    )


async def _defaults(uow: Uow, *pages: str) -> set[UUID]:
    """The filters that the caller opens these pages with."""
    ids = [default_of(uow.caller, page) for page in pages]
    query = select(DefaultFilter.filter_id).where(DefaultFilter.id.in_(ids))  # type: ignore[attr-defined]
    return {one for one in await uow.rows(query) if one is not None}
