"""Sessions over HTTP: planned, opened and held by managers, answered by EPs with an account."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.notifications import commands, handlers, views
from services.notifications.api.doors import Anybody
from services.notifications.policy import SeatState, SessionKind, SessionState
from services.notifications.schemas import AskedOut, SeatOut, SessionOut, TickedOut
from shared.access import Role
from shared.web.door import Door, allow
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Day

router = APIRouter(prefix="/v1", tags=["sessions"])
HOLDING = (Role.sending_manager, Role.hosting_manager, Role.national_manager, Role.global_manager)
Holder = Annotated[Door, allow(*HOLDING)]
HolderChanges = Annotated[Door, allow(*HOLDING, changes=True)]
Participant = Annotated[Door, allow(Role.participant)]
ONE = "/sessions/{session_id}"
ICS = {200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}}


@router.post("/sessions", status_code=201, response_model=SessionOut, operation_id="plan_session")
async def plan_session(body: commands.PlanSession, door: Holder) -> Response:
    """A draft: nobody is asked to it yet. OPS and re-integration are the sending side's, IPS the hosting side's."""
    return await door.execute(handlers.plan_session, body, status=201, location=lambda out: f"/v1/sessions/{out.id}")


@router.get("/sessions", response_model=PageOf[SessionOut], operation_id="list_sessions")
async def list_sessions(
    door: Anybody,
    paging: Paging,
    kind: Annotated[SessionKind | None, Query(description="Only of this kind")] = None,
    entity_id: Annotated[UUID | None, Query(description="Only of this entity")] = None,
    state: Annotated[SessionState | None, Query(description="Only in this state")] = None,
    from_on: Annotated[Day | None, Query(description="From this day on, in the session's zone")] = None,
    to_on: Annotated[Day | None, Query(description="Until this day")] = None,
) -> Response:
    """Managers: sessions of their entity and below, and those that their EPs are asked to. EPs: theirs to come to."""
    return await door.page(views.list_sessions, kind, entity_id, state, from_on, to_on, paging=paging)


@router.get(ONE, response_model=SessionOut, operation_id="get_session")
async def get_session(session_id: UUID, door: Anybody) -> Response:
    """One session, with how full it is; the check-in code for who holds it, the own seat for an EP."""
    return await door.read(views.get_session, session_id)


@router.get(ONE + "/calendar", response_class=Response, responses=ICS, operation_id="download_session")
async def download_session(session_id: UUID, door: Anybody) -> Response:
    """The session as a calendar file (RFC 5545)."""
    text = await door.runtime.read(views.session_file, session_id, caller=door.caller)
    headers = {"Content-Disposition": 'attachment; filename="session.ics"', "Cache-Control": "private, no-cache"}
    return Response(text.encode(), media_type="text/calendar; charset=utf-8", headers=headers)


@router.patch(ONE, response_model=SessionOut, operation_id="change_session")
async def change_session(session_id: UUID, body: commands.PatchSession, door: HolderChanges) -> Response:
    """What calendars show raises `sequence` and is told to everybody who was asked: several changes in a row, once."""
    return await door.execute(handlers.change_session, commands.ChangeSession(session_id, body.changes()))


@router.post(ONE + "/opening", response_model=SessionOut, operation_id="open_session")
async def open_session(session_id: UUID, door: HolderChanges) -> Response:
    """It takes answers; all that is missing is said at once."""
    return await door.execute(handlers.open_session, commands.OpenSession(session_id))


@router.post(ONE + "/closing", response_model=SessionOut, operation_id="close_session")
async def close_session(session_id: UUID, door: HolderChanges) -> Response:
    """No new answers; who waits still moves up when somebody cancels."""
    return await door.execute(handlers.close_session, commands.CloseSession(session_id))


@router.post(ONE + "/cancellation", response_model=SessionOut, operation_id="cancel_session")
async def cancel_session(session_id: UUID, body: commands.Cancellation, door: HolderChanges) -> Response:
    """It does not take place: who was told of it is told why, with a file that takes it out of calendars."""
    command = commands.CancelSession(session_id, body.reason, body.note)
    return await door.execute(handlers.cancel_session, command)


@router.post(ONE + "/invitations", response_model=AskedOut, operation_id="invite_to_session")
async def invite_to_session(session_id: UUID, body: commands.Asking, door: Holder) -> Response:
    """Ask everybody whose stay fits, 500 at a time, or these stays. Who was asked already is left out."""
    command = commands.InviteToSession(session_id, body.fitting, body.application_ids)
    return await door.execute(handlers.invite_to_session, command)


@router.get(ONE + "/seats", response_model=PageOf[SeatOut], operation_id="list_seats")
async def list_seats(
    session_id: UUID,
    door: Anybody,
    paging: Paging,
    state: Annotated[SeatState | None, Query(description="Only in this state")] = None,
    no_show: Annotated[bool | None, Query(description="Only who said yes and did not come, or only others")] = None,
) -> Response:
    """Who is asked, comes, waits, was there, and who did not show up. EPs see their own seat."""
    return await door.page(views.list_seats, session_id, state, no_show, paging=paging)


@router.post(ONE + "/seats/{seat_id}/removal", response_model=SeatOut, operation_id="remove_seat")
async def remove_seat(session_id: UUID, seat_id: UUID, door: HolderChanges) -> Response:
    """Take an invitation or a place back (If-Match is the seat's version); the next one moves up."""
    return await door.execute(handlers.remove_seat, commands.RemoveSeat(session_id, seat_id))


@router.post(ONE + "/presence", response_model=TickedOut, operation_id="tick_presence")
async def tick_presence(session_id: UUID, body: commands.Presence, door: Holder) -> Response:
    """Tick who was there, from shortly before the start until some days after the end."""
    return await door.execute(handlers.tick_presence, commands.TickPresence(session_id, body.seat_ids))


@router.post(ONE + "/seats/{seat_id}/absence", response_model=SeatOut, operation_id="undo_presence")
async def undo_presence(session_id: UUID, seat_id: UUID, body: commands.Absence, door: HolderChanges) -> Response:
    """They were not there after all (If-Match is the seat's version): what that alone proved is taken back."""
    return await door.execute(handlers.undo_presence, commands.UndoPresence(session_id, seat_id, body.reason))


@router.post(ONE + "/answer", response_model=SeatOut, operation_id="answer_session")
async def answer_session(session_id: UUID, body: commands.Answer, door: Participant) -> Response:
    """Come, or not. With all places taken one waits and moves up by itself; without `wait` that is 409."""
    command = commands.AnswerSession(body.going, body.wait, session_id=session_id)
    return await door.execute(handlers.answer_session, command)


@router.post(ONE + "/check-in", response_model=SeatOut, operation_id="check_in")
async def check_in(session_id: UUID, body: commands.CheckIn, door: Participant) -> Response:
    """Enter the code that is shown in the room, while check-in is open, once."""
    return await door.execute(handlers.check_in, commands.CheckInAtSession(body.code, session_id=session_id))
