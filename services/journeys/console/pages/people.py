"""People, and one person over all rooms."""

from starlette.responses import Response

from services.journeys.console.pages.doors import Client, Text, Visitor, framed, new_router, opened
from services.journeys.console.render import page
from services.journeys.console.rooms import Panel, Rooms, together
from services.journeys.console.session import HOME
from shared.access import CUSTOMERS, Role

PAGE = 50
router = new_router()


@router.get(f"{HOME}/people", operation_id="console_people")
async def people(
    door: Visitor, client: Client, search: Text = None, profile: Text = None, cursor: Text = None
) -> Response:
    """Who is where."""
    signed_in, rooms = await opened(door, client)
    asked = {"search": (search or "").strip()[:100] or None, "profile": profile or None, "cursor": cursor}
    found, funnel = await together(
        rooms.get("journeys", "/v1/people", limit=PAGE, **asked), _funnel(rooms, signed_in.caller.role)
    )
    return page("people.html", **framed(door, signed_in, "people"), people=found, funnel=funnel, asked=asked)


async def _funnel(rooms: Rooms, role: Role) -> Panel:
    if role in CUSTOMERS:
        return Panel("journeys", hidden=True)
    return await rooms.panel("journeys", rooms.get("journeys", "/v1/funnel"))
