"""The life of a session: planned, opened, changed, closed, cancelled, held. Locks go from the session to its seats."""

import secrets
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from services.notifications.commands import CancelSession, ChangeSession, CloseSession, OpenSession, PlanSession
from services.notifications.commands.sessions import LONGEST
from services.notifications.handlers.notices import drop_all, live_seats, tell, tell_cancelled, tell_later
from services.notifications.handlers.seats import move_up, taken_places
from services.notifications.model import Session, held_by
from services.notifications.policy import (
    ALPHABET,
    CHANGEABLE,
    CODE_LENGTH,
    SHOWN,
    SeatState,
    SessionState,
    may_hold,
)
from services.notifications.policy.sessions import MISSED
from services.notifications.schemas import SessionOut
from services.notifications.settings import limits
from services.notifications.views.sessions import session_out
from shared.contracts import seminars as said
from shared.errors import Conflict, FieldError, Forbidden, Invalid
from shared.ids import new_id
from shared.storage.due import Due
from shared.storage.tx import Uow
from shared.zones import to_utc

SESSION_END = "session-end"
KNOWN_ENTITY = text(
    "SELECT 1 FROM entity_path WHERE entity_id = :id AND (CAST(:over AS uuid) IS NULL OR :over = ANY(path))"
)


async def plan_session(uow: Uow, command: PlanSession) -> SessionOut:
    """A draft. Whoever holds this kind of session plans it for the own entity or one below it."""
    _check_holder(uow, command.kind)
    known = {"id": command.entity_id, "over": uow.caller.entity}
    if await uow.scalar(KNOWN_ENTITY, known) is None:
        raise Invalid(errors=[FieldError("#/entity_id", "There is no such entity, or it is not yours.")])
    values = command.model_dump() | {"hosts": [str(host) for host in command.hosts]}
    row = Session(
        id=new_id(), **values, **_moments(values), state=SessionState.draft, sequence=0, queue=0,
        check_in_code="".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)),
    )  # fmt: skip
    _check(row)
    uow.add(row)
    uow.note("plan_session", row.id, after={"kind": row.kind, "starts_at": row.starts_at.isoformat()})
    return await session_out(uow, row)


async def change_session(uow: Uow, command: ChangeSession) -> SessionOut:
    """What calendars show raises the sequence, and everybody who was asked is told."""
    row = await _held(uow, command.session_id)
    _check_state(row, CHANGEABLE)
    given = dict(command.changes)
    if "hosts" in given:
        given["hosts"] = [str(host) for host in given["hosts"]]
    changed = {name: value for name, value in given.items() if getattr(row, name) != value}
    if not changed:
        return await session_out(uow, row)
    before = {name: str(getattr(row, name)) for name in changed}
    await _check_capacity(uow, row, changed)
    values = {name: changed.get(name, getattr(row, name)) for name in ("local_start", "local_end", "zone")}
    told = row.state is not SessionState.draft and bool(changed.keys() & SHOWN)
    uow.change(row, **changed, **_moments(values), sequence=row.sequence + told)
    _check(row)
    if row.state is not SessionState.draft:
        _check_ready(uow, row)
        await _schedule_end(uow, row)
        uow.say(
            said.SessionChanged(**facts_of(row), changed=sorted(changed), sequence=row.sequence, capacity=row.capacity)
        )
        if told:
            await tell_later(uow, row)
        await move_up(uow, row)
    uow.note("change_session", row.id, before=before, after={name: str(value) for name, value in changed.items()})
    return await session_out(uow, row)


async def open_session(uow: Uow, command: OpenSession) -> SessionOut:
    """It takes answers from now on; a closed one can be opened again."""
    row = await _held(uow, command.session_id)
    _check_state(row, {SessionState.draft, SessionState.closed})
    _check_ready(uow, row)
    first = row.state is SessionState.draft
    uow.change(row, state=SessionState.open)
    await _schedule_end(uow, row)
    if first:
        uow.say(said.SessionOpened(**facts_of(row), capacity=row.capacity))
    uow.note("open_session", row.id)
    return await session_out(uow, row)


async def close_session(uow: Uow, command: CloseSession) -> SessionOut:
    """No new answers; who waits still moves up."""
    row = await _held(uow, command.session_id)
    _check_state(row, {SessionState.open})
    uow.change(row, state=SessionState.closed)
    uow.note("close_session", row.id)
    return await session_out(uow, row)


