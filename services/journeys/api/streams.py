"""Conversations as they grow, as server-sent events that lose nothing."""

import re
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header
from starlette.responses import Response, StreamingResponse

from services.journeys import views
from services.journeys.api.asking import Asking, asked_for
from services.journeys.api.doors import Anybody
from services.journeys.api.watching import Watcher
from services.journeys.views import Whose
from shared.errors import NotFound
from shared.web.door import Door
from shared.web.sent_events import BEGIN, HERE, STREAM, event, looks, sending

router = APIRouter(prefix="/v1")
LONGEST_STREAM = 900.0  # seconds; then whoever listens comes again
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
    return sending(_events(door, whose, asking, seen or begun[0]))


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
    sent: set[UUID] = set()
    yield BEGIN
    with Watcher.of(door.runtime).waiting(whose.id) as told:
        async for woken in looks(door, told, LONGEST_STREAM):
            try:
                now, entries = await door.runtime.read(views.get_entries_after, whose, asking, seen, caller=door.caller)
            except NotFound:  # it is the caller's to see no more
                return
            new = [entry for entry in entries if entry.id not in sent]
            for place, entry in enumerate(new, 1):
                # Whoever breaks off between two of them is to get the rest again: the last one moves the place.
                here = now if place == len(new) else seen
                yield event(here, "entry", entry.model_dump_json())
            if woken and not new:
                yield event(now, "changed", "{}")
            seen = now
            sent.update(entry.id for entry in new)
            yield HERE
