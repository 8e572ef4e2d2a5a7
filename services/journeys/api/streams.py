"""Conversations as they grow, as server-sent events that lose nothing."""

import base64
import re
import time
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header
from starlette.responses import Response, StreamingResponse

from services.journeys import views
from services.journeys.api.asking import Asking, asked_for
from services.journeys.api.doors import Anybody
from services.journeys.api.watching import Watcher
from services.journeys.views import Whose
from shared.errors import NotFound
from shared.web.door import Door

router = APIRouter(prefix="/v1")
LONGEST_STREAM = 900.0  # seconds; then whoever listens comes again
HEARTBEAT = 15.0
RETRY_MS = 2000
MEDIA = "text/event-stream"
STREAM = {200: {"content": {MEDIA: {"schema": {"type": "string"}}}}}
SNAPSHOT = re.compile(r"(\d{1,19}):(\d{1,19}):((?:\d{1,19})(?:,\d{1,19})*)?", re.ASCII)
LONGEST_ID = 4000
Seen = Annotated[str | None, Header(description="The id of the last event that arrived")]


@router.get(
    "/people/{person_id}/timeline/stream", response_class=StreamingResponse, responses=STREAM,
    operation_id="stream_timeline", tags=["people"],
)  # fmt: skip
async def stream_timeline(
    person_id: UUID, door: Anybody, asking: Annotated[Asking, Depends(asked_for)], last_event_id: Seen = None
) -> Response:
    """What comes into a person's conversation, as server-sent events `entry`, and `changed` when what is known of the
    person changed otherwise. A connection that broke goes on behind the last event that arrived; an entry may come
    twice. Without `Last-Event-ID` it begins with what comes next. The stream ends with the caller's token; for whoever
    does not ask for `Accept: text/event-stream` it ends after the first look."""
    return await _stream(door, Whose(person_id=person_id), asking, last_event_id)


@router.get(
    "/enablers/{enabler_id}/timeline/stream", response_class=StreamingResponse, responses=STREAM,
    operation_id="stream_enabler_timeline", tags=["enablers"],
)  # fmt: skip
async def stream_enabler_timeline(
    enabler_id: UUID, door: Anybody, asking: Annotated[Asking, Depends(asked_for)], last_event_id: Seen = None
) -> Response:
    """The same of an enabler's conversation."""
    return await _stream(door, Whose(enabler_id=enabler_id), asking, last_event_id)


async def _stream(door: Door, whose: Whose, asking: Asking, last: str | None) -> Response:
    """The first look is made before the reply begins: what isn't the caller's to see is a 404 like any other."""
    seen = last if last and sound(last) else None
    begun = await door.runtime.read(views.get_entries_after, whose, asking, None, caller=door.caller)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    events = _events(door, whose, asking, seen or begun[0])
    return StreamingResponse(events, headers=headers, media_type=MEDIA)


def sound(text: str) -> bool:
    """Whether it can be a snapshot of ours: `xmin:xmax:running,…`, in order."""
    found = SNAPSHOT.fullmatch(text) if len(text) <= LONGEST_ID else None
    if found is None:
        return False
    first, end = int(found[1]), int(found[2])
    running = [int(one) for one in (found[3] or "").split(",") if one]
    return 0 < first <= end < 2**63 and running == sorted(set(running)) and all(first <= one < end for one in running)


async def _events(door: Door, whose: Whose, asking: Asking, seen: str) -> AsyncIterator[bytes]:
    """Look first, then wait to be told, then look again: what comes in between is found by the next look."""
    once = MEDIA not in door.request.headers.get("accept", "")
    sent: set[UUID] = set()
    yield f"retry: {RETRY_MS}\n\n".encode()
    with Watcher.of(door.runtime).waiting(whose.id) as told:
        async for woken in told.for_seconds(min(LONGEST_STREAM, left(door)), HEARTBEAT):
            try:
                now, entries = await door.runtime.read(views.get_entries_after, whose, asking, seen, caller=door.caller)
            except NotFound:  # it is the caller's to see no more
                return
            new = [entry for entry in entries if entry.id not in sent]
            for place, entry in enumerate(new, 1):
                # Whoever breaks off between two of them is to get the rest again: the last one moves the place.
                here = now if place == len(new) else seen
                yield f"id: {here}\nevent: entry\ndata: {entry.model_dump_json()}\n\n".encode()
            if woken and not new:
                yield f"id: {now}\nevent: changed\ndata: {{}}\n\n".encode()
            seen = now
            sent.update(entry.id for entry in new)
            yield b": here\n\n"
            if once:
                return


def left(door: Door) -> float:
    """For how many seconds the caller's token, which was found good, still holds (machine time)."""
    payload = door.request.headers["authorization"].split(".")[1]
    claims = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return max(0.0, float(claims["exp"]) - time.time())
