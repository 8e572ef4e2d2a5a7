"""The rows of the notifications room: its own copies of facts, the calendar, and what was delivered."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import registry
from sqlmodel import Field

from services.notifications.policy import Anchor, State, Status
from shared.access import Caller
from shared.storage.columns import changed_moment, code, document, moment
from shared.storage.rows import Stored
from shared.storage.scope import visible


class Table(Stored, registry=registry()):
    """The room's own registry: its tables clash with no other room's."""


# --- own copies of what other rooms said; parts arrive in any order, so that every part may be missing


class Entity(Table, table=True):
    """A committee: where it stands is in the kernel's `entity_path`."""

    __tablename__ = "entity"
    id: UUID = Field(primary_key=True)
    name: str | None = None
    email: str | None = None
    phone: str | None = None


class Person(Table, table=True):
    """An EP as a recipient. `erased`: this person asked to be forgotten and gets nothing any more."""

    __tablename__ = "person"
    id: UUID = Field(primary_key=True)
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None
    language: str | None = None
    erased: bool | None = None


class Enabler(Table, table=True):
    __tablename__ = "enabler"
    id: UUID = Field(primary_key=True)
    name: str | None = None


class Opportunity(Table, table=True):
    __tablename__ = "opportunity"
    id: UUID = Field(primary_key=True)
    title: str | None = None
    city: str | None = None
    weekly_hours: int | None = None


class Experience(Table, table=True):
    """The stay that an application led to; two sequences tell which event had the last word on status and dates."""

    __tablename__ = "experience"
    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    opportunity_id: UUID = Field(index=True)
    enabler_id: UUID = Field(index=True)
    sending_entity_id: UUID
    hosting_entity_id: UUID
    status: Status | None = code(Status, default=None)
    start_on: date | None = None
    end_on: date | None = None
    zone: str | None = None
    approved_at: datetime | None = moment(default=None)
    status_sequence: int = 0
    dates_sequence: int = 0


class Dossier(Table, table=True):
    """The facts of one stay that pick-up and departure documents are made of."""

    __tablename__ = "dossier"
    id: UUID = Field(primary_key=True)
    facts: dict[str, Any] = document()


class Invitation(Table, table=True):
    """A person is to be asked; the personal link is made from the id when the e-mail is written."""

    __tablename__ = "invitation"
    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    application_id: UUID
    language: str
    expires_at: datetime = moment()


# --- the calendar


class Touchpoint(Table, table=True):
    """One touchpoint of one application or invitation (`subject`); its due row is in the kernel's `due`.

    `anchor_version` is the sequence of the event that gave the dates it was counted from: a sent touchpoint keeps it.
    """

    __tablename__ = "touchpoint"
    __table_args__ = (UniqueConstraint("code", "subject", name="touchpoint_once"),)
    id: UUID = Field(primary_key=True)
    code: str
    plan: str
    plan_version: int
    subject: UUID = Field(index=True)
    application_id: UUID = Field(index=True)
    person_id: UUID = Field(index=True)
    sending_entity_id: UUID
    hosting_entity_id: UUID
    state: State = code(State)
    reason: str | None = None
    local_at: datetime = Field(sa_type=DateTime)  # type: ignore[call-overload]  # wall time, without a zone
    zone: str
    due_at: datetime = moment()
    anchor: Anchor | None = code(Anchor, default=None)
    anchor_on: date | None = None
    anchor_version: int
    occurrence: int = 1
    sent_at: datetime | None = moment(default=None)
    document_id: UUID | None = None
    correlation_id: UUID
    version: int = 1
    changed_at: datetime = changed_moment()


# --- what leaves the room

OPEN_DELIVERY = text("state IN ('pending', 'unknown', 'sending')")


class Delivery(Table, table=True):
    """One e-mail on its way: pending → sending (under a lease on machine time) → sent | unknown | failed | cancelled.

    `waiting_for` names the facts that are still missing; `uncertain` tells that an earlier try may have arrived.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("touchpoint_id", "occurrence", name="delivery_once"),
        Index("delivery_open", "not_before", postgresql_where=OPEN_DELIVERY),
    )
    id: UUID = Field(primary_key=True)
    touchpoint_id: UUID = Field(foreign_key="touchpoint.id", index=True)
    touchpoint: str
    occurrence: int
    message_id: str
    channel: str
    subject: UUID
    application_id: UUID = Field(index=True)
    person_id: UUID = Field(index=True)
    sending_entity_id: UUID
    hosting_entity_id: UUID
    state: str
    reason: str | None = None
    waiting_for: list[str] = document(default_factory=list)
    waits: int = 0
    attempts: int = 0
    uncertain: bool = False
    language: str | None = None
    document_id: UUID | None = None
    not_before: datetime = moment()
    lease_until: datetime | None = moment(default=None)
    created_at: datetime = moment()
    sent_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


class Document(Table, table=True):
    """A PDF as it was attached. After an erasure the bytes are gone; hash and size stay."""

    __tablename__ = "document"
    id: UUID = Field(primary_key=True)
    delivery_id: UUID = Field(foreign_key="delivery.id", index=True)
    touchpoint_id: UUID
    kind: str
    language: str
    file_name: str
    sha256: str
    size: int
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
    application_id: UUID = Field(index=True)
    person_id: UUID = Field(index=True)
    sending_entity_id: UUID
    hosting_entity_id: UUID
    made_at: datetime = moment()
    version: int = 1


class Evidence(Table, table=True):
    """A sent message that proves an exchange standard of one experience."""

    __tablename__ = "evidence"
    id: UUID = Field(primary_key=True)
    standard: str
    application_id: UUID = Field(index=True)
    person_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    touchpoint_id: UUID
    due_on: date
    evidenced_at: datetime = moment()
    late: bool
    changed_at: datetime = changed_moment()


# --- who sees what: the predicate that every query carries


def seen_by(caller: Caller, model: type[Touchpoint | Delivery | Document | Evidence]) -> ColumnElement[bool]:
    """One's own; and for managers what belongs to their side's entity or below."""
    return visible(caller, person=model.person_id, sending=model.sending_entity_id, hosting=model.hosting_entity_id)
