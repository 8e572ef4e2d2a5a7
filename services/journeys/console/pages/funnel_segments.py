"""The room's segments: which there are, how many they hold, and making another one."""

from typing import Any
from uuid import UUID

from starlette.responses import Response

from services.journeys.console import words
from services.journeys.console.forms import Form, act, form_of, submit
from services.journeys.console.pages.doors import Client, Visitor, framed, new_router, opened
from services.journeys.console.render import page
from services.journeys.console.rooms import Rooms
from services.journeys.console.session import HOME, Session
from services.journeys.console.tables import Column, Table
from services.journeys.console.texts import _
from shared.access import MANAGERS
from shared.contracts.fields import Product
from shared.errors import NotFound
from shared.web.door import Door

router = new_router()
LISTS = ("countries", "languages", "fields", "channels", "sources", "campaigns")
CHANNELS = ("web", "email", "phone", "sms", "chat", "app", "post", "social", "in_person")


@router.get(f"{HOME}/segments", operation_id="console_segments")
async def segments(door: Visitor, client: Client) -> Response:
    """Those that the caller may use; figures of the funnel can be asked for each."""
    signed_in, rooms = await opened(door, client)
    return await _shown(door, signed_in, rooms, Form())


async def _shown(door: Door, signed_in: Session, rooms: Rooms, given: Form, status: int = 200) -> Response:
    rows = await rooms.every("journeys", "/v1/segments", most=200)
    table = Table("segments", _("Segments"), _columns(), rows, empty=_("There is no segment yet: make one below."))
    options = {
        name: [(str(one), words.plain(one)) for one in codes]
        for name, codes in (("products", Product), ("channels", CHANNELS))
    }
    mine = signed_in.caller.role in MANAGERS
    values = {"table": table, "given": given, "options": options, "tab": "segments", "mine": mine, "rows": rows}
    return page("funnel_segments.html", status=status, **framed(door, signed_in, "segments"), **values)


def _columns() -> tuple[Column, ...]:
    return (
        Column("name", _("Name"), "link", href=lambda row: f"{HOME}/funnel?segment={row['id']}"),
        Column("rule", _("Rule"), value=lambda row: in_words(row["rule"])),
        Column("made_at", _("Made"), "date"),
    )


def in_words(rule: dict[str, Any]) -> str:
    """A rule as one line: fields and their values."""
    said = {name: value for name, value in rule.items() if value not in ([], None)}
    parts = [f"{name}: {', '.join(value) if isinstance(value, list) else value}" for name, value in said.items()]
    return "; ".join(parts).replace("_", " ") or _("everybody")


@router.post(f"{HOME}/segments", operation_id="console_make_segment")
async def make_segment(door: Visitor, client: Client) -> Response:
    """Save a rule under a name."""
    signed_in, rooms = await opened(door, client)
    form = await form_of(door)
    rule: dict[str, Any] = {name: form.get(name).replace(",", " ").split() for name in LISTS if form.get(name)}
    rule |= {name: found for name in ("products", "channels") if (found := [one for one in form.all(name) if one])}
    rule["countries"] = [one.upper() for one in rule.get("countries", [])]
    rule |= form.given("entered_from", "entered_to")
    body = {"name": form.get("name"), "rule": rule}
    done = await submit(
        rooms, form, "POST", "journeys", "/v1/segments", body, to=f"{HOME}/segments", done=_("The segment is saved.")
    )
    return done or await _shown(door, signed_in, rooms, form, 422)


@router.post(f"{HOME}/segments/{{segment_id}}/retirement", operation_id="console_retire_segment")
async def retire_segment(segment_id: str, door: Visitor, client: Client) -> Response:
    """It is offered no more."""
    _signed_in, rooms = await opened(door, client)
    form = await form_of(door)
    try:
        path = f"/v1/segments/{UUID(segment_id)}/retirement"
    except ValueError as error:
        raise NotFound(_("There is no such segment.")) from error
    return await act(rooms, form, "POST", "journeys", path, to=f"{HOME}/segments", done=_("The segment is retired."))
