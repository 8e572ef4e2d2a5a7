"""Calendars that a person subscribes to. The address is the proof; a GET changes nothing."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Path, Response

from services.notifications import commands, handlers, views
from services.notifications.schemas import CalendarAddressOut
from shared.access import Role
from shared.web.door import Door, allow, public
from shared.web.etag import unchanged

router = APIRouter(tags=["calendars"])
Participant = Annotated[Door, allow(Role.participant)]
ICS = {200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}}


@router.get("/v1/calendar", response_model=CalendarAddressOut, operation_id="get_calendar_address")
async def get_calendar_address(door: Participant) -> Response:
    """The address of one's own calendar, for any calendar program."""
    return await door.read(views.get_calendar_address)


@router.post("/v1/calendar", status_code=201, response_model=CalendarAddressOut, operation_id="renew_calendar_address")
async def renew_calendar_address(door: Participant) -> Response:
    """A new address; the former one works no more."""
    return await door.execute(handlers.renew_calendar_address, commands.RenewCalendarAddress(), status=201)


@router.get("/calendar/{token}.ics", response_class=Response, responses=ICS, operation_id="read_calendar")
@router.head("/calendar/{token}.ics", operation_id="probe_calendar", include_in_schema=False)
async def read_calendar(
    token: Annotated[str, Path(description="The token of the personal address")],
    door: Annotated[Door, public("the address is the proof, calendar programs have no account")],
) -> Response:
    """Sessions and the dates of the internship, as they are now."""
    content = (await door.runtime.read(views.read_calendar, token, caller=door.caller)).encode()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=900", "X-Robots-Tag": "noindex, nofollow"}
    if unchanged(door.request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)
