"""Sessions and seats as their readers may see them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, false, func, or_
from sqlmodel import select

from services.notifications.model import Experience, Person, Seat, Session, held_by, open_to, seats_of
from services.notifications.policy import LIVE, SeatState, SessionKind, SessionState
from services.notifications.schemas import SeatOut, SessionOut
from services.notifications.settings import limits
from shared.access import MANAGERS, Role
from shared.errors import NotFound
from shared.links import LinkRefused, links
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

SEAT = "seat"
COUNTS = ("going", "waiting", "invited", "attended")


async def list_sessions(
    uow: Uow, kind: SessionKind | None, entity_id: UUID | None, state: SessionState | None,
    from_on: date | None, to_on: date | None, paging: Paging,
) -> Page:  # fmt: skip
    query = select(Session).where(await seen(uow))
    for column, value in ((Session.kind, kind), (Session.entity_id, entity_id), (Session.state, state)):
        query = query if value is None else query.where(column == value)
    if from_on is not None:
        query = query.where(Session.local_start >= datetime.combine(from_on, time()))
    if to_on is not None:
        query = query.where(Session.local_start < datetime.combine(to_on, time()) + timedelta(days=1))
    order = (Session.starts_at, Session.id)
    page = await listing(uow, query, order=order, paging=paging, changed=Session.changed_at)
    return Page(await session_outs(uow, page.items), page.next)


async def get_session(uow: Uow, session_id: UUID) -> SessionOut:
    return await session_out(uow, await uow.get(Session, session_id, await seen(uow)))


async def list_seats(uow: Uow, session_id: UUID, state: SeatState | None, no_show: bool | None, paging: Paging) -> Page:
    """The seats of one session: whoever may see none of them is told that there is no such session."""
    await uow.get(Session, session_id, await seen(uow))
    query = select(Seat).where(Seat.session_id == session_id, seats_of(uow.caller))
    query = query if state is None else query.where(Seat.state == state)
    query = query if no_show is None else query.where(Seat.no_show == no_show)
    page = await listing(uow, query, order=(Seat.changed_at, Seat.id), paging=paging, changed=Seat.changed_at)
    return Page(await seat_outs(uow, page.items), page.next)


async def seen(uow: Uow) -> ColumnElement[bool]:
    """Managers: their entity's and below, and those that their EPs are asked to. EPs: asked to, or open for them."""
    caller = uow.caller
    if caller.role is Role.enabler:
        return false()
    asked = exists(select(Seat.id).where(Seat.session_id == Session.id, seats_of(caller), Seat.state != "removed"))
    if caller.role in MANAGERS:
        return or_(held_by(caller), asked)
    if caller.role is not Role.participant:
        return held_by(caller)
    if caller.party is None:
        return false()
    stays = await uow.rows(select(Experience).where(Experience.person_id == caller.party))
    return or_(asked, open_to(stays))


async def session_out(uow: Uow, row: Session) -> SessionOut:
    return (await session_outs(uow, [row]))[0]


async def session_outs(uow: Uow, rows: Sequence[Session]) -> list[SessionOut]:
    """Sessions with how full they are, and the caller's own seat in each."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    counts = await _counts(uow, ids)
    own: dict[UUID, SeatOut] = {}
    if uow.caller.role is Role.participant and uow.caller.party is not None:
        mine = select(Seat).where(Seat.session_id.in_(ids), Seat.person_id == uow.caller.party)  # type: ignore[attr-defined]
        own = {seat.session_id: seat for seat in await seat_outs(uow, await uow.rows(mine))}
    held = await _held(uow, ids)
    return [_session(uow, row, counts.get(row.id, {}), own.get(row.id), row.id in held) for row in rows]


async def _held(uow: Uow, ids: list[UUID]) -> set[UUID]:
    if uow.caller.role not in (*MANAGERS, Role.service):
        return set()
    return set(await uow.rows(select(Session.id).where(Session.id.in_(ids), held_by(uow.caller))))  # type: ignore[attr-defined]


def _session(uow: Uow, row: Session, counts: dict[str, int], seat: SeatOut | None, held: bool) -> SessionOut:
    limit = limits()
    guest = uow.caller.role is Role.participant and (seat is None or seat.state not in LIVE)
    more: dict[str, Any] = {name: counts.get(name, 0) for name in COUNTS}
    more |= {"check_in_code": row.check_in_code if held else None, "seat": seat, "link": None if guest else row.link}
    more["check_in_from"] = row.starts_at - timedelta(minutes=limit.check_in_before_minutes)
    more["check_in_until"] = row.ends_at + timedelta(minutes=limit.check_in_after_minutes)
    return SessionOut.model_validate(row.model_dump() | more)


async def _counts(uow: Uow, ids: list[UUID]) -> dict[UUID, dict[str, int]]:
    counted = [func.count().filter(Seat.state == state).label(state) for state in ("going", "waiting", "invited")]
    counted.append(func.count(Seat.attended_at).label("attended"))
    query = select(Seat.session_id, *counted).where(Seat.session_id.in_(ids)).group_by(Seat.session_id)  # type: ignore[call-overload, attr-defined]
    return {row.session_id: {name: getattr(row, name) for name in COUNTS} for row in (await uow.execute(query)).all()}


async def seat_outs(uow: Uow, rows: Sequence[Seat]) -> list[SeatOut]:
    """Seats, with the place in the queue of those that wait."""
    sessions = {row.session_id for row in rows if row.state is SeatState.waiting}
    places: dict[UUID, int] = {}
    if sessions:
        place = func.row_number().over(partition_by=Seat.session_id, order_by=Seat.queued).label("place")
        waiting = select(Seat.id, place).where(Seat.session_id.in_(sessions), Seat.state == SeatState.waiting)  # type: ignore[attr-defined]
        places = {row.id: row.place for row in (await uow.execute(waiting)).all()}
    return [SeatOut.model_validate(row.model_dump() | {"queue_place": places.get(row.id)}) for row in rows]


async def opened_seat(uow: Uow, token: str) -> Seat:
    """The seat of a personal link; LinkRefused (404) also when its person was forgotten."""
    seat = await uow.find(Seat, id=links().open(SEAT, token).subject)
    if seat is None or await uow.scalar(select(Person.erased).where(Person.id == seat.person_id)):
        raise LinkRefused
    return seat


async def seat_of_caller(uow: Uow, session_id: UUID) -> Seat:
    """The caller's own seat; NotFound for who has none."""
    seat = await uow.find(Seat, session_id=session_id, person_id=uow.caller.party) if uow.caller.party else None
    if seat is None:
        raise NotFound(f"There is no session {session_id}, or you are not asked to it.")
    return seat
