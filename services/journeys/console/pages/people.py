"""People, and one person over all rooms."""

from uuid import UUID

from starlette.responses import Response

from services.journeys.console import charts
from services.journeys.console.pages.doors import Client, Text, Visitor, framed, new_router
from services.journeys.console.person import Asked, gather
from services.journeys.console.render import page
from services.journeys.console.rooms import Panel, Rooms, together
from services.journeys.console.session import HOME, session_of
from services.journeys.console.texts import _
from services.journeys.console.words import ROOMS
from shared.access import Role
from shared.errors import NotFound

PAGE = 50
router = new_router()


@router.get(f"{HOME}/people", operation_id="console_people")
async def people(
    door: Visitor, client: Client, search: Text = None, profile: Text = None, cursor: Text = None
) -> Response:
    """Who is where."""
    signed_in = await session_of(door)
    rooms = Rooms(client, door.runtime.kernel, signed_in.token)
    asked = {"search": (search or "").strip()[:100] or None, "profile": profile or None, "cursor": cursor}
    found, funnel = await together(
        rooms.get("journeys", "/v1/people", limit=PAGE, **asked), _funnel(rooms, signed_in.caller.role)
    )
    return page("people.html", **framed(door, signed_in, "people"), people=found, funnel=funnel, asked=asked)


async def _funnel(rooms: Rooms, role: Role) -> Panel:
    if role in (Role.participant, Role.enabler):
        return Panel("journeys", hidden=True)
    return await rooms.panel("journeys", rooms.get("journeys", "/v1/funnel"))


@router.get(f"{HOME}/people/{{person_id}}", operation_id="console_person")
async def person(
    person_id: str, door: Visitor, client: Client, room: Text = None, order: Text = None, cursor: Text = None
) -> Response:
    """One person over all rooms."""
    signed_in = await session_of(door)
    rooms = Rooms(client, door.runtime.kernel, signed_in.token)
    asked = Asked(room if room in ROOMS else None, "oldest" if order == "oldest" else "newest", cursor)
    everything = await gather(rooms, _id(person_id), asked)
    scores = everything.scores.items or []
    course = charts.score_course(scores, everything.person["zone"])
    shown = {"all": everything, "person": everything.person, "asked": asked, "course": course, "rooms": ROOMS}
    return page("person.html", **framed(door, signed_in, "people"), **shown, latest=scores[-1] if scores else None)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(_("This address names nobody.")) from error
