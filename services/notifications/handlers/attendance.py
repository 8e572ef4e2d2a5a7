"""Who was there: by the code shown in the room, or ticked by who holds the session; and what that proves."""

import hmac
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlmodel import select

from services.notifications.commands import CheckInAtSession, TickPresence
from services.notifications.handlers.evidence import prove
from services.notifications.handlers.seats import facts_of
from services.notifications.handlers.tasks import settle_tasks
from services.notifications.model import Experience, Seat, Session, held_by
from services.notifications.policy import (
    CheckedBy,
    SeatState,
    SessionState,
    check_in_open,
    may_hold,
    proves,
    tidy_code,
)
from services.notifications.policy.sessions import PURPOSE
from services.notifications.schemas import SeatOut, TickedOut
from services.notifications.settings import limits
from services.notifications.views.sessions import opened_seat, seat_of_caller, seat_outs
from shared.contracts import seminars as said
from shared.errors import Conflict, FieldError, Forbidden, Invalid
from shared.storage.tx import Uow

HELD_THEN = (SessionState.open, SessionState.closed, SessionState.held)


async def check_in(uow: Uow, command: CheckInAtSession) -> SeatOut:
    """With the code, while check-in is open, once."""
    if command.token is not None:
        seat = await opened_seat(uow, command.token)
    else:
        assert command.session_id is not None
        seat = await seat_of_caller(uow, command.session_id)
    await uow.refresh(seat, lock=True)
    session = await uow.get(Session, seat.session_id)
    if session.state not in HELD_THEN:
        raise Conflict("The session does not take place.", code=f"session-{session.state}")
    limit = limits()
    before, after = timedelta(minutes=limit.check_in_before_minutes), timedelta(minutes=limit.check_in_after_minutes)
    if not check_in_open(session.starts_at, session.ends_at, before, after, uow.now):
        extra = {"from": (session.starts_at - before).isoformat(), "until": (session.ends_at + after).isoformat()}
        raise Conflict("Check-in is not open now.", code="check-in-closed", extra=extra)
    if seat.state is SeatState.removed:
        raise Conflict("The invitation was taken back.", code="invitation-taken-back")
    if seat.attended_at is not None:
        raise Conflict("You are checked in already.", code="checked-in-already")
    if not hmac.compare_digest(tidy_code(command.code).encode(), session.check_in_code.encode()):
        raise Invalid(errors=[FieldError("#/code", "This is not the code of the session.")], code="wrong-code")
    await _attended(uow, session, seat, CheckedBy.code)
    return (await seat_outs(uow, [seat]))[0]


async def tick_presence(uow: Uow, command: TickPresence) -> TickedOut:
    """Who holds the session ticks who was there, until some days after it; a seat that has its tick keeps it."""
    session = await uow.get(Session, command.session_id, held_by(uow.caller))
    if not may_hold(session.kind, uow.caller.role):
        raise Forbidden(f"A {uow.caller.role} holds no session of the kind {session.kind}.", code="other-side")
    limit = limits()
    before, after = timedelta(minutes=limit.check_in_before_minutes), timedelta(days=limit.tick_days)
    if session.state not in HELD_THEN or not check_in_open(session.starts_at, session.ends_at, before, after, uow.now):
        raise Conflict("Presence is ticked while a session is held, and some days after it.", code="check-in-closed")
    query = select(Seat).where(Seat.session_id == session.id, Seat.id.in_(command.seat_ids))  # type: ignore[attr-defined]
    seats = {seat.id: seat for seat in await uow.rows(query.order_by(Seat.id).with_for_update())}
    _check(command.seat_ids, seats)
    fresh = [seat for seat in seats.values() if seat.attended_at is None]
    for seat in fresh:
        await _attended(uow, session, seat, CheckedBy.host)
    uow.note("tick_presence", session.id, after={"seats": [str(seat.id) for seat in fresh]})
    before_now = [id_ for id_ in command.seat_ids if seats[id_] not in fresh]
    return TickedOut(attended=await seat_outs(uow, fresh), before=before_now)


def _check(ids: Sequence[UUID], seats: dict[UUID, Seat]) -> None:
    errors = [
        FieldError(f"#/seat_ids/{position}", "There is no such seat in this session.")
        for position, id_ in enumerate(ids)
        if id_ not in seats or seats[id_].state is SeatState.removed
    ]
    if errors:
        raise Invalid(errors=errors[:50])


async def _attended(uow: Uow, session: Session, seat: Seat, by: CheckedBy) -> None:
    uow.change(seat, attended_at=uow.now, checked_by=by, no_show=False)
    standards = list(proves(session.kind, session.covers_purpose))
    event = said.SessionAttended(**facts_of(session, seat), attended_at=uow.now, checked_by=by, proves=standards)
    uow.say(event, effective_on=uow.today(session.zone))
    more = [f"proves:{PURPOSE}"] if PURPOSE in standards else []
    await prove(uow, seat.application_id, [f"attended:{session.kind}", *more], seat.id)
    await _record(uow, seat.application_id, f"attended:{session.kind}")


async def _record(uow: Uow, application_id: UUID, name: str) -> None:
    """What an EP took part in is recorded of the stay: it ends the task to hold it."""
    stay = await uow.find(Experience, id=application_id, lock=True)
    if stay is not None and name not in stay.recorded:
        stay.recorded = stay.recorded | {name: [stay.status_sequence, True]}
        await uow.flush()
        await settle_tasks(uow, stay)
