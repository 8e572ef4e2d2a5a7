"""Home: what waits for this role today."""

from starlette.responses import Response

from services.journeys.console.daily import waiting
from services.journeys.console.pages.doors import Client, Visitor, framed, new_router, opened
from services.journeys.console.render import page, to
from services.journeys.console.session import HOME

router = new_router()


@router.get(f"{HOME}/", operation_id="console_home_slash")
async def home_slash(door: Visitor) -> Response:
    return to(HOME)


@router.get(HOME, operation_id="console_home")
async def home(door: Visitor, client: Client) -> Response:
    """The daily tasks of the role, with how much waits."""
    signed_in, rooms = await opened(door, client)
    tasks = await waiting(rooms, signed_in.caller.role)
    return page("home.html", **framed(door, signed_in, "home"), tasks=tasks)
