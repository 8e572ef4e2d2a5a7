"""People and their conversations over HTTP."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.journeys import views
from services.journeys.api.doors import Anybody
from services.journeys.policy import Profile
from services.journeys.schemas import EntryOut, PersonLine, PersonOut
from services.journeys.views import Order
from shared.contracts.topics import ROOMS
from shared.storage import paging as rows
from shared.web.paging import LONGEST_CURSOR, MOST, Asked, PageOf, Paging, decode

router = APIRouter(prefix="/v1")
Room = StrEnum("Room", list(ROOMS))  # type: ignore[misc]


async def walk(
    limit: Annotated[int, Query(ge=1, le=MOST, description=f"Rows of a page, at most {MOST}")] = 50,
    cursor: Annotated[str | None, Query(max_length=LONGEST_CURSOR, description="`next` of the page before")] = None,
) -> Asked:
    """Paging without `changed_since`: entries are never changed; ask the list of people who has new ones."""
    as_of, values = decode(cursor) if cursor is not None else (None, None)
    return Asked(rows.Paging(values, limit), as_of)


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
    room: Annotated[Room | None, Query(description="Only what this room said")] = None,
    order: Annotated[Order, Query(description="Which end comes first")] = Order.newest,
) -> Response:
    """One conversation: all that happened with a person, from every room and channel."""
    return await door.page(views.get_timeline, person_id, room, order, paging=paging)
