"""How a delivery leaves: an HTTP POST to an address that was checked at that very moment, and to no other."""

import asyncio
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import certifi
import httpcore

from shared.errors import FieldError
from shared.outward.addresses import PORTS, Target, refused, target_of, url_errors
from shared.outward.signatures import retry_after

Resolve = Callable[[str, int], Awaitable[list[str]]]
KEPT_OF_ANSWER = 1024  # bytes
RESOLVE_SECONDS = 5.0
MOST_ADDRESSES = 4  # of one name, tried one after the other
CONNECT_SECONDS = 5.0  # of one address
# Names whose servers keep silent hold a thread for long: they must not hold up all others.
_LOOK_UPS = ThreadPoolExecutor(64, "webhook-look-up")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a try; `status` None is no answer, then `error` is a slug that says why."""

    status: int | None
    error: str | None = None
    detail: str | None = None
    response: str | None = None
    retry_after: timedelta | None = None
    took_ms: int = 0


class AddressRefused(Exception):
    """The name leads to where nothing may be sent."""


async def look_up(host: str, port: int) -> list[str]:
    """The addresses of a name, as the system's resolver has them now."""
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(_LOOK_UPS, ask)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def url_refusals(
    url: str, *, plain: bool = False, loopback: bool = False, resolve: Resolve = look_up
) -> list[FieldError]:
    """Why nothing may be sent to this URL, as things are now; `plain` and `loopback` are for development."""
    if errors := url_errors(url, plain=plain):
        return errors
    target = target_of(url)
    try:
        async with asyncio.timeout(RESOLVE_SECONDS):
            addresses = await resolve(target.host, target.port)
    except (OSError, UnicodeError, TimeoutError):
        return [FieldError("#/url", "the name of its host is not known")]
    if refused(addresses, loopback=loopback) is not None or not addresses:
        return [FieldError("#/url", "its host is not on the public internet")]
    return []


class Guarded(httpcore.AsyncNetworkBackend):
    """Connections to addresses that are judged between their look-up and the connection: nothing is looked up twice,
    so a name that answers differently the second time gains nothing."""

    def __init__(self, resolve: Resolve, loopback: bool) -> None:
        self._resolve, self._loopback = resolve, loopback
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:  # fmt: skip
        addresses = await self._resolve(host, port)
        if not addresses or refused(addresses, loopback=self._loopback) is not None:
            raise AddressRefused
        failure: Exception = AddressRefused()
        for address in addresses[:MOST_ADDRESSES]:
            try:
                return await self._inner.connect_tcp(address, port, CONNECT_SECONDS, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        raise AddressRefused

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


class Post:
    """Posts bodies. A connection serves one delivery, no proxy is asked, no redirect followed, no cookie kept."""

    def __init__(
        self, *, plain: bool = False, loopback: bool = False, ca_file: Path | None = None, resolve: Resolve = look_up
    ) -> None:
        self._plain = plain
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_trust(ca_file), max_connections=None, max_keepalive_connections=0,
            network_backend=Guarded(resolve, loopback),
        )  # fmt: skip

    async def close(self) -> None:
        await self._pool.aclose()

    async def send(self, url: str, headers: Mapping[str, str], body: bytes, *, seconds: float, now: datetime) -> Answer:
        """What came back, or why nothing did; never raises for what the other side does."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(seconds):
                status, asked, response = await self._exchange(url, headers, body)
        except Exception as error:
            slug, detail = _why(error)
            return Answer(None, slug, detail, took_ms=_since(began))
        told = response.decode("utf-8", "replace").replace("\0", "�")
        return Answer(status, None, None, told, retry_after(asked, now), _since(began))

    async def _exchange(self, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str | None, bytes]:
        if url_errors(url, plain=self._plain):
            raise AddressRefused
        target = target_of(url)
        place = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
        lines = [("Host", _host(target)), *headers.items(), ("Content-Length", str(len(body))), ("Connection", "close")]
        async with self._pool.stream("POST", place, headers=lines, content=body) as response:
            kept = await _beginning(response)
        asked = next((value for name, value in response.headers if name.lower() == b"retry-after"), None)
        return response.status, asked.decode("latin-1") if asked else None, kept


async def _beginning(response: httpcore.Response) -> bytes:
    """The first kilobyte of the answer; what follows is not read."""
    kept = b""
    async for chunk in response.aiter_stream():
        kept += chunk[: KEPT_OF_ANSWER - len(kept)]
        if len(kept) == KEPT_OF_ANSWER:
            break
    return kept


def _host(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port == PORTS[target.scheme] else f"{host}:{target.port}"


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=certifi.where())
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _why(error: Exception) -> tuple[str, str | None]:
    """A slug, and what helps the owner of the endpoint to mend it. Nothing of it tells about our own network."""
    if isinstance(error, AddressRefused):
        return "address_refused", None
    if isinstance(error, TimeoutError | httpcore.TimeoutException):
        return "timeout", None
    if isinstance(error, socket.gaierror | UnicodeError):
        return "name_unknown", None
    if isinstance(error, httpcore.ConnectError):
        tls = _tls_failure(error)
        return ("unreachable", None) if tls is None else ("tls_failed", str(tls)[:300])
    if isinstance(error, httpcore.ProtocolError | httpcore.NetworkError):
        return "bad_answer", str(error)[:300] or None
    return "failed", type(error).__name__


def _tls_failure(error: BaseException | None) -> ssl.SSLError | None:
    """What TLS had against the other side, wherever in the chain of causes it stands."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error
