"""Applications: rows, what they have been, what they still need, and whose they are to see."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Computed,
    Date,
    Index,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from services.applications.model.table import Table
from services.applications.policy import Status
from shared.access import Caller
from shared.contracts.applications import Product, RejectionReason, Verdict
from shared.storage.columns import changed_moment, code, document, moment
from shared.storage.scope import visible

LIVE_SIGNED = text("status IN ('in_progress', 'approved', 'realized')")
ENDED = ("rejected", "withdrawn", "declined", "approval_broken", "realization_broken")
NOT_ENDED = text(f"status NOT IN {ENDED}")
# The day at the host since which an application waits for its next step; the database works it out at every write,
# an import's too, so that no inbox misses a row.
WAITS_FROM = """CASE status
    WHEN 'open' THEN (submitted_at AT TIME ZONE zone)::date
    WHEN 'accepted' THEN (COALESCE(accepted_at, submitted_at) AT TIME ZONE zone)::date
    WHEN 'in_progress' THEN (COALESCE(signed_at, accepted_at, submitted_at) AT TIME ZONE zone)::date
    WHEN 'approved' THEN start_on END"""
WAITING, STILL_OPEN = text("waits_from IS NOT NULL"), text("state = 'open'")


def _waiting(side: str) -> Index:
    """What waits in a committee, longest first: read without touching the table."""
    order = (f"{side}_entity_id", "status", "waits_from", "id")
    return Index(f"application_waits_{side}", *order, postgresql_where=WAITING, postgresql_include=["zone"])


def _still_open(name: str, *order: str) -> Index:
    return Index(name, *order, postgresql_where=STILL_OPEN, postgresql_include=["zone"])


class Application(Table, table=True):
    """One application: its status, its two approvals, and the dates as agreed. One live signed AN per person."""

    __tablename__ = "application"
    __table_args__ = (
        Index("application_one_signed_an", "person_id", unique=True, postgresql_where=LIVE_SIGNED),
        Index(
            "application_once_per_opportunity", "person_id", "opportunity_id", unique=True,
            postgresql_where=NOT_ENDED,
        ),
        CheckConstraint("end_on >= start_on", name="application_dates_in_order"),
        Column("waits_from", Date, Computed(WAITS_FROM, persisted=True)),
        _waiting("hosting"),
        _waiting("sending"),
    )  # fmt: skip
    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    opportunity_id: UUID = Field(foreign_key="opportunity.id", index=True)
    slot_id: UUID = Field(foreign_key="slot.id", index=True)
    enabler_id: UUID = Field(index=True)
    sending_entity_id: UUID = Field(index=True)
    hosting_entity_id: UUID = Field(index=True)
    product: Product = code(Product)
    status: Status = code(Status)
    reason: str | None = None
    start_on: date
    end_on: date
    zone: str
    country: str
    terms: str
    sending_approval: str | None = None
    hosting_approval: str | None = None
    # What was signed and what each side approved last: kept when approvals lapse, so that each sees the difference.
    signed_terms: str | None = None
    sending_terms: str | None = None
    hosting_terms: str | None = None
    refund: bool = False
    proof: str | None = None
    submitted_at: datetime = moment()
    accepted_at: datetime | None = moment(default=None)
    signed_at: datetime | None = moment(default=None)
    approved_at: datetime | None = moment(default=None)
    realized_at: datetime | None = moment(default=None)
    completed_at: datetime | None = moment(default=None)
    ended_at: datetime | None = moment(default=None)
    actual_start_on: date | None = None
    actual_end_on: date | None = None
    open_cases: int = 0
    # The enabler's word, which moves nothing by itself.
    verdict: Verdict | None = code(Verdict, default=None)
    verdict_reason: RejectionReason | None = code(RejectionReason, default=None)
    judged_at: datetime | None = moment(default=None)
    dossier: dict[str, Any] = document(default_factory=dict)
    version: int = 1
    changed_at: datetime = changed_moment()


class StatedTerms(Table, table=True):
    """Terms by their digest: what was signed or approved can be read for as long as somebody names it."""

    __tablename__ = "stated_terms"
    digest: str = Field(primary_key=True)
    opportunity_id: UUID = Field(foreign_key="opportunity.id", index=True)
    stated: dict[str, Any] = document()
    recorded_at: datetime = moment()


class ApplicationState(Table, table=True):
    """What an application was from one change to the next; append-only. `recorded_at` is when it became known,
    `effective_on` the day it holds from: the two clocks of every report."""

    __tablename__ = "application_state"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger)
    application_id: UUID = Field(foreign_key="application.id", index=True)
    recorded_at: datetime = moment()
    effective_on: date
    status: Status = code(Status)
    reason: str | None = None
    person_id: UUID
    opportunity_id: UUID
    enabler_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    product: Product = code(Product)
    country: str
    start_on: date
    end_on: date


class Requirement(Table, table=True):
    """Something that has to be done for one application: by whom, until when, and before which status.

    `entity_id` is the committee of its owner's side: its manager's inbox shows it.
    """

    __tablename__ = "requirement"
    __table_args__ = (
        UniqueConstraint("application_id", "kind", name="requirement_once"),
        _still_open("requirement_waits_entity", "entity_id", "owner", "due_on", "id"),
        _still_open("requirement_waits_person", "person_id", "owner", "due_on", "id"),
        _still_open("requirement_waits_enabler", "enabler_id", "owner", "due_on", "id"),
    )
    id: UUID = Field(primary_key=True)
    application_id: UUID = Field(foreign_key="application.id", index=True)
    person_id: UUID
    enabler_id: UUID
    entity_id: UUID
    zone: str
    opened_on: date
    kind: str = code()
    owner: str = code()
    before: Status | None = code(Status, default=None)
    due_on: date | None = None
    state: str = code(default="open")
    done_on: date | None = None
    done_by: str | None = None
    reason: str | None = None
    facts: dict[str, Any] = document(default_factory=dict)
    version: int = 1
    changed_at: datetime = changed_moment()


class DossierChange(Table, table=True):
    """One fact of a dossier, each time it changed; append-only. An erased person's have no value any more."""

    __tablename__ = "dossier_change"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger)
    application_id: UUID = Field(foreign_key="application.id", index=True)
    name: str = code()
    value: str | None = None
    at: datetime = moment()
    actor: str
    role: str = code()


def applications_of(caller: Caller) -> ColumnElement[bool]:
    row = Application
    return visible(
        caller,
        person=row.person_id,
        enabler=row.enabler_id,
        sending=row.sending_entity_id,
        hosting=row.hosting_entity_id,
    )
