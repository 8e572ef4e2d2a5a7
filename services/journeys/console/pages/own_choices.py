"""One's own choices: what may be done, what is sent and how, what was asked and told, and one's own data."""

import json
from typing import Literal
from uuid import UUID

from starlette.responses import Response

from services.journeys.console.forms import act, form_of
from services.journeys.console.own_choices import FINAL, KINDS, gather
from services.journeys.console.own_copy import copy_of
from services.journeys.console.pages.doors import Client, Visitor, framed, new_router, opened
from services.journeys.console.render import page
from services.journeys.console.rooms import NotForYou, Rooms
from services.journeys.console.session import HOME, Session
from services.journeys.console.texts import N_, _
from shared.access import CUSTOMERS, Role
from shared.errors import NotFound
from shared.web.door import Door

MINE = f"{HOME}/choices"
SAID = {
    ("consents", "yes"): N_("You agreed. Thank you."), ("consents", "no"): N_("Taken back: it ends now."),
    ("classes", "yes"): N_("You get them."), ("classes", "no"): N_("You get no more of them."),
    ("channels", "yes"): N_("We write there."), ("channels", "no"): N_("We don't write there any more."),
}  # fmt: skip
router = new_router()


async def _customer(door: Door, client: Client) -> tuple[Session, Rooms]:
    signed_in, rooms = await opened(door, client)
    if signed_in.caller.role not in CUSTOMERS:
        raise NotForYou
    return signed_in, rooms


@router.get(MINE, operation_id="console_choices")
async def choices(door: Visitor, client: Client) -> Response:
    """All of it on one page, made for a phone."""
    signed_in, rooms = await _customer(door, client)
    own = await gather(rooms, signed_in.caller)
    return page("own_choices.html", **framed(door, signed_in, "choices"), own=own, party=str(signed_in.caller.party))


@router.get(f"{MINE}/copy", operation_id="console_choices_copy")
async def copy(door: Visitor, client: Client) -> Response:
    """All that the rooms tell a participant of their own data, to keep."""
    signed_in, rooms = await _customer(door, client)
    if signed_in.caller.role is not Role.participant:
        raise NotForYou
    whole = await copy_of(rooms, str(signed_in.caller.party))
    headers = {"Content-Disposition": 'attachment; filename="my-data.json"', "Cache-Control": "no-store"}
    return Response(json.dumps(whole, ensure_ascii=False, indent=1), headers=headers, media_type="application/json")


@router.post(f"{MINE}/testimonials/{{testimonial_id}}/withdrawal", operation_id="console_choices_withdraw")
async def withdraw(testimonial_id: UUID, door: Visitor, client: Client) -> Response:
    """What one told the world is taken back; asked twice on the page."""
    _signed_in, rooms = await _customer(door, client)
    form, path = await form_of(door), f"/v1/testimonials/{testimonial_id}/withdrawal"
    done = _("Taken back: it is shown nowhere any more.")
    return await act(rooms, form, "POST", "surveys", path, to=f"{MINE}#shown", done=done)


@router.post(f"{MINE}/{{kind}}/{{code}}/{{way}}", operation_id="console_choices_say")
async def say(
    kind: Literal["consents", "classes", "channels"], code: str, way: Literal["yes", "no"], door: Visitor,
    client: Client,
) -> Response:  # fmt: skip
    """Yes or no to one thing; the message that follows offers the other way, but for what a no cuts off for good."""
    signed_in, rooms = await _customer(door, client)
    if code not in KINDS[kind]:
        raise NotFound(_("There is nothing like this to be done here."))
    form, on = await form_of(door), way == "yes"
    undo = f"{MINE}/{kind}/{code}/{'no' if on else 'yes'}" if (kind, code) != FINAL else None
    to, done = f"{MINE}#{kind}", _(SAID[kind, way])
    if kind == "consents":
        path = f"/v1/people/{signed_in.caller.party}/consents"
        return await act(rooms, form, "POST", "scoring", path, {code: on}, to=to, done=done, undo=undo)
    body = {kind: {code: on}}
    return await act(rooms, form, "POST", "notifications", "/v1/choices", body, to=to, done=done, undo=undo)
