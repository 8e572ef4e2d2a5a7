"""Calendars by link: a person's sessions and the dates of the internship, for any calendar program."""

from datetime import date
from uuid import UUID

from sqlmodel import select

from services.notifications.model import CalendarFeed, Entity, Experience, Opportunity, Person, Seat, Session
from services.notifications.pages.words import words_of
from services.notifications.policy import LIVE, SeatState, SessionState
from services.notifications.policy.ics import CalendarEntry, Method, PartStat, Status, calendar_file
from services.notifications.policy.stays import Status as Stage
from services.notifications.schemas import CalendarAddressOut
from services.notifications.views.sessions import SEAT, seen
from shared.errors import NotFound
from shared.links import LASTING, LinkRefused, links
from shared.settings import kernel
from shared.storage.tx import Uow

FEED = "calendar"
PARTSTATS = {
    SeatState.invited: PartStat.needs_action,
    SeatState.going: PartStat.accepted,
    SeatState.waiting: PartStat.tentative,
    SeatState.declined: PartStat.declined,
    SeatState.removed: PartStat.needs_action,
}
UNDER_WAY = (Stage.approved, Stage.realized, Stage.completed)


def seat_address(seat_id: UUID) -> str:
    """The personal page of a seat; the same address whenever it is made."""
    return f"{_here()}/rsvp/{links().sign(SEAT, seat_id, LASTING)}"


def feed_address(feed_id: UUID) -> str:
    return f"{_here()}/calendar/{links().sign(FEED, feed_id, LASTING)}.ics"


def _here() -> str:
    return kernel().notifications_url.rstrip("/")


async def get_calendar_address(uow: Uow) -> CalendarAddressOut:
    """The caller's own feed; NotFound before somebody asked for one."""
    row = await uow.find(CalendarFeed, person_id=uow.caller.party) if uow.caller.party else None
    if row is None:
        raise NotFound("You have no calendar address yet: ask for one.")
    return CalendarAddressOut(address=feed_address(row.id), made_at=row.made_at)


async def read_calendar(uow: Uow, token: str) -> str:
    """The whole calendar of a person as a file; LinkRefused (404) for a renewed link, or of who is forgotten."""
    feed = await uow.find(CalendarFeed, id=links().open(FEED, token).subject)
    if feed is None:
        raise LinkRefused
    person = await uow.find(Person, id=feed.person_id)
    if person is not None and person.erased:
        raise LinkRefused
    words = words_of(person.language if person else None)
    seats = {seat.session_id: seat for seat in await uow.all(Seat, person_id=feed.person_id)}
    sessions = await uow.rows(
        select(Session).where(Session.id.in_(list(seats))).order_by(Session.starts_at, Session.id)
    )  # type: ignore[attr-defined]
    entries = [entry_of(row, seats[row.id]) for row in sessions if _shown(row, seats[row.id])]
    stays = await uow.rows(select(Experience).where(Experience.person_id == feed.person_id).order_by(Experience.id))
    for stay in stays:
        entries += await _dates(uow, stay, words["calendar"])
    return calendar_file(entries, Method.publish, words["calendar"]["name"])


def _shown(session: Session, seat: Seat) -> bool:
    """What the person was told of and did not refuse; what was called off stays, crossed out."""
    if seat.state is SeatState.removed:
        return session.state is SessionState.cancelled and seat.told is not None
    return seat.state in LIVE


async def session_file(uow: Uow, session_id: UUID) -> str:
    """One session as a calendar file, for whoever may see it."""
    session = await uow.get(Session, session_id, await seen(uow))
    seat = await uow.find(Seat, session_id=session.id, person_id=uow.caller.party) if uow.caller.party else None
    return calendar_file([entry_of(session, seat)], Method.publish, session.title)


def entry_of(session: Session, seat: Seat | None) -> CalendarEntry:
    """A session in the calendar of who has this seat; one entry for ever, whose sequence only grows."""
    status = Status.confirmed
    if session.state is SessionState.cancelled or (seat is not None and seat.state is SeatState.removed):
        status = Status.cancelled
    elif seat is not None and seat.state is not SeatState.going:
        status = Status.tentative
    texts = (session.about, session.link or "", session.note or "")
    return CalendarEntry(
        uid=f"session-{session.id}@sojourn",
        sequence=session.sequence + (seat.turns if seat else 0),
        stamp=max(session.changed_at, seat.changed_at) if seat else session.changed_at,
        starts=session.starts_at,
        ends=session.ends_at,
        title=session.title,
        text="\n\n".join(text for text in texts if text),
        place=session.place or session.link or "",
        url=seat_address(seat.id) if seat is not None and seat.state in LIVE else "",
        status=status,
        busy=status is Status.confirmed,
    )


async def _dates(uow: Uow, stay: Experience, words: dict[str, str]) -> list[CalendarEntry]:
    """First and last day of work: days, not moments."""
    if stay.start_on is None or stay.end_on is None or stay.status not in UNDER_WAY or stay.approved_at is None:
        return []
    opportunity = await uow.find(Opportunity, id=stay.opportunity_id)
    host = await uow.find(Entity, id=stay.hosting_entity_id)
    title, city = (opportunity.title, opportunity.city) if opportunity else (None, None)
    days: tuple[tuple[str, date], ...] = (("first_day", stay.start_on), ("last_day", stay.end_on))
    return [
        CalendarEntry(
            uid=f"{name.replace('_', '-')}-{stay.id}@sojourn", sequence=stay.dates_sequence, stamp=stay.approved_at,
            starts=on, ends=on, title=f"{words[name]}: {title}" if title else words[name],
            text=host.name or "" if host else "", place=city or "", busy=False,
        )
        for name, on in days
    ]  # fmt: skip


def zone_of(person: Person | None, stay: Experience | None, on: date) -> str | None:
    """Where somebody's clock is on a day: at the host's during the stay, at home before and after it."""
    if stay is not None and stay.start_on and stay.end_on and stay.start_on <= on <= stay.end_on:
        return stay.zone
    return person.zone if person is not None else None
