"""The console as a client: it asks each room's public API with the signed-in person's own token, and waits briefly."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx

from services.journeys.console.problems import Refused, refusal
from services.journeys.console.session import SignInNeeded
from services.journeys.console.texts import _
from shared import telemetry
from shared.errors import NotFound, Unavailable
from shared.settings import Kernel

PATIENCE = 2.0  # seconds for one panel; a room that is slower is away
LONG_PATIENCE = 10.0  # seconds for an action: it is better to know what became of it
MOST = 100  # rows of a page that a room gives at most
Value = str | int | bool | None | list[str]

__all__ = ["Done", "NotForYou", "Panel", "Refused", "Rooms", "http_client", "together"]


class NotForYou(Exception):
    """The room answers this role with 403; as with 404, its panel stays out of the page."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What a part of a page has to show: items, a note that the room is away, or nothing for this role."""

    room: str
    items: Any = field(default_factory=list)
    away: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """A room did it. `version` is what its ETag says."""

    status: int
    body: Any = None
    version: int | None = None


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

    async def get(self, room: str, path: str, /, **params: Value) -> Any:
        """The JSON of a GET; Unavailable when the room doesn't answer in time, NotFound, NotForYou, SignInNeeded."""
        asked = {name: value for name, value in params.items() if value is not None}
        return _read(room, await self._call("GET", room, path, PATIENCE, params=asked))

    async def every(self, room: str, path: str, /, most: int = 5000, **params: Value) -> list[Any]:
        """The items of all pages of a list, `most` at most."""
        found: list[Any] = []
        cursor: str | None = None
        while len(found) < most:
            page = await self.get(room, path, limit=MOST, cursor=cursor, **params)
            found += page["items"]
            if (cursor := page.get("next")) is None:
                break
        return found[:most]

    async def file(self, room: str, path: str, /, **params: Value) -> tuple[bytes, str]:
        """The bytes of a file that a room gives, and its media type; refuses like `get`."""
        asked = {name: value for name, value in params.items() if value is not None}
        reply = await self._call("GET", room, path, LONG_PATIENCE, params=asked)
        if reply.status_code != 200:
            _read(room, reply)
        return reply.content, reply.headers.get("content-type", "application/octet-stream")

    async def stream(self, room: str, path: str) -> httpx.Response:
        """A file that a room gives, to be read as it comes while the client of the page is open; refuses like `get`."""
        headers = {**self._headers(), "Accept": "*/*", "Accept-Encoding": "identity"}
        asked = self._client.build_request("GET", self._address(room, path), headers=headers, timeout=LONG_PATIENCE)
        try:
            reply = await self._client.send(asked, stream=True)
        except (httpx.HTTPError, OSError) as error:
            raise _silent(room, error) from error
        if reply.status_code != 200:
            await reply.aread()
            _read(room, reply)
        return reply

    async def send(
        self, method: str, room: str, path: str, body: Any = None, *, if_match: int | None = None,
        key: str | None = None,
    ) -> Done:  # fmt: skip
        """Do something in a room. `if_match` is the version that the person saw, `key` the form's Idempotency-Key.

        Refused holds the room's problem (with its words by field). Unavailable means that nobody knows whether it was
        done: the same form may be sent again, its key lets it act once.
        """
        headers = {"If-Match": f'"{if_match}"'} if if_match is not None else {}
        if key is not None and method == "POST":
            headers["Idempotency-Key"] = key
        reply = await self._call(method, room, path, LONG_PATIENCE, headers=headers, json=body)
        return self._done(room, reply)

    def _done(self, room: str, reply: httpx.Response) -> Done:
        if reply.is_success:
            return Done(reply.status_code, _json(reply), _version(reply.headers.get("etag")))
        if reply.status_code == 401:
            raise SignInNeeded(_("Your sign-in has ended."))
        if reply.status_code >= 500 or reply.is_redirect:
            raise Unavailable(_away(room, reply.status_code))
        raise refusal(reply.status_code, _json(reply))

    async def upload(self, room: str, path: str, content: bytes, params: Mapping[str, str], *, key: str) -> Done:
        """The same for a file: its bytes are the body, what is said of it stands in the address."""
        headers = {"Idempotency-Key": key, "Content-Type": "application/octet-stream"}
        reply = await self._call(
            "POST", room, path, LONG_PATIENCE, headers=headers, params=dict(params), content=content
        )
        return self._done(room, reply)

    async def panel(self, room: str, found: Awaitable[Any]) -> Panel:
        """What `found` brings, or why there is nothing: one room that is away doesn't spoil the page."""
        try:
            return Panel(room, await found)
        except Unavailable:
            return Panel(room, away=True)
        except (NotForYou, NotFound):
            return Panel(room, hidden=True)

    async def _call(
        self, method: str, room: str, path: str, patience: float, *, headers: dict[str, str] | None = None,
        json: Any = None, params: Any = None, content: bytes | None = None,
    ) -> httpx.Response:  # fmt: skip
        given: dict[str, Any] = {} if json is None else {"json": json}
        given |= {} if content is None else {"content": content}
        try:
            async with asyncio.timeout(patience):
                return await self._client.request(
                    method, self._address(room, path), params=params, headers={**self._headers(), **(headers or {})},
                    timeout=patience, **given,
                )  # fmt: skip
        except (httpx.HTTPError, TimeoutError, OSError) as error:
            raise _silent(room, error) from error

    def _address(self, room: str, path: str) -> str:
        return str(getattr(self._kernel, f"{room}_url")).rstrip("/") + path

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
                raise Unavailable(_("The %(room)s service answers in no language that we know.", room=room)) from error
        case 401:
            raise SignInNeeded(_("Your sign-in has ended."))
        case 403:
            raise NotForYou
        case 404 | 422:
            raise NotFound(_("There is nothing here, or it is not yours to see."))
    raise Unavailable(_away(room, reply.status_code))


def _silent(room: str, error: BaseException) -> Unavailable:
    telemetry.logger().warning("room-away", room=room, error=type(error).__name__)
    return Unavailable(_("The %(room)s service doesn't answer.", room=room))


def _away(room: str, status: int) -> str:
    return _("The %(room)s service can't answer right now (%(status)s).", room=room, status=status)


def _json(reply: httpx.Response) -> Any:
    try:
        return reply.json()
    except ValueError:
        return None


def _version(etag: str | None) -> int | None:
    text = (etag or "").strip('W/"')
    return int(text) if text.isdecimal() else None
