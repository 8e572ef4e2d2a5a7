"""Who was there: by the code shown in the room, or ticked by who holds the session; and what that proves."""

import hmac
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlmodel import select

from services.notifications.commands import CheckInAtSession, TickPresence, UndoPresence
from services.notifications.handlers.evidence import prove
from services.notifications.handlers.seats import facts_of
from services.notifications.handlers.tasks import settle_tasks
from services.notifications.model import Experience, Seat, Session, Touchpoint, held_by
from services.notifications.plan import store
from services.notifications.policy import (
    CheckedBy,
    SeatState,
    SessionState,
    State,
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


async def undo_presence(uow: Uow, command: UndoPresence) -> SeatOut:
    """Somebody was not there after all: what the presence proved is taken back, as far as nothing else proves it."""
    session = await uow.get(Session, command.session_id, held_by(uow.caller))
    if not may_hold(session.kind, uow.caller.role):
        raise Forbidden(f"A {uow.caller.role} holds no session of the kind {session.kind}.", code="other-side")
    seat = await uow.get(Seat, command.seat_id, Seat.session_id == session.id, lock=True)
    uow.expect(seat.version)
    if seat.attended_at is None:
        raise Conflict("Nobody has recorded that they were there.", code="not-present")
    was_at = seat.attended_at
    absent = session.state is SessionState.held and seat.state is SeatState.going
    uow.change(seat, attended_at=None, checked_by=None, no_show=absent)
    await uow.flush()
    same_kind, lost = await _lost(uow, session, seat)
    event = said.PresenceUndone(**facts_of(session, seat), was_at=was_at, reason=command.reason, lost=lost)
    uow.say(event, effective_on=uow.today(session.zone))
    attended = f"attended:{session.kind}"
    keys = [attended] * (not same_kind) + [f"proves:{PURPOSE}"] * (PURPOSE in lost)
    await prove(uow, seat.application_id, keys, seat.id, void=True)
    if not same_kind:
        await _record(uow, seat.application_id, attended, holds=False)
    uow.note("undo_presence", session.id, after={"seat": str(seat.id), "reason": command.reason})
    return (await seat_outs(uow, [seat]))[0]


async def _lost(uow: Uow, session: Session, seat: Seat) -> tuple[bool, list[str]]:
    """Whether another presence of this kind is left, and the standards that nothing proves now: no other presence and
    no message that is out.
    """
    there = select(Session).join(Seat, Seat.session_id == Session.id)  # type: ignore[arg-type]
    mine = (Seat.application_id == seat.application_id, Seat.attended_at.is_not(None))  # type: ignore[union-attr]
    sessions = await uow.rows(there.where(*mine))
    others = {standard for one in sessions for standard in proves(one.kind, one.covers_purpose)}
    standards = proves(session.kind, session.covers_purpose)
    if PURPOSE in standards:
        for row in await uow.all(Touchpoint, application_id=seat.application_id, state=State.sent):
            entry = await store.entry_of(uow, row)
            others |= {entry.proves.standard} if entry and entry.proves else set()
    return session.kind in {one.kind for one in sessions}, [one for one in standards if one not in others]


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


async def _record(uow: Uow, application_id: UUID, name: str, *, holds: bool = True) -> None:
    """What an EP took part in is recorded of the stay: it ends the task to hold it; taken back, it is open again."""
    stay = await uow.find(Experience, id=application_id, lock=True)
    if stay is not None and stay.recorded.get(name, [0, False])[1] is not holds:
        stay.recorded = stay.recorded | {name: [stay.status_sequence, holds]}
        await uow.flush()
        await settle_tasks(uow, stay)
