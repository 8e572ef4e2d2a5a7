"""The pages of the console and the roads between them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import httpx
from fastapi import APIRouter, Depends, Query
from starlette.responses import FileResponse, Response

from services.journeys import views
from services.journeys.console import catalogue, charts, session
from services.journeys.console.person import Asked, gather
from services.journeys.console.render import STATIC, ConsoleRoute, page, static_file, to
from services.journeys.console.rooms import Panel, Rooms, http_client, together
from services.journeys.console.session import HOME, SIGN_IN, Session, session_of
from services.journeys.console.words import ROOMS
from shared.access import Caller, Role
from shared.errors import NotFound
from shared.web.door import Door, public

ASYNCAPI = Path(__file__).resolve().parents[3] / "docs" / "asyncapi.yaml"
PAGE = 50
router = APIRouter(include_in_schema=False, route_class=ConsoleRoute)
Visitor = Annotated[
    Door, public("a page for browsers: it asks for the cookie itself and sends who has none to sign in")
]
Text = Annotated[str | None, Query(max_length=1000)]


async def _client() -> AsyncIterator[httpx.AsyncClient]:
    async with http_client() as client:
        yield client


Client = Annotated[httpx.AsyncClient, Depends(_client)]


def _shown(door: Door, signed_in: Session | None, here: str = "") -> dict[str, Any]:
    """What every page's frame needs."""
    return {"session": signed_in, "here": here, "now": door.runtime.clock.now()}


# --- signing in and out


@router.get(SIGN_IN, operation_id="console_sign_in_page")
async def sign_in_page(
    door: Visitor, wanted: Annotated[str | None, Query(alias="next")] = None, ended: Text = None
) -> Response:
    """In development everybody on this machine picks a part; in production the page says what is missing."""
    actors = None
    if session.may_pick(door):
        actors = await door.runtime.read(views.list_actors, caller=Caller.system("journeys"))
    shown = {"actors": actors, "next": session.local_path(wanted), "ended": bool(ended)}
    return page("sign_in.html", **_shown(door, None), **shown)


@router.post(SIGN_IN, operation_id="console_sign_in")
async def sign_in(door: Visitor) -> Response:
    session.check_same_site(door.request)
    async with door.request.form(max_files=0, max_fields=5) as form:
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
    choice = fields.get("as", "")
    name = await door.runtime.read(views.name_of, choice.partition(":")[2], caller=Caller.system("journeys"))
    token = session.picked_token(door, choice, name)
    return session.remember(to(session.local_path(fields.get("next"))), door, token)


@router.post(f"{HOME}/sign-out", operation_id="console_sign_out")
async def sign_out(door: Visitor) -> Response:
    session.check_same_site(door.request)
    return session.forget(to(SIGN_IN))


# --- people


@router.get(f"{HOME}/", operation_id="console_home_slash")
async def home_slash(door: Visitor) -> Response:
    return to(HOME)


@router.get(HOME, operation_id="console_home")
async def home(
    door: Visitor, client: Client, search: Text = None, profile: Text = None, cursor: Text = None
) -> Response:
    """Who is where; a participant goes straight to the own page."""
    signed_in = await session_of(door)
    rooms = Rooms(client, door.runtime.kernel, signed_in.token)
    asked = {"search": (search or "").strip()[:100] or None, "profile": profile or None, "cursor": cursor}
    people, funnel = await together(
        rooms.get("journeys", "/v1/people", limit=PAGE, **asked), _funnel(rooms, signed_in.caller.role)
    )
    if signed_in.caller.role is Role.participant and people["items"]:
        return to(f"{HOME}/people/{people['items'][0]['id']}")
    return page("home.html", **_shown(door, signed_in, "people"), people=people, funnel=funnel, asked=asked)


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
    return page("person.html", **_shown(door, signed_in, "people"), **shown, latest=scores[-1] if scores else None)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("This address names nobody.") from error


# --- events


@router.get(f"{HOME}/events", operation_id="console_events")
async def events(door: Visitor) -> Response:
    """Every event that the rooms tell each other."""
    signed_in = await session_of(door)
    shown = {"catalogue": catalogue.by_room(), "asyncapi": ASYNCAPI.is_file()}
    return page("events.html", **_shown(door, signed_in, "events"), **shown)


@router.get("/asyncapi.yaml", operation_id="download_asyncapi")
async def asyncapi(door: Annotated[Door, public("the contracts are no secret")]) -> Response:
    """The AsyncAPI document, where it was generated."""
    if not ASYNCAPI.is_file():
        raise NotFound("The AsyncAPI document isn't part of this installation.")
    return FileResponse(ASYNCAPI, media_type="application/yaml", filename="asyncapi.yaml")


# --- the rest


@router.get(f"{HOME}/static/{{name}}", operation_id="console_static")
async def static(name: str, door: Annotated[Door, public("style sheets and pictures")]) -> Response:
    if name not in STATIC:
        raise NotFound("There is no such file.")
    caching = "public, max-age=31536000, immutable" if door.request.url.query else "no-cache"
    return Response(static_file(name), headers={"Cache-Control": caching}, media_type=STATIC[name])


@router.get(f"{HOME}/{{rest:path}}", operation_id="console_elsewhere")
async def elsewhere(rest: str, door: Visitor) -> Response:
    """Any other address of the console: a page says that there is nothing."""
    await session_of(door)
    raise NotFound("There is no page at this address.")
