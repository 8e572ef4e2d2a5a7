"""Reads of saved filters."""

from sqlmodel import select

from services.journeys.model import SavedFilter, filters_of
from services.journeys.schemas.filters import FilterOut
from shared.access import Caller
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


def filter_out(row: SavedFilter, caller: Caller) -> FilterOut:
    own = (row.owner, row.role, row.entity_id) == (caller.subject, caller.role, caller.entity)
    return FilterOut.model_validate({**row.model_dump(), "own": own})


async def list_filters(uow: Uow, page: str | None, paging: Paging) -> Page:
    """One's own filters and those shared with one's role at the entity, by name."""
    row = SavedFilter
    query = select(row).where(filters_of(uow.caller), row.removed_at.is_(None))  # type: ignore[union-attr]
    if page is not None:
        query = query.where(row.page == page)
    found = await listing(uow, query, order=(row.name, row.id), paging=paging, changed=row.changed_at)
    return Page([filter_out(one, uow.caller) for one in found.items], found.next)
