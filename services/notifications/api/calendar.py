"""Touchpoints over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.notifications import views
from services.notifications.api.doors import Anybody, Application
from services.notifications.policy import State
from services.notifications.schemas import TouchpointOut
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1")


@router.get("/touchpoints", response_model=PageOf[TouchpointOut], operation_id="list_touchpoints", tags=["touchpoints"])
async def list_touchpoints(
    door: Anybody,
    paging: Paging,
    application_id: Application = None,
    person_id: Annotated[UUID | None, Query(description="Only of this person")] = None,
    enabler_id: Annotated[UUID | None, Query(description="Only of what goes to this enabler")] = None,
    state: Annotated[State | None, Query(description="Only in this state")] = None,
) -> Response:
    """The calendar: what is sent, what waits and until when, what isn't sent and why."""
    return await door.page(views.list_touchpoints, application_id, person_id, enabler_id, state, paging=paging)


@router.get(
    "/touchpoints/{touchpoint_id}", response_model=TouchpointOut, operation_id="get_touchpoint", tags=["touchpoints"]
)
async def get_touchpoint(touchpoint_id: UUID, door: Anybody) -> Response:
    """One touchpoint, with the reason why it is not sent (yet)."""
    return await door.read(views.get_touchpoint, touchpoint_id)
