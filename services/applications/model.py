"""The rows of the applications room."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, or_, select, text
from sqlalchemy.orm import registry
from sqlmodel import Field

from services.applications.policy import Status
from shared.access import Caller, Role
from shared.contracts.applications import EntityKind, Product
from shared.storage.columns import changed_moment, code, document, moment
from shared.storage.rows import Stored
from shared.storage.scope import below, visible


class Table(Stored, registry=registry()):
    """The room's own registry: its tables clash with no other room's."""


class Entity(Table, table=True):
    """A committee in the tree: world → national → local. `path` runs from the root to itself."""

    __tablename__ = "entity"
    id: UUID = Field(primary_key=True)
    parent_id: UUID | None = Field(default=None, foreign_key="entity.id", index=True)
    kind: EntityKind = code(EntityKind)
    name: str
    country: str | None
    zone: str
    email: str
    phone: str
    version: int = 1
    changed_at: datetime = changed_moment()


class Person(Table, table=True):
    """An EP; the profile that the exchange needs so far."""

    __tablename__ = "person"
    id: UUID = Field(primary_key=True)
    sending_entity_id: UUID = Field(foreign_key="entity.id", index=True)
    given_name: str
    family_name: str
    email: str = Field(unique=True)
    phone: str | None
    country: str
    language: str
    zone: str
    score: float | None = None
    registered_at: datetime = moment()
    version: int = 1
    changed_at: datetime = changed_moment()


class Enabler(Table, table=True):
    """A company, an NGO or a school that takes interns."""

    __tablename__ = "enabler"
    id: UUID = Field(primary_key=True)
    hosting_entity_id: UUID = Field(foreign_key="entity.id", index=True)
    kind: str
    name: str
    contact_name: str
    email: str
    phone: str | None
    language: str
    version: int = 1
    changed_at: datetime = changed_moment()


class Opportunity(Table, table=True):
    """An internship on offer. `openings` counts what is left of it; dates are those of the form."""

    __tablename__ = "opportunity"
    __table_args__ = (CheckConstraint("openings >= 0", name="opportunity_openings_left"),)
    id: UUID = Field(primary_key=True)
    enabler_id: UUID = Field(foreign_key="enabler.id", index=True)
    hosting_entity_id: UUID = Field(foreign_key="entity.id", index=True)
    product: Product = code(Product)
    title: str
    description: str
    city: str
    country: str
    zone: str
    weekly_hours: int
    pay: str
    accommodation: str
    arrival: str
    openings: int
    start_on: date
    end_on: date
    version: int = 1
    changed_at: datetime = changed_moment()


LIVE_SIGNED = text("status IN ('in_progress', 'approved', 'realized')")


class Application(Table, table=True):
    """One application: its status, its two approvals, and the dates as agreed. One live signed AN per person."""

    __tablename__ = "application"
    __table_args__ = (
        Index("application_one_signed_an", "person_id", unique=True, postgresql_where=LIVE_SIGNED),
        Index(
            "application_once_per_opportunity", "person_id", "opportunity_id", unique=True,
            postgresql_where=text("status NOT IN ('rejected', 'withdrawn')"),
        ),
        CheckConstraint("end_on >= start_on", name="application_dates_in_order"),
    )  # fmt: skip
    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    opportunity_id: UUID = Field(foreign_key="opportunity.id", index=True)
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
    submitted_at: datetime = moment()
    open_cases: int = 0
    dossier: dict[str, Any] = document(default_factory=dict)
    version: int = 1
    changed_at: datetime = changed_moment()


# --- who sees what: the predicate that every query carries


def people_of(caller: Caller) -> ColumnElement[bool]:
    """Oneself; the EPs of the caller's entity; and for the hosting side those who applied to its opportunities."""
    own = visible(caller, person=Person.id, sending=Person.sending_entity_id)
    if caller.role not in {Role.hosting_manager, Role.national_manager}:
        return own
    applied = select(Application.id).where(
        Application.person_id == Person.id, below(Application.hosting_entity_id, caller)
    )
    return or_(own, applied.exists())


def enablers_of(caller: Caller) -> ColumnElement[bool]:
    return visible(caller, enabler=Enabler.id, hosting=Enabler.hosting_entity_id)


def applications_of(caller: Caller) -> ColumnElement[bool]:
    row = Application
    return visible(
        caller,
        person=row.person_id,
        enabler=row.enabler_id,
        sending=row.sending_entity_id,
        hosting=row.hosting_entity_id,
    )
