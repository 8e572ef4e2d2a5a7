"""The enabler's way to its committee: whom to call, what was asked, what goes on."""

from fastapi import APIRouter
from starlette.responses import Response

from services.journeys.console import tables
from services.journeys.console.forms import Form, form_of, submit
from services.journeys.console.pages.doors import Client, Visitor, framed
from services.journeys.console.render import page, to
from services.journeys.console.rooms import NotForYou, Rooms, together
from services.journeys.console.session import HOME, Session, session_of
from services.journeys.console.texts import N_, _
from shared.access import Role
from shared.errors import NotFound
from shared.web.door import Door

ADDRESS = f"{HOME}/committee"
ASKED = N_("Asked: the committee answers here and by mail.")


def add(router: APIRouter) -> None:
    """Put the page and its form on a router."""
    router.get(ADDRESS, operation_id="console_committee")(committee)
    router.post(f"{ADDRESS}/ask", operation_id="console_committee_ask")(ask)


async def _enabler(door: Door) -> Session:
    signed_in = await session_of(door)
    if signed_in.caller.role is not Role.enabler:
        raise NotForYou
    return signed_in


async def committee(door: Visitor, client: Client) -> Response:
    """Name, phone and address of the committee, questions with their state, and a form for a new one. An account that
    nobody registered with begins with that."""
    signed_in = await _enabler(door)
    try:
        return await _drawn(door, signed_in, Rooms(client, door.runtime.kernel, signed_in.token), Form())
    except NotFound:
        return to(f"{HOME}/register/enablers/new/register")


async def ask(door: Visitor, client: Client) -> Response:
    signed_in = await _enabler(door)
    rooms, form = Rooms(client, door.runtime.kernel, signed_in.token), await form_of(door)
    body = form.given("subject", "text")
    done = await submit(rooms, form, "POST", "notifications", "/v1/questions", body, to=ADDRESS, done=_(ASKED))
    return done or await _drawn(door, signed_in, rooms, form, 422)


async def _drawn(door: Door, signed_in: Session, rooms: Rooms, form: Form, status: int = 200) -> Response:
    enabler, questions = await together(
        rooms.get("applications", f"/v1/enablers/{signed_in.caller.party}"),
        rooms.panel("notifications", rooms.get("notifications", "/v1/questions", limit=50)),
    )
    entity = await rooms.get("applications", f"/v1/entities/{enabler['hosting_entity_id']}")
    columns = (
        tables.Column("subject", _("Question"), href=lambda row: f"{HOME}/questions/{row['id']}"),
        tables.Column("state", _("State"), "pill", pill_class="state-"),
        tables.Column("asked_at", _("Asked"), "moment", zone=entity["zone"]),
        tables.Column("answered_at", _("Answered"), "moment", zone=entity["zone"]),
    )
    asked = [] if questions.away or questions.hidden else questions.items["items"]
    table = tables.Table("questions", _("What you asked"), columns, asked, empty=_("You have asked nothing yet."))
    shown = framed(door, signed_in, "committee")
    return page(
        "work_committee.html", status=status, **shown, entity=entity, questions=questions, table=table, given=form
    )
