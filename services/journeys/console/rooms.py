"""The console as a client: it asks each room's public API with the signed-in person's own token, and waits briefly."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx

from services.journeys.console.session import SignInNeeded
from shared import telemetry
from shared.errors import NotFound, Unavailable
from shared.settings import Kernel

PATIENCE = 2.0  # seconds for one panel; a room that is slower is away
Params = dict[str, str | int | None]


class NotForYou(Exception):
    """The room answers this role with 403; as with 404, its panel stays out of the page."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What a part of a page has to show: items, a note that the room is away, or nothing for this role."""

    room: str
    items: Any = field(default_factory=list)
    away: bool = False
    hidden: bool = False


@cache
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()


@asynccontextmanager
async def http_client() -> AsyncIterator[httpx.AsyncClient]:
    """A client for one page. Tests put one of their own in its place."""
    async with httpx.AsyncClient(verify=_certificates(), timeout=PATIENCE, follow_redirects=False) as client:
        yield client


class Rooms:
    """The rooms' APIs, for one signed-in person."""

    def __init__(self, client: httpx.AsyncClient, kernel: Kernel, token: str) -> None:
        self._client, self._kernel, self._token = client, kernel, token

    async def get(self, room: str, path: str, /, **params: str | int | None) -> Any:
        """The JSON of a GET; Unavailable when the room doesn't answer in time, NotFound, NotForYou, SignInNeeded."""
        address = getattr(self._kernel, f"{room}_url").rstrip("/") + path
        asked = {name: value for name, value in params.items() if value is not None}
        try:
            async with asyncio.timeout(PATIENCE):
                reply = await self._client.get(address, params=asked, headers=self._headers())
        except (httpx.HTTPError, TimeoutError, OSError) as error:
            telemetry.logger().warning("room-away", room=room, error=type(error).__name__)
            raise Unavailable(f"The {room} service doesn't answer.") from error
        return _read(room, reply)

    async def panel(self, room: str, found: Awaitable[Any]) -> Panel:
        """What `found` brings, or why there is nothing: one room that is away doesn't spoil the page."""
        try:
            return Panel(room, await found)
        except Unavailable:
            return Panel(room, away=True)
        except (NotForYou, NotFound):
            return Panel(room, hidden=True)

    def _headers(self) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        if (here := telemetry.current.get()) is not None and here.traceparent:
            headers["traceparent"] = here.traceparent
        return headers


async def together(*asked: Awaitable[Any]) -> list[Any]:
    """All of them at once; the first failure is raised when all are done, so that nothing outlives the client."""
    found = await asyncio.gather(*asked, return_exceptions=True)
    for result in found:
        if isinstance(result, BaseException):
            raise result
    return found


def _read(room: str, reply: httpx.Response) -> Any:
    match reply.status_code:
        case 200:
            try:
                return reply.json()
            except ValueError as error:
                raise Unavailable(f"The {room} service answers in no language that we know.") from error
        case 401:
            raise SignInNeeded("Your sign-in has ended.")
        case 403:
            raise NotForYou
        case 404 | 422:
            raise NotFound("There is nothing here, or it is not yours to see.")
    raise Unavailable(f"The {room} service can't answer right now ({reply.status_code}).")
