"""The in-app feed over HTTP: a list, a stream that loses nothing, and being read."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from starlette.responses import StreamingResponse

from services.notifications import commands, handlers, views
from services.notifications.api.doors import Owner
from services.notifications.api.listening import Listener
from services.notifications.schemas import FeedOut, FeedReadOut
from shared.errors import NotFound
from shared.runtime import Runtime
from shared.web.door import Door
from shared.web.sent_events import BEGIN, HERE, STREAM, event, looks, sending

router = APIRouter(prefix="/v1", tags=["feed"])
LONGEST_STREAM = 600.0  # seconds; then the front-end comes again with a token that is still good
HIGHEST = 2_147_483_647


@router.get("/feed", response_model=FeedOut, operation_id="get_feed")
async def get_feed(
    door: Owner,
    before: Annotated[int | None, Query(ge=0, le=HIGHEST, description="Only what changed before this position")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    unread: Annotated[bool, Query(description="Only what is unread")] = False,
) -> Response:
    """The caller's messages in the app, the newest change first, and how many are unread."""
    return await door.read(views.get_feed, before, limit, unread)


@router.post("/feed/read", response_model=FeedReadOut, operation_id="mark_feed_read")
async def mark_feed_read(body: commands.ReadItems, door: Owner) -> Response:
    """These items, or all up to a position, were read. Other windows hear of it through the stream."""
    return await door.execute(handlers.mark_read, commands.MarkRead(body))


@router.get("/feed/stream", response_class=StreamingResponse, responses=STREAM, operation_id="stream_feed")
async def stream_feed(
    door: Owner,
    last_event_id: Annotated[str | None, Header(description="The last position that was seen")] = None,
    after: Annotated[int | None, Query(ge=0, le=HIGHEST, description="The same, for a first connection")] = None,
) -> Response:
    """What changes in the feed, as server-sent events `item`: the id of each is its position, so that a connection that
    broke goes on behind the last one that arrived. Without either, it begins with what comes next. The stream ends with
    the caller's token; for whoever does not ask for `Accept: text/event-stream` it ends after the first look."""
    recipient = door.caller.party
    if recipient is None:
        raise NotFound("This account stands for no person and no enabler, so it has no feed.")
    seen = _position(last_event_id)
    seen = after if seen is None else seen
    if seen is None:
        seen = (await door.runtime.read(views.get_feed, None, 1, False, caller=door.caller)).position
    return sending(_events(door, recipient, seen))


def _position(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and int(text) <= HIGHEST else None


async def _events(door: Door, recipient: UUID, seen: int) -> AsyncIterator[bytes]:
    """Look first, then wait to be told, then look again: what comes in between is found by the next look."""
    runtime: Runtime = door.runtime
    listener = Listener.of(runtime)
    yield BEGIN
    with listener.waiting(recipient) as told:
        await listener.ready()
        async for _ in looks(door, told, LONGEST_STREAM):
            while items := await runtime.read(views.feed_after, recipient, seen, caller=door.caller):
                for item in items:
                    seen = item.position
                    yield event(seen, "item", item.model_dump_json())
            yield HERE
