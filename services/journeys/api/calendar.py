"""The calendar over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.journeys import views
from services.journeys.api.doors import Anybody
from services.journeys.schemas import CalendarOut
from shared.web.schemas import Day, ZoneName

router = APIRouter(prefix="/v1", tags=["calendar"])


@router.get("/calendar", response_model=CalendarOut, operation_id="get_calendar")
async def get_calendar(
    door: Anybody,
    since: Annotated[Day, Query(description="The first day", examples=["2026-03-01"])],
    until: Annotated[Day, Query(description="The last day, 62 days at most", examples=["2026-03-31"])],
    zone: Annotated[ZoneName, Query(description="Whose days", examples=["Europe/Bucharest"])] = "UTC",
    entity_id: Annotated[UUID | None, Query(description="Only of this committee and those below it")] = None,
    person_id: Annotated[UUID | None, Query(description="Only of this person")] = None,
) -> Response:
    """Touchpoints and tasks that are due in these days, as the caller may see them."""
    return await door.read(views.get_calendar, since, until, zone, entity_id, person_id)
