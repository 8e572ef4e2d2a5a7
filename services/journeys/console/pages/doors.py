"""What every page of the console is made with: who looks, the client of the rooms, the words of the frame."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

import httpx
from fastapi import APIRouter, Depends, Query

from services.journeys.console import here, navigation
from services.journeys.console.here import Elsewhere
from services.journeys.console.render import ConsoleRoute
from services.journeys.console.rooms import Rooms, http_client
from services.journeys.console.session import Session, session_of
from services.journeys.console.texts import _
from shared.errors import NotFound
from shared.web.door import Door, public

Visitor = Annotated[
    Door, public("a page for browsers: it asks for the cookie itself and sends who has none to sign in")
]
Text = Annotated[str | None, Query(max_length=1000)]


def new_router() -> APIRouter:
    """A router of pages: no part of the OpenAPI document, and every "no" is a page."""
    return APIRouter(include_in_schema=False, route_class=ConsoleRoute)


async def _client() -> AsyncIterator[httpx.AsyncClient]:
    async with http_client() as client:
        yield client


Client = Annotated[httpx.AsyncClient, Depends(_client)]


def framed(door: Door, signed_in: Session | None, here: str = "") -> dict[str, Any]:
    """What every page's frame needs."""
    return {"session": signed_in, "here": here, "now": door.runtime.clock.now()}


def id_in(text: str) -> UUID:
    """An id in an address."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(_("This address names nothing.")) from error


async def opened(door: Door, client: httpx.AsyncClient) -> tuple[Session, Rooms]:
    """Who looks, and the rooms as that person sees them; SignInNeeded where nobody is signed in, Elsewhere where the
    page is opened with a saved filter."""
    signed_in = await session_of(door)
    rooms = Rooms(client, door.runtime.kernel, signed_in.token)
    if door.request.method == "GET" and not door.request.scope["query_string"]:
        await _with_default(rooms, door.request.url.path)
    return signed_in, rooms


async def _with_default(rooms: Rooms, path: str) -> None:
    """To the filter that somebody opens this page with, if there is one and it can be read."""
    if not navigation.filtered(path):
        return
    asked = rooms.get("journeys", "/v1/filters", page=here.page_code(), default="true")
    found = await rooms.panel("journeys", asked)
    if found.items and (query := found.items["items"] and found.items["items"][0]["query"]):
        raise Elsewhere(f"{path}?{query}")
