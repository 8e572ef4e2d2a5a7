"""Saved filters over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.journeys.api.doors import Anybody
from services.journeys.commands import filters as commands
from services.journeys.handlers import filters as handlers
from services.journeys.schemas.filters import FilterOut
from services.journeys.views import filters as views
from shared.access import Role
from shared.web.door import Door, allow
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1/filters", tags=["filters"])
Changer = Annotated[Door, allow(*Role, changes=True)]
OfPage = Annotated[
    str | None, Query(pattern=r"^[a-z][a-z0-9/_-]{0,79}$", description="Only of this page", examples=["people"])
]


IsDefault = Annotated[bool, Query(alias="default", description="Only the one that `page` is opened with")]


@router.get("", response_model=PageOf[FilterOut], operation_id="list_filters")
async def list_filters(door: Anybody, paging: Paging, page: OfPage = None, default: IsDefault = False) -> Response:
    """One's own filters, and those that others of the same entity and role share."""
    return await door.page(views.list_filters, page, default, paging=paging)


@router.post("", status_code=201, response_model=FilterOut, operation_id="save_filter")
async def save_filter(body: commands.SaveFilter, door: Anybody) -> Response:
    """Save what a page is narrowed to, for oneself or for everybody of one's entity."""
    return await door.execute(handlers.save_filter, body, status=201)


@router.post("/{filter_id}/default", response_model=FilterOut, operation_id="choose_default_filter")
async def choose_default_filter(filter_id: UUID, body: commands.ChooseDefault, door: Anybody) -> Response:
    """Open the page with this filter from now on, or no more; for oneself, whoever saved it."""
    return await door.execute(handlers.set_default, commands.SetDefault(filter_id, body.default))


@router.post("/{filter_id}/removal", response_model=FilterOut, operation_id="remove_filter")
async def remove_filter(filter_id: UUID, door: Changer) -> Response:
    """Offer one's own filter no more; its address goes on working."""
    return await door.execute(handlers.remove_filter, commands.RemoveFilter(filter_id))


@router.post("/{filter_id}/restoration", response_model=FilterOut, operation_id="restore_filter")
async def restore_filter(filter_id: UUID, door: Changer) -> Response:
    """Undo: a filter that was removed is offered again."""
    return await door.execute(handlers.restore_filter, commands.RestoreFilter(filter_id))
