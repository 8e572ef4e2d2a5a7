"""Seats of a session: who is asked, who answers what, and who moves up. The session is locked first, always."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import select

from services.notifications.commands import AnswerSession, InviteToSession, RemoveSeat
from services.notifications.handlers.notices import drop_all, tell, tell_cancelled
from services.notifications.model import (
    CalendarFeed,
    Experience,
    Person,
    Seat,
    Session,
    fitting,
    held_by,
    open_to,
    seen_by,
)
from services.notifications.policy import ENDED, LIVE, SeatState, SessionState, Status, may_hold, seated
from services.notifications.policy.sessions import INVITATIONS, PLACE
from services.notifications.schemas import AskedOut, SeatOut
from services.notifications.views.sessions import opened_seat, seat_outs
from shared.contracts import seminars as said
from shared.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from shared.ids import new_id
from shared.storage.due import Due
from shared.storage.tx import Uow

SEAT_FOLLOW = "seat-follow"
MOST = 500
TAKING = (SessionState.open, SessionState.closed)
# Stays that came to nothing, or wait for both sides to approve anew.
BROKEN = frozenset(ENDED) - {Status.completed}


async def invite_to_session(uow: Uow, command: InviteToSession) -> AskedOut:
    """Ask those whose stay fits, `MOST` at a time, or these stays; who was asked already is left out."""
    session = await uow.get(Session, command.session_id, held_by(uow.caller), lock=True)
    if not may_hold(session.kind, uow.caller.role):
        raise Forbidden(f"A {uow.caller.role} holds no session of the kind {session.kind}.", code="other-side")
    if session.state is not SessionState.open or session.starts_at <= uow.now:
        raise Conflict("People are asked to open sessions that lie ahead.", code="session-not-open")
    stays = await _by_hand(uow, command.application_ids)
    if command.fitting:
        there = select(Seat.person_id).where(Seat.session_id == session.id)
        query = select(Experience).where(fitting(session), Experience.person_id.not_in(there))  # type: ignore[attr-defined]
        stays += await uow.rows(query.order_by(Experience.start_on, Experience.id).limit(MOST))
    erased = await _erased(uow, {stay.person_id for stay in stays})
    seats = {seat.person_id: seat for seat in await uow.all(Seat, session_id=session.id)}
    asked: list[Seat] = []
    left_out: list[UUID] = []
    for stay in stays:
        held = seats.get(stay.person_id)
        if stay.person_id in erased or (held is not None and held.state is not SeatState.removed):
            if not any(seat.application_id == stay.id for seat in asked):
                left_out.append(stay.id)
            continue
        seats[stay.person_id] = seat = _asked(uow, session, stay, held)
        asked.append(seat)
        await tell(uow, session, seat, INVITATIONS[session.kind])
        uow.say(said.SessionInvited(**facts_of(session, seat), starts_at=session.starts_at))
    await _feeds(uow, {seat.person_id for seat in asked})
    uow.note("invite_to_session", session.id, after={"invited": len(asked), "left_out": len(left_out)})
    return AskedOut(invited=await seat_outs(uow, asked), left_out=left_out)


async def _by_hand(uow: Uow, ids: list[UUID]) -> list[Experience]:
    if not ids:
        return []
    query = select(Experience).where(Experience.id.in_(ids), seen_by(uow.caller, Experience))  # type: ignore[attr-defined]
    found = {stay.id: stay for stay in await uow.rows(query)}
    errors = []
    for position, id_ in enumerate(ids):
        if id_ not in found:
            errors.append(FieldError(f"#/application_ids/{position}", "There is no such stay, or it is not yours."))
        elif found[id_].approved_at is None or found[id_].status in BROKEN:
            errors.append(FieldError(f"#/application_ids/{position}", "It is not approved."))
    if errors:
        raise Invalid(errors=errors[:50])
    return [found[id_] for id_ in ids]


async def _erased(uow: Uow, people: set[UUID]) -> set[UUID]:
    query = select(Person.id).where(Person.id.in_(people), Person.erased)  # type: ignore[attr-defined]
    return set(await uow.rows(query)) if people else set()


def _asked(uow: Uow, session: Session, stay: Experience, held: Seat | None) -> Seat:
    if held is None:
        return uow.add(_seat(session, stay, SeatState.invited, invited_at=uow.now))
    again = {"state": SeatState.invited, "reason": None, "turns": held.turns + 1, "invited_at": uow.now}
    return uow.change(held, **again, answered_at=None, application_id=stay.id)


def _seat(session: Session, stay: Experience, state: SeatState, **more: Any) -> Seat:
    ids = {name: getattr(stay, name) for name in ("person_id", "sending_entity_id", "hosting_entity_id")}
    return Seat(
        id=new_id(), session_id=session.id, entity_id=session.entity_id, application_id=stay.id, state=state,
        **ids, **more,
    )  # fmt: skip


async def _feeds(uow: Uow, people: set[UUID]) -> None:
    """Who is asked has a calendar to subscribe to."""
    query = select(CalendarFeed.person_id).where(CalendarFeed.person_id.in_(people))  # type: ignore[attr-defined]
    there = set(await uow.rows(query)) if people else set()
    for person_id in people - there:
        uow.add(CalendarFeed(id=new_id(), person_id=person_id, made_at=uow.now))


# --- answers


async def answer_session(uow: Uow, command: AnswerSession) -> SeatOut:
    """Yes or no. With all places taken a yes waits, or is refused (409 `session-full`) for who does not want to."""
    session, seat = await _answering(uow, command)
    if session.state is SessionState.cancelled:
        raise Conflict("The session does not take place.", code="session-cancelled")
    if session.state not in TAKING or session.starts_at <= uow.now:
        raise Conflict("The session has begun, or is over.", code="session-over")
    if seat.state is SeatState.removed:
        raise Conflict("The invitation was taken back.", code="invitation-taken-back")
    before = seat.state
    if command.going and session.state is SessionState.closed and before not in (SeatState.going, SeatState.waiting):
        raise Conflict("The list of this session is closed.", code="session-closed")
    taken = await taken_places(uow, session)
    state = seated(command.going, taken, session.capacity, before)
    if state is SeatState.waiting and not command.wait and before is not SeatState.waiting:
        extra = {"capacity": session.capacity, "taken": taken}
        raise Conflict("All places of this session are taken.", code="session-full", extra=extra)
    if state is not before or seat.answered_at is None:
        queued = None
        if state is SeatState.waiting:
            session.queue += 1
            queued = session.queue
        uow.change(seat, state=state, answered_at=uow.now, queued=queued)
        if before is SeatState.going:
            await move_up(uow, session)
    return (await seat_outs(uow, [seat]))[0]


async def _answering(uow: Uow, command: AnswerSession) -> tuple[Session, Seat]:
    """The session, locked, and the seat of who answers; who was not asked, but whose stay fits, gets one."""
    if command.token is not None:
        found = await opened_seat(uow, command.token)
        session = await uow.get(Session, found.session_id, lock=True)
        return session, await uow.refresh(found, lock=True)
    assert command.session_id is not None
    if uow.caller.party is None or (session := await uow.find(Session, id=command.session_id, lock=True)) is None:
        raise NotFound(f"There is no session {command.session_id}, or it is not for you.")
    seat = await uow.find(Seat, session_id=session.id, person_id=uow.caller.party, lock=True)
    if seat is not None:
        return session, seat
    stays = await uow.rows(select(Experience).where(Experience.person_id == uow.caller.party))
    for stay in stays:
        if await uow.scalar(select(Session.id).where(Session.id == session.id, open_to([stay]))) is not None:
            await _feeds(uow, {stay.person_id})
            return session, uow.add(_seat(session, stay, SeatState.invited, told=session.sequence))
    raise NotFound(f"There is no session {command.session_id}, or it is not for you.")


async def remove_seat(uow: Uow, command: RemoveSeat) -> SeatOut:
    """An invitation or a place is taken back; the person is told, and the next one moves up."""
    session = await uow.get(Session, command.session_id, held_by(uow.caller), lock=True)
    seat = await uow.get(Seat, command.seat_id, Seat.session_id == session.id, lock=True)
    uow.expect(seat.version)
    if seat.state is SeatState.removed or seat.attended_at is not None:
        raise Conflict("There is nothing to take back.", code="seat-settled")
    await _take_back(uow, session, seat, "taken_back")
    uow.note("remove_seat", seat.id, reason="taken_back")
    return (await seat_outs(uow, [seat]))[0]


async def _take_back(uow: Uow, session: Session, seat: Seat, reason: str, *, quietly: bool = False) -> None:
    was = seat.state
    uow.change(seat, state=SeatState.removed, reason=reason, queued=None, turns=seat.turns + 1)
    if quietly or was is SeatState.declined:
        await drop_all(uow, seat, reason)
    else:
        await tell_cancelled(uow, session, seat, reason)
    await move_up(uow, session)


async def move_up(uow: Uow, session: Session) -> None:
    """Who waits longest gets what is free, and is told. The caller holds the session."""
    if session.state not in TAKING or session.starts_at <= uow.now:
        return
    free = session.capacity - await taken_places(uow, session)
    if free <= 0:
        return
    query = select(Seat).where(Seat.session_id == session.id, Seat.state == SeatState.waiting)
    for seat in await uow.rows(query.order_by(Seat.queued).limit(free).with_for_update()):  # type: ignore[arg-type]
        uow.change(seat, state=SeatState.going, queued=None, turns=seat.turns + 1)
        await tell(uow, session, seat, PLACE)


async def taken_places(uow: Uow, session: Session) -> int:
    query = select(func.count()).select_from(Seat)
    found: int = await uow.scalar(query.where(Seat.session_id == session.id, Seat.state == SeatState.going))
    return found


# --- what becomes of a seat when its stay ends before its time


async def follow_later(uow: Uow, stays: Iterable[Experience]) -> None:
    """Look at the seats of these stays in transactions of their own: whoever hears of a stay holds it already."""
    if not (ids := {stay.id: stay for stay in stays}):
        return
    query = select(Seat.application_id).where(Seat.application_id.in_(ids), Seat.state.in_(LIVE))  # type: ignore[attr-defined]
    for application_id in sorted(set(await uow.rows(query))):
        occurrence = f"{ids[application_id].status_sequence}-{uow.clock.machine():%Y%m%d%H%M%S%f}"
        await uow.schedule(SEAT_FOLLOW, application_id, occurrence, uow.now.replace(tzinfo=None), "UTC")


async def follow_stay(uow: Uow, due: Due) -> None:
    """Seats at sessions that lie ahead go when the stay is broken off, or when the person is to be forgotten."""
    query = select(Seat.id, Seat.session_id).where(Seat.application_id == due.subject, Seat.state.in_(LIVE))  # type: ignore[attr-defined]
    held = sorted((await uow.execute(query)).all(), key=lambda row: row.session_id)
    stay = await uow.find(Experience, id=due.subject)
    for seat_id, session_id in held:
        session = await uow.get(Session, session_id, lock=True)
        seat = await uow.get(Seat, seat_id, lock=True)
        if seat.state not in LIVE or session.starts_at <= uow.now:
            continue
        if await _erased(uow, {seat.person_id}):
            await _take_back(uow, session, seat, "person_erased", quietly=True)
        elif stay is not None and stay.status in BROKEN:
            await _take_back(uow, session, seat, "stay_broken_off")


def facts_of(session: Session, seat: Seat) -> dict[str, Any]:
    """The ids that every fact of a seat carries."""
    names = ("session_id", "entity_id", "person_id", "application_id", "sending_entity_id", "hosting_entity_id")
    return {"seat_id": seat.id, "session_kind": session.kind} | {name: getattr(seat, name) for name in names}
