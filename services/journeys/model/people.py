"""A person: the conversation, where the person stands, what the person is called; all of it follows from events."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Index, SmallInteger, Text, cast, func, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.journeys.model.table import Table
from services.journeys.policy import EXITS, Phase, Profile, Status
from shared.access import Caller, Role
from shared.storage.columns import changed_moment, code, document, moment
from shared.storage.scope import visible

# What makes most of all entries and is counted from `occasion` and `course`.
MASS = ", ".join(
    f"'{one}'"
    for one in (
        "notifications.touchpoint-scheduled.v1",
        "notifications.touchpoint-moved.v1",
        "notifications.touchpoint-sent.v1",
        "notifications.touchpoint-sent.v2",
        "notifications.touchpoint-skipped.v1",
        "scoring.lead-scored.v1",
    )
)
ENDED = ", ".join(f"'{status}'" for status in sorted(EXITS))


ORPHANED = "enabler_id IS NULL AND facts->>'audience' = 'enabler'"


class Entry(Table, table=True):
    """One event that concerns a person, an enabler, or both, with its id; (at, step, sequence, id) is its place."""

    __tablename__ = "entry"
    __table_args__ = (
        Index("entry_in_order", "person_id", "at", "step", "sequence", "id"),
        Index(
            "entry_of_enabler", "enabler_id", "at", "step", "sequence", "id",
            postgresql_where=text("enabler_id IS NOT NULL"),
        ),
        Index("entry_orphaned", "application_id", postgresql_where=text(ORPHANED)),
        Index("entry_by_type", "type", "at", "id", postgresql_where=text(f"type NOT IN ({MASS})")),
    )  # fmt: skip
    id: UUID = Field(primary_key=True)
    person_id: UUID | None
    application_id: UUID | None
    enabler_id: UUID | None
    hosting_entity_id: UUID | None
    at: datetime = moment()
    step: int = Field(sa_type=SmallInteger)
    sequence: int = Field(sa_type=BigInteger)
    effective_on: date
    room: str
    type: str
    phase: Phase | None = code(nullable=True)
    side: str | None
    channel: str | None
    facts: dict[str, Any] = document()


class Subject(Table, table=True):
    """Where a person stands now: what lists show. Every column is a function of the events heard, in any order."""

    __tablename__ = "subject"
    __table_args__ = (Index("subject_by_activity", "last_at", "person_id"),)
    person_id: UUID = Field(primary_key=True)
    sending_entity_id: UUID | None = Field(default=None, index=True)
    country: str | None = None
    language: str | None = None
    zone: str | None = None
    registered_at: datetime | None = moment(default=None)
    visited: bool = False
    status: Status = code(default=Status.open)
    phase: Phase = code(default=Phase.attraction)
    profile: Profile = code(default=Profile.stranger)
    score: float | None = None
    open_cases: int = 0
    next_touchpoint: str | None = None
    next_due_at: datetime | None = moment(default=None)
    last_at: datetime = moment()


class Touched(Table, table=True):
    """When the rows of a person, or of an enabler, last changed here (machine time): for `changed_since` and streams
    alone, no part of the read model."""

    __tablename__ = "touched"
    person_id: UUID = Field(primary_key=True)
    changed_at: datetime = changed_moment()


class PersonName(Table, table=True):
    """What a person is called; a tombstone deletes the row. Nothing else of the contact is kept."""

    __tablename__ = "person_name"
    __table_args__ = (
        Index(
            "person_name_parts", text("parts_of_name(searched)"),
            postgresql_using="gin", postgresql_with={"gin_pending_list_limit": 256},
        ),
    )  # fmt: skip
    person_id: UUID = Field(primary_key=True)
    given_name: str
    family_name: str
    searched: str


class Comment(Table, table=True):
    """What somebody wrote in a survey; a tombstone deletes the row."""

    __tablename__ = "comment"
    invitation_id: UUID = Field(primary_key=True)
    person_id: UUID
    text: str = Field(sa_type=Text)


class Application(Table, table=True):
    """An application as its own events leave it; the moments are those at which it first came to each status."""

    __tablename__ = "application"
    __table_args__ = (
        Index("application_ended", "status_at", "id", postgresql_where=text(f"status IN ({ENDED})")),
        Index("application_completed", "status_at", "id", postgresql_where=text("status = 'completed'")),
    )
    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    opportunity_id: UUID
    enabler_id: UUID = Field(index=True)
    sending_entity_id: UUID = Field(index=True)
    hosting_entity_id: UUID = Field(index=True)
    status: Status = code()
    status_at: datetime | None = moment(default=None)
    reason: str | None
    submitted_at: datetime | None = moment(default=None)
    accepted_at: datetime | None = moment(default=None)
    signed_at: datetime | None = moment(default=None)
    approved_at: datetime | None = moment(default=None)
    realized_at: datetime | None = moment(default=None)
    completed_at: datetime | None = moment(default=None)
    product: str | None
    start_on: date | None
    end_on: date | None
    zone: str | None
    country: str | None


class Touchpoint(Table, table=True):
    """A touchpoint as its own events leave it: `state` is the last of them."""

    __tablename__ = "touchpoint"
    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    hosting_entity_id: UUID | None
    touchpoint: str
    state: str
    due_at: datetime | None = moment(default=None)


class Visitor(Table, table=True):
    """Whose visits an anonymous visitor's are, and since when that is known; neither when it was undone."""

    __tablename__ = "visitor"
    id: UUID = Field(primary_key=True)
    person_id: UUID | None = Field(index=True)
    known_at: datetime | None = moment(default=None)


class QualityCase(Table, table=True):
    """Whether a quality case is open."""

    __tablename__ = "quality_case"
    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    hosting_entity_id: UUID
    open: bool


def named(words: str) -> list[ColumnElement[bool]]:
    """Whose name has each of these words in it. The index finds the parts of three letters that a word is made of."""
    found: list[ColumnElement[bool]] = []
    for word in words.split():
        if parts := sorted({word[at : at + 3] for at in range(len(word) - 2)}):
            found.append(func.parts_of_name(PersonName.searched).op("@>")(cast(parts, ARRAY(Text))))
        found.append(PersonName.searched.contains(word, autoescape=True))  # type: ignore[attr-defined]
    return found


def own_people_of(caller: Caller) -> ColumnElement[bool]:
    """Those of whom the caller sees everything: oneself, the EPs of the caller's entity."""
    return visible(caller, person=Subject.person_id, sending=Subject.sending_entity_id)


def people_of(caller: Caller) -> ColumnElement[bool]:
    """The same, and for the hosting side and enablers those who applied to them."""
    own = own_people_of(caller)
    if caller.role not in {Role.hosting_manager, Role.national_manager, Role.enabler}:
        return own
    applied = select(Application.id).where(Application.person_id == Subject.person_id, applications_of(caller))
    return or_(own, applied.exists())


def applications_of(caller: Caller) -> ColumnElement[bool]:
    row = Application
    return visible(
        caller,
        person=row.person_id,
        enabler=row.enabler_id,
        sending=row.sending_entity_id,
        hosting=row.hosting_entity_id,
    )
