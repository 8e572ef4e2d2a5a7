"""Enablers and their conversations over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.journeys import views
from services.journeys.api.asking import Asking, asked_for, walk
from services.journeys.api.doors import Anybody
from services.journeys.schemas import EnablerLine, EnablerOut, EntryOut
from services.journeys.views import Order, Whose
from shared.web.paging import Asked, PageOf, Paging

router = APIRouter(prefix="/v1", tags=["enablers"])


@router.get("/enablers", response_model=PageOf[EnablerLine], operation_id="list_enablers")
async def list_enablers(
    door: Anybody,
    paging: Paging,
    search: Annotated[str | None, Query(max_length=100, description="Words of the name")] = None,
) -> Response:
    """The enablers whom the caller may see: those of its hosting entity, and those to whom its people applied."""
    return await door.page(views.list_enablers, search, paging=paging)


@router.get("/enablers/{enabler_id}", response_model=EnablerOut, operation_id="get_enabler")
async def get_enabler(enabler_id: UUID, door: Anybody) -> Response:
    """Where one enabler stands, over all rooms."""
    return await door.read(views.get_enabler, enabler_id)


@router.get("/enablers/{enabler_id}/timeline", response_model=PageOf[EntryOut], operation_id="get_enabler_timeline")
async def get_enabler_timeline(
    enabler_id: UUID,
    door: Anybody,
    paging: Annotated[Asked, Depends(walk)],
    asking: Annotated[Asking, Depends(asked_for)],
    order: Annotated[Order, Query(description="Which end comes first")] = Order.newest,
) -> Response:
    """One conversation: all that happened with an enabler. The hosting side sees all of it, the sending side what
    concerns its own applications."""
    return await door.page(views.get_timeline, Whose(enabler_id=enabler_id), asking, order, paging=paging)
