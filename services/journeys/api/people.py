"""People and their conversations over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.journeys import views
from services.journeys.api.asking import Asking, asked_for, walk
from services.journeys.api.doors import Anybody
from services.journeys.policy import Profile
from services.journeys.schemas import EntryOut, PersonLine, PersonOut
from services.journeys.views import Order, Whose
from shared.web.paging import Asked, PageOf, Paging

router = APIRouter(prefix="/v1")


@router.get("/people", response_model=PageOf[PersonLine], operation_id="list_people", tags=["people"])
async def list_people(
    door: Anybody,
    paging: Paging,
    search: Annotated[
        str | None, Query(max_length=100, description="Words of the name; case and accents don't matter")
    ] = None,
    profile: Annotated[Profile | None, Query(description="Only at this stage of the funnel")] = None,
) -> Response:
    """The people whom the caller may see, the most recently active first."""
    return await door.page(views.list_people, search, profile, paging=paging)


@router.get("/people/{person_id}", response_model=PersonOut, operation_id="get_person", tags=["people"])
async def get_person(person_id: UUID, door: Anybody) -> Response:
    """Where one person stands, over all rooms."""
    return await door.read(views.get_person, person_id)


@router.get(
    "/people/{person_id}/timeline", response_model=PageOf[EntryOut], operation_id="get_timeline", tags=["people"]
)
async def get_timeline(
    person_id: UUID,
    door: Anybody,
    paging: Annotated[Asked, Depends(walk)],
    asking: Annotated[Asking, Depends(asked_for)],
    order: Annotated[Order, Query(description="Which end comes first")] = Order.newest,
) -> Response:
    """One conversation: all that happened with a person, from every room and channel; with all who are one with it."""
    return await door.page(views.get_timeline, Whose(person_id=person_id), asking, order, paging=paging)
