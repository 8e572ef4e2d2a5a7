"""A receiver of webhooks as others would write it: a bare HTTP server on loopback, and a check of signatures."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Request:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def payload(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """Answers 200 unless told otherwise; `answers` are used up one after the other."""

    port: int = 0
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    most_at_once: int = 0
    at_once: int = 0
    endless = endless_headers = drips = False
    gate: asyncio.Event | None = None
    heard: Callable[[Request], None] = lambda _: None
    _answer: tuple[int, dict[str, str], bytes] = (200, {}, b"ok")
    _next: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def answer(self, status: int, *, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        """From now on."""
        self._answer = (status, headers or {}, body)

    def answer_once(self, *statuses: int) -> None:
        """The next requests, before the usual answer."""
        self._next += [(status, {}, b"") for status in statuses]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                await self._serve(reader, writer)
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.requests.append(request := Request(method, path, headers, body))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self.heard(request)
            if self.gate is not None:
                await self.gate.wait()
            await self._reply(writer)
        finally:
            self.at_once -= 1

    async def _reply(self, writer: asyncio.StreamWriter) -> None:
        if self.endless_headers:
            writer.write(b"HTTP/1.1 200 OK\r\n")
            await self._for_ever(writer, b"X-More: " + b"x" * 4096 + b"\r\n")
        elif self.endless:
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await self._for_ever(writer, b"x" * 65536)
        elif self.drips:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
            await self._for_ever(writer, b"x", 0.05)
        else:
            status, headers, body = self._next.pop(0) if self._next else self._answer
            lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}"]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            writer.write("\r\n".join([*lines, "", ""]).encode() + body)
            await writer.drain()

    async def _for_ever(self, writer: asyncio.StreamWriter, what: bytes, pause: float = 0) -> None:
        while True:
            writer.write(what)
            await writer.drain()
            await asyncio.sleep(pause)


@asynccontextmanager
async def receiving(tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """A receiver on a free port."""
    receiver = Receiver()
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(receiver.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def signed_by(secret: str, request: Request) -> bool:
    """Whether one of the signatures is this secret's, written from the specification and from nothing of ours."""
    key = base64.b64decode(secret[len("whsec_") :])
    signed = ".".join([request.headers["webhook-id"], request.headers["webhook-timestamp"]]) + "."
    expected = base64.b64encode(hmac.new(key, signed.encode() + request.body, hashlib.sha256).digest()).decode()
    return f"v1,{expected}" in request.headers["webhook-signature"].split(" ")
