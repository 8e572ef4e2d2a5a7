"""What every page of the console is made with: who looks, the client of the rooms, the words of the frame."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Depends, Query

from services.journeys.console.render import ConsoleRoute
from services.journeys.console.rooms import Rooms, http_client
from services.journeys.console.session import Session, session_of
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


async def opened(door: Door, client: httpx.AsyncClient) -> tuple[Session, Rooms]:
    """Who looks, and the rooms as that person sees them; SignInNeeded where nobody is signed in."""
    signed_in = await session_of(door)
    return signed_in, Rooms(client, door.runtime.kernel, signed_in.token)
