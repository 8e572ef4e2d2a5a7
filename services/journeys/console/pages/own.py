"""The participant's own page: what comes next, applications, documents, sessions, people to call, a question."""

from typing import Literal
from uuid import UUID

from starlette.responses import Response

from services.journeys.console.forms import Form, act, form_of, submit
from services.journeys.console.own import gather
from services.journeys.console.pages.doors import Client, Visitor, framed, new_router
from services.journeys.console.render import page
from services.journeys.console.rooms import NotForYou, Rooms
from services.journeys.console.session import HOME, Session, session_of
from services.journeys.console.texts import N_, _
from shared.access import Role

MINE = f"{HOME}/mine"
ENDINGS = {"withdrawal": N_("The application is withdrawn."), "refusal": N_("You have declined.")}
WHY = {
    "withdrawal": ("own_wish", "other_offer", "no_answer", "studies", "health", "family", "costs"),
    "refusal": ("other_offer", "terms", "dates", "costs", "health", "family", "own_wish"),
}
router = new_router()


async def _participant(door: Visitor) -> Session:
    signed_in = await session_of(door)
    if signed_in.caller.role is not Role.participant:
        raise NotForYou
    return signed_in


@router.get(MINE, operation_id="console_mine")
async def mine(door: Visitor, client: Client) -> Response:
    """Everything of the participant's own journey on one page, made for a phone."""
    signed_in = await _participant(door)
    return await _drawn(door, signed_in, Rooms(client, door.runtime.kernel, signed_in.token), Form())


async def _drawn(door: Visitor, signed_in: Session, rooms: Rooms, form: Form, status: int = 200) -> Response:
    now = door.runtime.clock.now()
    own = await gather(rooms, str(signed_in.caller.party), now.date())
    return page("own_mine.html", status=status, **framed(door, signed_in, "mine"), own=own, form=form, why=WHY)


@router.post(f"{MINE}/ask", operation_id="console_mine_ask")
async def ask(door: Visitor, client: Client) -> Response:
    """A question to the committee; which one answers follows from the application."""
    signed_in, form = await _participant(door), await form_of(door)
    rooms = Rooms(client, door.runtime.kernel, signed_in.token)
    body = form.given("subject", "text", "application_id")
    done = _("Asked: the committee answers here and by mail.")
    reply = await submit(rooms, form, "POST", "notifications", "/v1/questions", body, to=f"{MINE}#questions", done=done)
    return reply or await _drawn(door, signed_in, rooms, form, 422)


@router.post(f"{MINE}/applications/{{application_id}}/{{ending}}", operation_id="console_mine_end")
async def end_application(
    application_id: UUID, ending: Literal["withdrawal", "refusal"], door: Visitor, client: Client
) -> Response:
    """Withdraw, or decline what was accepted; asked twice on the page."""
    signed_in, form = await _participant(door), await form_of(door)
    rooms = Rooms(client, door.runtime.kernel, signed_in.token)
    path = f"/v1/applications/{application_id}/{ending}"
    return await act(rooms, form, "POST", "applications", path, form.given("reason"), to=MINE, done=_(ENDINGS[ending]))


@router.post(f"{MINE}/sessions/{{session_id}}/answer", operation_id="console_mine_session")
async def answer_session(session_id: UUID, door: Visitor, client: Client) -> Response:
    """Come, or not; with all places taken one waits and moves up by itself."""
    signed_in, form = await _participant(door), await form_of(door)
    rooms = Rooms(client, door.runtime.kernel, signed_in.token)
    body = {"going": form.get("going") == "yes", "wait": True}
    done = _("See you there.") if body["going"] else _("Thank you for telling us.")
    path = f"/v1/sessions/{session_id}/answer"
    return await act(rooms, form, "POST", "notifications", path, body, to=f"{MINE}#sessions", done=done)
