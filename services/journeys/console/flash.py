"""What the last action left to be said: one message in a signed cookie that lives a minute and is shown once.

The text is one of ours (or a room's problem), never a part of an address: nobody can make a link that says something.
"""

import base64
import hashlib
import hmac
import time
from dataclasses import asdict, dataclass

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shared.settings import kernel

COOKIE, PATH, SECONDS = "sojourn_said", "/console", 60
LONGEST = 600


@dataclass(frozen=True, slots=True)
class Flash:
    """`kind` is good, note or bad; `undo` is the address of a form that takes the action back."""

    text: str
    kind: str = "good"
    undo: str | None = None


def said(address: str, text: str, kind: str = "good", undo: str | None = None) -> Response:
    """Go on at `address`, which will show the text once."""
    reply = RedirectResponse(address, 303, {"Cache-Control": "no-store"})
    return keep(reply, Flash(text[:LONGEST], kind, undo))


def keep(reply: Response, flash: Flash) -> Response:
    """The reply, with a message for the next page."""
    body = base64.urlsafe_b64encode(orjson.dumps([int(time.time()), *asdict(flash).values()])).decode()
    reply.set_cookie(
        COOKIE, f"{body}.{_mac(body)}", max_age=SECONDS, path=PATH, httponly=True, samesite="lax",
    )  # fmt: skip
    return reply


def read(request: Request) -> Flash | None:
    """The message that waits, if it is ours and young."""
    body, _, mac = request.cookies.get(COOKIE, "").rpartition(".")
    if not body or not hmac.compare_digest(mac.encode(), _mac(body).encode()):
        return None
    made, text, kind, undo = orjson.loads(base64.urlsafe_b64decode(body))
    return Flash(text, kind, undo) if time.time() - made <= SECONDS else None


def forget(reply: Response) -> Response:
    reply.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="lax")
    return reply


def _mac(body: str) -> str:
    key = hmac.digest(kernel().link_key.get_secret_value().encode(), b"sojourn-console-flash-1", hashlib.sha256)
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()
