"""Server-sent events as every room sends them: how a stream begins, stays alive and ends."""

import base64
import time
from collections.abc import AsyncIterator

import orjson
from starlette.responses import StreamingResponse

from shared.web.door import Door
from shared.web.waking import Told

MEDIA = "text/event-stream"
STREAM = {200: {"content": {MEDIA: {"schema": {"type": "string"}}}}}  # the reply in the room's document
HEARTBEAT = 15.0  # seconds
BEGIN, HERE = b"retry: 2000\n\n", b": here\n\n"


def sending(events: AsyncIterator[bytes]) -> StreamingResponse:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events, headers=headers, media_type=MEDIA)


def event(id_: int | str, name: str, data: str) -> bytes:
    """One event; a connection that broke goes on behind its id."""
    return f"id: {id_}\nevent: {name}\ndata: {data}\n\n".encode()


async def looks(door: Door, told: Told, longest: float) -> AsyncIterator[bool]:
    """When to look: at once, True whenever it was told to, False with each heartbeat. It ends with the caller's token,
    after `longest` seconds at the latest; for whoever does not ask for `Accept: text/event-stream`, after one look."""
    async for woken in told.for_seconds(min(longest, _left(door)), HEARTBEAT):
        yield woken
        if MEDIA not in door.request.headers.get("accept", ""):
            return


def _left(door: Door) -> float:
    """For how many seconds the caller's token, which was found good, still holds (machine time)."""
    payload = door.request.headers["authorization"].split(".")[1]
    claims = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return max(0.0, float(claims["exp"]) - time.time())