async def cancel_session(uow: Uow, command: CancelSession) -> SessionOut:
    """It does not take place: everybody who was told of it hears why, with a file that takes it out of calendars."""
    row = await _held(uow, command.session_id)
    _check_state(row, CHANGEABLE)
    was = row.state
    uow.change(
        row, state=SessionState.cancelled, reason=command.reason, note=command.note or None, sequence=row.sequence + 1
    )
    await uow.cancel(SESSION_END, row.id, why="session_cancelled")
    if was is not SessionState.draft:
        for seat in await live_seats(uow, row):
            uow.change(seat, state=SeatState.removed, reason="session_cancelled", queued=None)
            await tell_cancelled(uow, row, seat, "session_cancelled")
        uow.say(said.SessionCancelled(**facts_of(row), reason=command.reason))
    uow.note("cancel_session", row.id, reason=command.reason)
    return await session_out(uow, row)


async def end_session(uow: Uow, due: Due) -> None:
    """After the end and the time to check in: it was held, and who said yes and did not come is a no-show."""
    row = await uow.find(Session, id=due.subject, lock=True)
    if row is None or row.state not in (SessionState.open, SessionState.closed):
        return due.skip("session_over")
    if _end_of_check_in(row) > uow.now:
        return due.skip("superseded")
    uow.change(row, state=SessionState.held)
    for seat in await live_seats(uow, row):
        await drop_all(uow, seat, "session_over")
        if seat.state is SeatState.going and seat.attended_at is None:
            uow.change(seat, no_show=True)
            await tell(uow, row, seat, MISSED)
    return None


# --- shapes and checks


def facts_of(row: Session) -> dict[str, Any]:
    """The ids and times that every fact of a session carries."""
    names = ("entity_id", "starts_at", "ends_at", "zone")
    return {"session_id": row.id, "session_kind": row.kind} | {name: getattr(row, name) for name in names}


async def _held(uow: Uow, session_id: Any) -> Session:
    """The session, locked, in the version that the caller has seen."""
    row = await uow.get(Session, session_id, held_by(uow.caller), lock=True)
    uow.expect(row.version)
    _check_holder(uow, row.kind)
    return row


def _check_holder(uow: Uow, kind: Any) -> None:
    if not may_hold(kind, uow.caller.role):
        raise Forbidden(f"A {uow.caller.role} holds no session of the kind {kind}.", code="other-side")


def _check_state(row: Session, among: Any) -> None:
    if row.state not in among:
        raise Conflict(f"The session is {row.state}.", code=f"session-{row.state}", extra={"state": row.state})


async def _check_capacity(uow: Uow, row: Session, changed: dict[str, Any]) -> None:
    capacity = changed.get("capacity", row.capacity)
    if capacity < row.capacity and capacity < (taken := await taken_places(uow, row)):
        raise Conflict(f"{taken} places are taken already.", code="places-taken", extra={"taken": taken})


def _moments(values: dict[str, Any]) -> dict[str, Any]:
    zone = values["zone"]
    return {"starts_at": to_utc(values["local_start"], zone), "ends_at": to_utc(values["local_end"], zone)}


def _check(row: Session) -> None:
    """Times that exist and are in order."""
    errors = []
    for name, moment in (("local_start", row.starts_at), ("local_end", row.ends_at)):
        wall = getattr(row, name)
        if moment.astimezone(ZoneInfo(row.zone)).replace(tzinfo=None) != wall:
            errors.append(FieldError(f"#/{name}", f"There is no such time that day in {row.zone}: clocks go forward."))
    if row.ends_at <= row.starts_at:
        errors.append(FieldError("#/local_end", "It lies before the start, or on it."))
    elif row.ends_at - row.starts_at > LONGEST:
        errors.append(FieldError("#/local_end", f"A session lasts {LONGEST.days} days at most."))
    if errors:
        raise Invalid(errors=errors)


def _check_ready(uow: Uow, row: Session) -> None:
    """What people are asked to lies ahead, and they know where."""
    errors = []
    if row.starts_at <= uow.now:
        errors.append(FieldError("#/local_start", "It has passed."))
    if not row.place and not row.link:
        errors.append(FieldError("#/place", "Say where it is held: a place, a link, or both."))
    if errors:
        raise Invalid(errors=errors)


def _end_of_check_in(row: Session) -> Any:
    return row.ends_at + timedelta(minutes=limits().check_in_after_minutes)


async def _schedule_end(uow: Uow, row: Session) -> None:
    at = _end_of_check_in(row).replace(tzinfo=None)
    await uow.schedule(SESSION_END, row.id, "end", at, "UTC")
