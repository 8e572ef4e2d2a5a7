"""What is told of a session: one message a seat and occasion, as a touchpoint; several changes in a row are one."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import select

from services.notifications.handlers.calendar import About, settle
from services.notifications.model import Notice, Seat, Session, Touchpoint
from services.notifications.plan import store
from services.notifications.policy import LIVE, Row, SessionState, Slot, State
from services.notifications.policy.sessions import CANCELLED, CHANGED, INVITATIONS
from services.notifications.settings import limits
from shared.ids import new_id
from shared.storage.due import Due
from shared.storage.tx import Uow

SESSION_CHANGE = "session-change"
SOON = timedelta(hours=3)


async def tell(uow: Uow, session: Session, seat: Seat, touchpoint: str) -> None:
    """Start a message to the person of a (locked) seat; a plan without this touchpoint tells nothing."""
    seat.told = session.sequence
    sides = (seat.sending_entity_id, seat.hosting_entity_id)
    if touchpoint not in (await store.following(uow, seat.application_id, *sides)).entries:
        return
    notice = uow.add(
        Notice(id=new_id(), seat_id=seat.id, session_id=session.id, touchpoint=touchpoint, made_at=uow.now)
    )
    row = Row(touchpoint, State.waiting, _slot(session, seat, uow.now))
    await settle(uow, _about(notice.id, seat), [row], [])


async def tell_later(uow: Uow, session: Session) -> None:
    """A change is told after a while, so that the next one joins it; at once when the session is near."""
    await uow.cancel(SESSION_CHANGE, session.id, why="changed_again")
    near = session.starts_at - uow.now < SOON
    at = uow.now if near else uow.now + timedelta(minutes=limits().session_notice_minutes)
    await uow.schedule(SESSION_CHANGE, session.id, str(session.sequence), at.replace(tzinfo=None), "UTC")


async def tell_changes(uow: Uow, due: Due) -> None:
    """Everybody who was told of another version of the session than the present one hears of it, once."""
    session = await uow.find(Session, id=due.subject, lock=True)
    if session is None or session.state not in (SessionState.open, SessionState.closed):
        return due.skip("session_over")
    for seat in await live_seats(uow, session):
        if seat.told == session.sequence:
            continue
        unsent = await _unsent(uow, seat)
        if unsent is not None and unsent.state is State.waiting:
            seat.told = session.sequence  # it is written when its time comes, from what is true then
        elif unsent is not None and await drop(uow, seat, unsent, "superseded"):
            await tell(uow, session, seat, unsent.code)
        else:
            await tell(uow, session, seat, CHANGED)
    return None


async def tell_cancelled(uow: Uow, session: Session, seat: Seat, reason: str) -> None:
    """Who was told of the seat hears that it is gone; who wasn't yet hears nothing at all."""
    unsent = await _unsent(uow, seat)
    never_told = seat.told is None or (unsent is not None and unsent.code == INVITATIONS[session.kind])
    if unsent is not None and not await drop(uow, seat, unsent, reason):
        never_told = False  # it is on its way out at this moment
    if not never_told:
        await tell(uow, session, seat, CANCELLED)


async def live_seats(uow: Uow, session: Session) -> list[Seat]:
    query = select(Seat).where(Seat.session_id == session.id, Seat.state.in_(LIVE))  # type: ignore[attr-defined]
    return list(await uow.rows(query.order_by(Seat.id).with_for_update()))


async def drop(uow: Uow, seat: Seat, touchpoint: Touchpoint, reason: str) -> bool:
    """Cancel a message that is not out yet; False when it is on its way at this moment."""
    slot = Slot(touchpoint.local_at, touchpoint.zone, None, None, touchpoint.anchor_version)
    row = Row(touchpoint.code, State.cancelled, slot, reason)
    await settle(uow, _about(touchpoint.subject, seat), [row], [touchpoint])
    return touchpoint.state is State.cancelled


async def drop_all(uow: Uow, seat: Seat, reason: str) -> None:
    """Nothing of what waits to be said of a seat is said any more."""
    if (unsent := await _unsent(uow, seat)) is not None:
        await drop(uow, seat, unsent, reason)


async def _unsent(uow: Uow, seat: Seat) -> Touchpoint | None:
    """The newest message about a seat, if it has not gone out."""
    open_ones = (State.waiting, State.due)
    query = select(Touchpoint).join(Notice, Notice.id == Touchpoint.subject)  # type: ignore[arg-type]
    query = query.where(Notice.seat_id == seat.id, Touchpoint.state.in_(open_ones)).order_by(Notice.id.desc())  # type: ignore[attr-defined]
    found = await uow.rows(query.limit(1))
    return found[0] if found else None


def _slot(session: Session, seat: Seat, now: datetime) -> Slot:
    return Slot(now.replace(tzinfo=None), "UTC", None, None, session.sequence + seat.turns)


def _about(subject: UUID, seat: Seat) -> About:
    return About(subject, seat.application_id, seat.person_id, seat.sending_entity_id, seat.hosting_entity_id)
