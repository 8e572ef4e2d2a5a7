"""The calendar over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.journeys import views
from services.journeys.api.doors import Anybody
from services.journeys.schemas import CalendarOut, HappeningOut
from services.journeys.views import DaysFilter
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Day, ZoneName

router = APIRouter(prefix="/v1", tags=["calendar"])


async def _asked(
    zone: Annotated[ZoneName, Query(description="Whose days", examples=["Europe/Bucharest"])] = "UTC",
    entity_id: Annotated[UUID | None, Query(description="Only of this committee and those below it")] = None,
    person_id: Annotated[UUID | None, Query(description="Only of this person")] = None,
) -> DaysFilter:
    return DaysFilter(zone, entity_id, person_id)


Whose = Annotated[DaysFilter, Depends(_asked)]


@router.get("/calendar", response_model=CalendarOut, operation_id="get_calendar")
async def get_calendar(
    door: Anybody,
    asked: Whose,
    since: Annotated[Day, Query(description="The first day", examples=["2026-03-01"])],
    until: Annotated[Day, Query(description="The last day, 62 days at most", examples=["2026-03-31"])],
    first: Annotated[int, Query(ge=0, le=50, description="So many of each day are named")] = 5,
) -> Response:
    """How many touchpoints and tasks are due on each day, as the caller may see them, and the first of them."""
    return await door.read(views.get_calendar, since, until, asked, first)


@router.get("/calendar/{on}", response_model=PageOf[HappeningOut], operation_id="list_calendar_day")
async def list_calendar_day(
    on: Day,
    door: Anybody,
    asked: Whose,
    paging: Paging,
    task: Annotated[bool | None, Query(description="Only tasks, or only touchpoints")] = None,
    late: Annotated[bool | None, Query(description="Only what is late by now, or only what isn't")] = None,
) -> Response:
    """Everything that is due on one day, in the order of time."""
    return await door.page(views.list_calendar_day, on, asked, task, late, paging=paging)
