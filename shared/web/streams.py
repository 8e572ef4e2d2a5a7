"""Replies that are sent while they are made: one read-only transaction, as much memory as one portion takes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from shared.access import Caller
from shared.storage.tx import Uow

if TYPE_CHECKING:
    from shared.runtime import Runtime

# Less than the database lets a transaction idle: a client that takes nothing for so long is let go.
SEND_SECONDS = 10.0
Produce = Callable[[Uow], AsyncIterator[bytes]]


class Streamed(Response):
    """The reply begins with the first bytes: what fails before them is a problem like any other.

    What fails later, or takes too long to be taken, ends the connection without the end of the body, so that nobody
    takes a part for the whole. When the client goes away, the transaction ends at once.
    """

    def __init__(
        self, runtime: "Runtime", caller: Caller, produce: Produce, media_type: str, filename: str
    ) -> None:  # fmt: skip
        disposition = f"attachment; filename*=UTF-8''{quote(filename)}"
        super().__init__(None, 200, {"Cache-Control": "no-store", "Content-Disposition": disposition}, media_type)
        del self.headers["content-length"]
        self._runtime, self._caller, self._produce = runtime, caller, produce

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sending = asyncio.create_task(self._send(send))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            for task in (sending, leaving):
                task.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)

    async def _send(self, send: Send) -> None:
        begun = False
        async with self._runtime.streaming(self._caller) as uow, aclosing(self._produce(uow)) as chunks:  # type: ignore[type-var]
            async for chunk in chunks:
                if not begun:
                    await self._begin(send)
                    begun = True
                await _told(send, {"type": "http.response.body", "body": chunk, "more_body": True})
        if not begun:
            await self._begin(send)
        await _told(send, {"type": "http.response.body", "body": b"", "more_body": False})

    async def _begin(self, send: Send) -> None:
        await _told(send, {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})


async def _told(send: Send, message: Any) -> None:
    async with asyncio.timeout(SEND_SECONDS):
        await send(message)


async def _left(receive: Receive) -> None:
    """Returns when the client has gone away."""
    message: Any = {}
    while message.get("type") != "http.disconnect":
        message = await receive()
