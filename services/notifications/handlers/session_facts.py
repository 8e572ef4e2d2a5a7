"""What letters say of a session, and its calendar file: read when a message is written, so that it is the newest."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import select

from services.notifications.model import CalendarFeed, Entity, Experience, Notice, Person, Seat, Session
from services.notifications.policy import SeatState, SessionState
from services.notifications.policy.ics import Contact, Method, calendar_file
from services.notifications.views.calendars import PARTSTATS, entry_of, feed_address, seat_address, zone_of
from shared.storage.tx import Uow


class Seated:
    """Notices with their seats and sessions, by the subject of a touchpoint."""

    def __init__(self) -> None:
        self._rows: dict[UUID, tuple[Session, Seat]] = {}
        self._feeds: dict[UUID, UUID] = {}
        self._holders: dict[UUID, Entity] = {}

    @classmethod
    async def of(cls, uow: Uow, subjects: Iterable[UUID]) -> "Seated":
        found = cls()
        notices = await uow.rows(select(Notice).where(Notice.id.in_(set(subjects))))  # type: ignore[attr-defined]
        if not notices:
            return found
        seats = await uow.rows(select(Seat).where(Seat.id.in_({row.seat_id for row in notices})))  # type: ignore[attr-defined]
        sessions = await uow.rows(select(Session).where(Session.id.in_({row.session_id for row in notices})))  # type: ignore[attr-defined]
        by_seat, by_session = {row.id: row for row in seats}, {row.id: row for row in sessions}
        found._rows = {row.id: (by_session[row.session_id], by_seat[row.seat_id]) for row in notices}
        people = {row.person_id for row in seats}
        feeds = await uow.rows(select(CalendarFeed).where(CalendarFeed.person_id.in_(people)))  # type: ignore[attr-defined]
        found._feeds = {row.person_id: row.id for row in feeds}
        holders = select(Entity).where(Entity.id.in_({row.entity_id for row in sessions}))  # type: ignore[attr-defined]
        found._holders = {row.id: row for row in await uow.rows(holders)}
        return found

    def facts(self, subject: UUID, person: Person | None, stay: Experience | None) -> dict[str, Any]:
        """`session`, `link` and the calendar file (`invite`) of a message; nothing when it is about no session."""
        if subject not in self._rows:
            return {}
        session, seat = self._rows[subject]
        facts: dict[str, Any] = {"session": session_facts(session, seat, person, stay)}
        content = invitation_file(session, seat, person, self._holders.get(session.entity_id))
        if session.state is not SessionState.held:
            facts["invite"] = {"method": method_of(seat).value, "content": content}
        if seat.state is not SeatState.removed:
            facts["link"] = seat_address(seat.id)
            facts["link_until"] = session.local_start.date()
        if feed := self._feeds.get(seat.person_id):
            facts["calendar_link"] = feed_address(feed)
        return facts


def session_facts(session: Session, seat: Seat, person: Person | None, stay: Experience | None) -> dict[str, Any]:
    """The words that a letter needs: times in the session's zone, and in the person's own where that differs."""
    facts: dict[str, Any] = {
        "kind": session.kind.value, "title": session.title, "about": session.about, "zone": session.zone,
        "on": session.local_start.date(), "at": session.local_start.time(), "until": session.local_end.time(),
        "ends_on": session.local_end.date(), "place": session.place, "link": session.link,
        "waiting": seat.state is SeatState.waiting, "going": seat.state is SeatState.going,
        "off": session.state is SessionState.cancelled, "reason": session.reason, "note": session.note,
    }  # fmt: skip
    own = zone_of(person, stay, session.local_start.date())
    if own and own != session.zone:
        there = session.starts_at.astimezone(ZoneInfo(own))
        if there.replace(tzinfo=None) != session.local_start:
            facts["own"] = {"on": there.date(), "at": there.time(), "zone": own}
    return facts


def method_of(seat: Seat) -> Method:
    return Method.cancel if seat.state is SeatState.removed else Method.request


def invitation_file(session: Session, seat: Seat, person: Person | None, holder: Entity | None) -> str:
    """The file that goes with a message: a request, or the cancellation of one."""
    entry = entry_of(session, seat)
    if person is not None and person.email:
        name = " ".join(part for part in (person.given_name, person.family_name) if part)
        entry = replace(entry, attendee=Contact(name, person.email), answer=PARTSTATS[seat.state])
    if holder is not None and holder.email:
        entry = replace(entry, organizer=Contact(holder.name or "", holder.email))
    return calendar_file([entry], method_of(seat))
