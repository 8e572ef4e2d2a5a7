"""Sessions, who is asked to them, what was told to whom, and the calendars that people subscribe to."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Index,
    UniqueConstraint,
    and_,
    any_,
    cast,
    exists,
    false,
    or_,
    select,
)
from sqlmodel import Field

from services.notifications.model.copies import Experience
from services.notifications.model.table import Table
from services.notifications.policy import FITS, Anchor, CheckedBy, SeatState, SessionKind, SessionState, Side, window
from shared.access import MANAGERS, Caller, Role
from shared.storage.columns import changed_moment, code, codes, moment
from shared.storage.scope import ENTITY_PATH, below, visible


class Session(Table, table=True):
    """A seminar: wall time in a zone, a place or a link or both, and so many places.

    `sequence` grows with each change that calendars show; `queue` counts who asked to wait; both never fall.
    """

    __tablename__ = "session"
    id: UUID = Field(primary_key=True)
    kind: SessionKind = code(SessionKind)
    entity_id: UUID = Field(index=True)
    title: str
    about: str = ""
    local_start: datetime = Field(sa_type=DateTime)  # type: ignore[call-overload]  # wall time, without a zone
    local_end: datetime = Field(sa_type=DateTime)  # type: ignore[call-overload]
    zone: str
    starts_at: datetime = moment(index=True)
    ends_at: datetime = moment()
    place: str | None = None
    link: str | None = None
    capacity: int
    languages: list[str] = codes()
    hosts: list[str] = codes()  # ids of members
    covers_purpose: bool = False
    state: SessionState = code(SessionState)
    reason: str | None = None
    note: str | None = None
    sequence: int = 0
    queue: int = 0
    check_in_code: str
    version: int = 1
    changed_at: datetime = changed_moment()


class Seat(Table, table=True):
    """One person and one session: asked, going, waiting (in the order of `queued`), or not; and whether they came.

    `turns` counts what was told to this person alone; it is added to the session's sequence. `told` is the sequence
    that the last message about it was begun with.
    """

    __tablename__ = "seat"
    __table_args__ = (
        UniqueConstraint("session_id", "person_id", name="seat_once"),
        Index("seat_in_session", "session_id", "state"),
    )
    id: UUID = Field(primary_key=True)
    session_id: UUID = Field(foreign_key="session.id")
    entity_id: UUID  # the session's
    application_id: UUID = Field(index=True)
    person_id: UUID = Field(index=True)
    sending_entity_id: UUID
    hosting_entity_id: UUID
    state: SeatState = code(SeatState)
    reason: str | None = None
    queued: int | None = None
    turns: int = 0
    told: int | None = None
    invited_at: datetime | None = moment(default=None)  # none for who came without being asked
    answered_at: datetime | None = moment(default=None)
    attended_at: datetime | None = moment(default=None)
    checked_by: CheckedBy | None = code(CheckedBy, default=None)
    no_show: bool = False
    version: int = 1
    changed_at: datetime = changed_moment()


class Notice(Table, table=True):
    """One message about a seat: the subject of its touchpoint. What it says is read when it is written."""

    __tablename__ = "notice"
    id: UUID = Field(primary_key=True)
    seat_id: UUID = Field(foreign_key="seat.id", index=True)
    session_id: UUID
    touchpoint: str
    made_at: datetime = moment()


class CalendarFeed(Table, table=True):
    """A person's calendar by link. A new row makes the former link a dead one."""

    __tablename__ = "calendar_feed"
    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(unique=True)
    made_at: datetime = moment()


def held_by(caller: Caller) -> ColumnElement[bool]:
    """Sessions of the caller's entity and of those below it; all for who sees everything."""
    if caller.role in MANAGERS and caller.role is not Role.global_manager:
        return below(Session.entity_id, caller)
    return visible(caller)


def seats_of(caller: Caller) -> ColumnElement[bool]:
    """One's own; for managers those of their sessions, and those of their own EPs at sessions of others."""
    own = visible(caller, person=Seat.person_id, sending=Seat.sending_entity_id, hosting=Seat.hosting_entity_id)
    return or_(own, below(Seat.entity_id, caller)) if caller.role in MANAGERS else own


def fitting(session: Session) -> ColumnElement[bool]:
    """Stays that a session is meant for: the entity's own or those below it, with the anchor in its window."""
    path = ENTITY_PATH
    under = select(path.c.entity_id).where(path.c.path.contains([session.entity_id]))
    rules = FITS[session.kind]
    own: Any = Experience.sending_entity_id if rules[0].side is Side.sending else Experience.hosting_entity_id
    terms: list[Any] = [or_(own == session.entity_id, own.in_(under))]
    for rule in rules:
        anchor: Any = Experience.start_on if rule.anchor is Anchor.start else Experience.end_on
        status: Any = Experience.status
        first, last = window(rule, session.local_start.date())
        terms += [anchor.between(first, last), status.in_(rule.statuses)]
    return and_(*terms)


def open_to(stays: Sequence[Experience]) -> ColumnElement[bool]:
    """Open sessions that one of these stays fits: the same rule, seen from the stay."""
    return and_(
        Session.state == SessionState.open, or_(false(), *(_fits(stay, kind) for stay in stays for kind in FITS))
    )  # type: ignore[arg-type]


def _fits(stay: Experience, kind: SessionKind) -> ColumnElement[bool]:
    rules = FITS[kind]
    own = stay.sending_entity_id if rules[0].side is Side.sending else stay.hosting_entity_id
    if stay.start_on is None or stay.end_on is None or any(stay.status not in rule.statuses for rule in rules):
        return false()
    path, here, on = ENTITY_PATH, Session.entity_id, cast(Session.local_start, Date)
    above = exists(select(path.c.entity_id).where(path.c.entity_id == own, here == any_(path.c.path)))  # type: ignore[attr-defined]
    terms: list[Any] = [Session.kind == kind, or_(here == own, above)]
    for rule in rules:
        anchor = stay.start_on if rule.anchor is Anchor.start else stay.end_on
        terms.append(on.between(anchor - timedelta(days=rule.latest), anchor - timedelta(days=rule.earliest)))
    return and_(*terms)
