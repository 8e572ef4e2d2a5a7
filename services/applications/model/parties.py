"""Committees and their members, EPs, enablers and their contacts: rows, and whose they are to see."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, or_, select, text, true
from sqlmodel import Field

from services.applications.model.applications import Application
from services.applications.model.table import Table
from shared.access import Caller, Role
from shared.contracts.applications import EntityKind
from shared.storage.columns import changed_moment, code, codes, document, moment
from shared.storage.scope import below, visible


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
    """An EP: contact, studies, what the person can do and looks for. `languages` are codes, `levels` says how well."""

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
    study_field: str | None = code(default=None)
    study_level: str | None = code(default=None)
    university: str | None = None
    languages: list[str] = codes()
    levels: dict[str, Any] = document(default_factory=dict)
    skills: list[str] = codes()
    about: str = ""
    available_from: date | None = None
    available_to: date | None = None
    wanted_products: list[str] = codes()
    wanted_fields: list[str] = codes()
    wanted_countries: list[str] = codes()
    looking: bool = True
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


class Contact(Table, table=True):
    """Somebody to talk to at an enabler; the main one also stands on the enabler itself."""

    __tablename__ = "contact"
    __table_args__ = (Index("contact_one_main", "enabler_id", unique=True, postgresql_where=text("main")),)
    id: UUID = Field(primary_key=True)
    enabler_id: UUID = Field(foreign_key="enabler.id", index=True)
    main: bool = False
    name: str
    position: str
    email: str
    phone: str | None
    language: str
    version: int = 1
    changed_at: datetime = changed_moment()


class Member(Table, table=True):
    """Somebody who works for a committee: in which role, from when to when, and how far (applied … left).

    `alumna`: who left stays in touch as one of the alumni; empty until then, and where nobody asked.
    `account` is the party of the account that applied: also of somebody who never signed up as an EP.
    """

    __tablename__ = "member"
    __table_args__ = (
        Index(
            "member_once_per_role", "account", "entity_id", "role", unique=True,
            postgresql_where=text("status <> 'left'"),
        ),
        CheckConstraint("to_on >= from_on", name="member_period_in_order"),
    )  # fmt: skip
    id: UUID = Field(primary_key=True)
    entity_id: UUID = Field(foreign_key="entity.id", index=True)
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    account: UUID | None = None
    given_name: str
    family_name: str
    email: str
    role: str = code()
    status: str = code()
    from_on: date | None = None
    to_on: date | None = None
    alumna: bool | None = None
    applied_at: datetime = moment()
    version: int = 1
    changed_at: datetime = changed_moment()


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


def entities_of(caller: Caller) -> ColumnElement[bool]:
    """The committees that a caller looks after: its own and all below it."""
    return true() if caller.role is Role.global_manager else below(Entity.id, caller)


def members_of(caller: Caller) -> ColumnElement[bool]:
    """One's own memberships; for the managers of either side those of their entity and below."""
    if caller.role is Role.participant:
        return visible(caller, person=Member.account)
    if caller.role in {Role.sending_manager, Role.hosting_manager, Role.national_manager}:
        return below(Member.entity_id, caller)
    return visible(caller)
