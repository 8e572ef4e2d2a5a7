"""Forms of the console: their fields, sending them to a room, and its "no" beside the fields that it is about."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from services.journeys.console import flash
from services.journeys.console.rooms import Done, Refused, Rooms
from services.journeys.console.texts import _
from shared.errors import Forbidden, Invalid
from shared.web.door import Door
from shared.web.plain import lists_of

MOST_FIELDS = 200
KEY, VERSION = "form-key", "form-version"
SAME = ("same-origin", "none")


def new_key() -> str:
    """The Idempotency-Key of a form: sent twice, it acts once."""
    return secrets.token_urlsafe(18)


@dataclass(slots=True)
class Form:
    """What was filled in, and what is wrong with it: `errors` by field, `trouble` about all of it."""

    lists: Mapping[str, list[str]] = field(default_factory=dict)
    key: str = field(default_factory=new_key)
    version: int | None = None
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str | None = None

    @classmethod
    def of(cls, **values: Any) -> "Form":
        """A form to be filled in, with what is there already."""
        lists = {
            name: [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
            for name, value in values.items()
            if value is not None
        }
        return cls(lists)

    def get(self, name: str) -> str:
        """The value of a field; of one that is sent twice the last."""
        return (self.lists.get(name) or [""])[-1].strip()

    def all(self, name: str) -> list[str]:
        return [one.strip() for one in self.lists.get(name, [])]

    def given(self, *names: str) -> dict[str, str]:
        """Those of these fields that hold something."""
        return {name: value for name in names if (value := self.get(name))}

    def error(self, name: str) -> str | None:
        return self.errors.get(name)


async def form_of(door: Door) -> Form:
    """The form that was sent; Invalid (422) for what is none."""
    lists = await lists_of(door.request, MOST_FIELDS)
    if lists is None:
        raise Invalid(_("This was no form of ours."))
    key, version = (lists.get(KEY) or [""])[-1], (lists.get(VERSION) or [""])[-1]
    usable = key if 8 <= len(key) <= 64 and key.isascii() and key.isprintable() else new_key()
    return Form(lists, usable, int(version) if version.isdecimal() and len(version) < 16 else None)


async def submit(
    rooms: Rooms, form: Form, method: str, room: str, path: str, body: Any = None, *, to: str, done: str,
    undo: str | None = None,
) -> Response | None:  # fmt: skip
    """Send a form's body to a room. What it refuses is put beside the fields and None is answered: show the form again
    (status 422). Else the page at `to` says `done`, and offers to take it back where `undo` names a form for that."""
    try:
        did = await send(rooms, form, method, room, path, body)
    except Refused as refused:
        form.errors = {**form.errors, **refused.fields()}
        form.trouble = refused.words()
        return None
    return flash.said(to, done, undo=undo, version=did.version if undo else None)


async def act(
    rooms: Rooms, form: Form, method: str, room: str, path: str, body: Any = None, *, to: str, done: str,
    undo: str | None = None,
) -> Response:  # fmt: skip
    """The same for a single button: a refusal is said on the page at `to`."""
    try:
        did = await send(rooms, form, method, room, path, body)
    except Refused as refused:
        return flash.said(to, refused.words(), "bad")
    return flash.said(to, done, undo=undo, version=did.version if undo else None)


async def send(rooms: Rooms, form: Form, method: str, room: str, path: str, body: Any = None) -> Done:
    """With the key and the version that the form carries."""
    return await rooms.send(method, room, path, body, if_match=form.version, key=form.key)


# --- whose form it is


def check_same_site(request: Request) -> None:
    """Forms of other sites do nothing here (403). Asked for every POST of the console, before anything of it is read.

    Browsers say where a form came from: `Sec-Fetch-Site`, or, older ones, `Origin`. What says neither is no browser, or
    one so old that the cookie's `SameSite=Lax` has to do. (`Origin: null` is what our own pages send beside
    `Sec-Fetch-Site`, because they tell no referrer.)
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site not in SAME:
        raise Forbidden(_("This form was sent by another site."))
    known = origin is None or (origin == "null" and site is not None)
    if not known and origin.partition("://")[2].lower() != request.headers.get("host", "").lower():
        raise Forbidden(_("This form was sent by another site."))
