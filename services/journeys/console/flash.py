"""What the last action left to be said: one message in a signed cookie that lives a minute and is shown once.

The text is one of ours (or a room's problem), never a part of an address: nobody can make a link that says something.
"""

from dataclasses import asdict, dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.journeys.console.seals import opened, sealed

COOKIE, PATH, SECONDS = "sojourn_said", "/console", 60
LONGEST = 600


@dataclass(frozen=True, slots=True)
class Flash:
    """`kind` is good, note or bad; `undo` is the address of a form that takes the action back, for this version."""

    text: str
    kind: str = "good"
    undo: str | None = None
    version: int | None = None


def said(address: str, text: str, kind: str = "good", undo: str | None = None, version: int | None = None) -> Response:
    """Go on at `address`, which will show the text once."""
    reply = RedirectResponse(address, 303, {"Cache-Control": "no-store"})
    return keep(reply, Flash(text[:LONGEST], kind, undo, version))


def keep(reply: Response, flash: Flash) -> Response:
    """The reply, with a message for the next page."""
    value = sealed("flash", list(asdict(flash).values()))
    reply.set_cookie(COOKIE, value, max_age=SECONDS, path=PATH, httponly=True, samesite="lax")
    return reply


def read(request: Request) -> Flash | None:
    """The message that waits, if it is ours and young."""
    found = opened("flash", request.cookies.get(COOKIE, ""), SECONDS)
    return Flash(*found) if found else None


def forget(reply: Response) -> Response:
    reply.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="lax")
    return reply
