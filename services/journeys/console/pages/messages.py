"""What was written to an EP or an enabler in the app, the newest first, and that it was read."""

from starlette.responses import Response

from services.journeys.console.forms import act, form_of
from services.journeys.console.pages.doors import Client, Text, Visitor, framed, new_router, opened
from services.journeys.console.render import page
from services.journeys.console.session import HOME
from services.journeys.console.texts import _

MESSAGES = f"{HOME}/messages"
router = new_router()


@router.get(MESSAGES, operation_id="console_messages")
async def messages(door: Visitor, client: Client, before: Text = None) -> Response:
    """Looking at them leaves them unread: other windows show the same."""
    signed_in, rooms = await opened(door, client)
    feed = await rooms.get("notifications", "/v1/feed", before=before)
    return page("own_messages.html", **framed(door, signed_in, "messages"), feed=feed)


@router.post(f"{MESSAGES}/read", operation_id="console_messages_read")
async def read(door: Visitor, client: Client) -> Response:
    """All up to the newest that the page knew of: what came meanwhile stays unread."""
    _signed_in, rooms = await opened(door, client)
    form = await form_of(door)
    up_to = form.get("up_to")
    body = {"up_to": int(up_to) if up_to.isdecimal() else None}
    done = _("All read.")
    return await act(rooms, form, "POST", "notifications", "/v1/feed/read", body, to=MESSAGES, done=done)
