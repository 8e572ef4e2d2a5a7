"""The conversation with one person or one enabler: read, filtered, live; notes and calls are written down here."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from starlette.responses import Response

from services.journeys.console import charts, here
from services.journeys.console.coming import coming_of
from services.journeys.console.conversation import CHANNELS, KINDS, MOST_ENTRIES, ROOMS, SIDES, Asked, days_of
from services.journeys.console.forms import Form, act, form_of, submit
from services.journeys.console.pages.doors import Client, Text, Visitor, framed, id_in, new_router, opened
from services.journeys.console.person import gather
from services.journeys.console.render import page
from services.journeys.console.rooms import Rooms, together
from services.journeys.console.session import HOME, Session, session_of
from services.journeys.console.streaming import pass_on
from services.journeys.console.tables import Column, Table
from services.journeys.console.texts import _
from services.journeys.console.words import plain, until
from services.journeys.policy import Phase
from shared.access import Role
from shared.web.door import Door

router = new_router()
PEOPLE, ENABLERS = f"{HOME}/people", f"{HOME}/enablers"
WRITERS = {Role.sending_manager, Role.hosting_manager, Role.national_manager, Role.global_manager}
MERGERS = {Role.sending_manager, Role.national_manager, Role.global_manager}
Show = Callable[[Door, Rooms, Session, UUID, Form | None], Awaitable[Response]]


def _filters() -> dict[str, Any]:
    """What the filters offer."""
    return {"channels": CHANNELS, "kinds": KINDS, "rooms": ROOMS, "sides": SIDES, "phases": list(Phase)}


# --- a person


@router.get(f"{PEOPLE}/{{person_id}}", operation_id="console_person")
async def person(person_id: str, door: Visitor, client: Client) -> Response:
    """One person over all rooms."""
    signed_in, rooms = await opened(door, client)
    return await _person(door, rooms, signed_in, id_in(person_id))


async def _person(door: Door, rooms: Rooms, signed_in: Session, id_: UUID, form: Form | None = None) -> Response:
    asked = Asked.of(here.query())
    everything = await gather(rooms, id_, asked)
    scores = everything.scores.items or []
    course = charts.score_course(scores, everything.person["zone"])
    role = signed_in.caller.role
    shown = {
        "all": everything, "coming": everything.coming, "person": everything.person, "asked": asked, "course": course,
        "filters": _filters(), "latest": scores[-1] if scores else None, "form": form or Form(),
        "may_write": role in WRITERS, "must_name": role is Role.hosting_manager, "may_merge": role in MERGERS,
        "conversation": everything, "base": f"{PEOPLE}/{id_}", "zone": everything.person["zone"],
        "applications": everything.person["applications"],
    }  # fmt: skip
    return page("person.html", status=200 if form is None else 422, **framed(door, signed_in, "people"), **shown)


# --- an enabler


@router.get(ENABLERS, operation_id="console_enablers")
async def enablers(door: Visitor, client: Client, search: Text = None, cursor: Text = None) -> Response:
    """Enablers whom one may see, the most recently active first."""
    signed_in, rooms = await opened(door, client)
    wanted, now = (search or "").strip()[:100] or None, door.runtime.clock.now()
    found = await rooms.get("journeys", "/v1/enablers", limit=50, search=wanted, cursor=cursor)
    columns = (
        Column("name", _("Name"), "link", lambda row: row["name"] or _("Name unknown"), _enabler_address),
        Column("hosting_entity", _("Committee")),
        Column("profile", _("Stage"), "pill"),
        Column("applications", _("Applications"), "number"),
        Column("open_cases", _("Open cases"), "number"),
        Column("next_touchpoint", _("Next touchpoint"), value=lambda row: _next(row, now), sortable=False),
        Column("last_at", _("Last activity"), "moment", wide=True),
    )
    table = Table(
        "enablers", _("Enablers"), columns, found["items"], whole=not (found["next"] or cursor),
        empty=_("Nobody of this name."), hide_caption=True,
    )  # fmt: skip
    shown = {"table": table, "search": wanted, "next": found["next"]}
    return page("conversation_enablers.html", **framed(door, signed_in, "enablers"), **shown)


def _next(row: Any, now: datetime) -> str:
    coming = row["next_touchpoint"]
    return f"{plain(coming['touchpoint'])} · {until(coming['due_at'], now)}" if coming else ""


def _enabler_address(row: Any) -> str:
    return f"{ENABLERS}/{row['id']}"


@router.get(f"{ENABLERS}/{{enabler_id}}", operation_id="console_enabler")
async def enabler(enabler_id: str, door: Visitor, client: Client) -> Response:
    """One enabler over all rooms."""
    signed_in, rooms = await opened(door, client)
    return await _enabler(door, rooms, signed_in, id_in(enabler_id))


async def _enabler(door: Door, rooms: Rooms, signed_in: Session, id_: UUID, form: Form | None = None) -> Response:
    asked = Asked.of(here.query())
    found = await rooms.get("journeys", f"/v1/enablers/{id_}")
    timeline = await rooms.get(
        "journeys", f"/v1/enablers/{id_}/timeline", limit=MOST_ENTRIES, order=asked.order, cursor=asked.cursor,
        **asked.params("UTC"),
    )  # fmt: skip
    chances, coming = await together(
        rooms.panel("scoring", rooms.get("scoring", f"/v1/leads/{id_}")), coming_of(rooms, enabler_id=str(id_))
    )
    days = days_of(timeline["items"], found["lines"], "UTC")
    shown = {
        "enabler": found, "asked": asked, "filters": _filters(), "form": form or Form(), "lead": chances,
        "must_name": False,
        "may_write": signed_in.caller.role in WRITERS and found["own"], "base": f"{ENABLERS}/{id_}", "zone": "UTC",
        "conversation": {"days": days, "timeline": timeline}, "applications": found["lines"],
        "coming": coming, "table": _applications(found["lines"]),
    }  # fmt: skip
    status = 200 if form is None else 422
    return page("conversation_enabler.html", status=status, **framed(door, signed_in, "enablers"), **shown)


def _applications(lines: list[Any]) -> Table:
    columns = (
        Column("opportunity", _("Opportunity"), value=lambda row: row["opportunity"] or _("Opportunity")),
        Column("status", _("Status"), "pill"),
        Column("start_on", _("First day"), "date"),
        Column("end_on", _("Last day"), "date", wide=True),
    )
    return Table("applications", _("Applications"), columns, lines, empty=_("No application yet."))


# --- both: live, notes and calls


async def _write(rooms: Rooms, form: Form, id_: UUID, to: str) -> Response | None:
    """`what` is the button that was pressed: a kind, and for a call what came of it."""
    kind, _colon, outcome = form.get("what").partition(":")
    body: dict[str, Any] = {"kind": kind or "note"}
    if kind != "note":
        body |= {"direction": "in" if form.get("inward") else "out"}
    if outcome:
        body |= {"outcome": outcome}
        body |= {"direction": "out"} if outcome in ("not_reached", "voicemail") else {}
    body |= form.given("words", "application_id")
    return await submit(
        rooms, form, "POST", "scoring", f"/v1/leads/{id_}/remarks", body, to=f"{to}#timeline", done=_("Written down.")
    )


def _routes(of: str, base: str, show: Show) -> None:
    """What the conversations of people and of enablers have alike."""
    here_ = f"{base}/{{customer_id}}"

    @router.get(f"{here_}/stream", operation_id=f"console_{of}_stream")
    async def stream(customer_id: str, door: Visitor) -> Response:
        """The growing end of the conversation, for the browser."""
        signed_in = await session_of(door)
        path = f"{base.removeprefix(HOME)}/{id_in(customer_id)}/timeline/stream"
        return await pass_on(door, signed_in.token, f"/v1{path}", Asked.of(here.query()).params(None))

    @router.post(f"{here_}/remarks", operation_id=f"console_write_of_{of}")
    async def write(customer_id: str, door: Visitor, client: Client) -> Response:
        """Write a note, or down what was said."""
        signed_in, rooms = await opened(door, client)
        id_, form = id_in(customer_id), await form_of(door)
        done = await _write(rooms, form, id_, f"{base}/{id_}")
        return done or await show(door, rooms, signed_in, id_, form)

    @router.post(f"{here_}/remarks/{{remark_id}}/blanking", operation_id=f"console_blank_of_{of}")
    async def blank(customer_id: str, remark_id: str, door: Visitor, client: Client) -> Response:
        """Words that are wrong, or name somebody who shouldn't be named, go for good, whichever version they have."""
        _signed_in, rooms = await opened(door, client)
        form = await form_of(door)
        form.version = form.version or 1
        path, to = f"/v1/remarks/{id_in(remark_id)}/blanking", f"{base}/{id_in(customer_id)}#timeline"
        return await act(rooms, form, "POST", "scoring", path, to=to, done=_("The words are gone."))


_routes("person", PEOPLE, _person)
_routes("enabler", ENABLERS, _enabler)
