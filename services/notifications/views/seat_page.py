"""What the personal page of a seat shows."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.notifications.model import CalendarFeed, Experience, Person, Seat, Session
from services.notifications.pages.words import spoken
from services.notifications.policy import LIVE, SeatState, SessionState, check_in_open
from services.notifications.settings import limits
from services.notifications.views.calendars import feed_address, zone_of
from services.notifications.views.sessions import opened_seat, seat_outs, session_out
from shared.storage.tx import Uow


@dataclass(frozen=True, slots=True)
class SeatPage:
    """The values of the page, and the language of its reader."""

    language: str
    values: dict[str, Any]


async def seat_page(uow: Uow, token: str) -> SeatPage:
    """The page of a personal link; LinkRefused (404) for a link that is none of ours."""
    seat = await opened_seat(uow, token)
    session = await uow.get(Session, seat.session_id)
    person = await uow.find(Person, id=seat.person_id)
    stay = await uow.find(Experience, id=seat.application_id)
    feed = await uow.find(CalendarFeed, person_id=seat.person_id)
    shown, (mine,) = await session_out(uow, session), await seat_outs(uow, [seat])
    ahead = session.starts_at > uow.now and session.state in (SessionState.open, SessionState.closed)
    values = {
        "session": session,
        "state": _state(session, seat),
        "queue_place": mine.queue_place,
        "own": _own(session, zone_of(person, stay, session.local_start.date())),
        "full": shown.going >= session.capacity,
        "shows_link": seat.state in LIVE,
        "may_answer": ahead and seat.state is not SeatState.removed,
        "may_say_yes": session.state is SessionState.open,
        "may_check_in": _may_check_in(uow, session, seat),
        "calendar": feed_address(feed.id) if feed else "",
    }
    return SeatPage(spoken(person.language if person else None), values)


def _state(session: Session, seat: Seat) -> str:
    if session.state is SessionState.cancelled:
        return "off"
    if seat.attended_at is not None:
        return "attended"
    return "over" if session.state is SessionState.held else str(seat.state)


def _own(session: Session, zone: str | None) -> dict[str, Any] | None:
    """The person's own local time, where it differs from that of the session."""
    if zone is None:
        return None
    start, end = (
        moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for moment in (session.starts_at, session.ends_at)
    )
    return None if start == session.local_start else {"zone": zone, "start": start, "end": end}


def _may_check_in(uow: Uow, session: Session, seat: Seat) -> bool:
    limit = limits()
    before, after = timedelta(minutes=limit.check_in_before_minutes), timedelta(minutes=limit.check_in_after_minutes)
    if session.state in (SessionState.draft, SessionState.cancelled) or seat.state is SeatState.removed:
        return False
    return seat.attended_at is None and check_in_open(session.starts_at, session.ends_at, before, after, uow.now)
