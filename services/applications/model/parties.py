"""Committees and their members, EPs, enablers and their contacts: rows, and whose they are to see."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
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
    id: UUID = Field(primary_key=True)
    enabler_id: UUID = Field(foreign_key="enabler.id", index=True)
    name: str
    position: str
    email: str
    phone: str | None
    language: str
    version: int = 1
    changed_at: datetime = changed_moment()


class Member(Table, table=True):
    """Somebody who works for a committee: in which role, from when to when, and how far (applied … left)."""

    __tablename__ = "member"
    id: UUID = Field(primary_key=True)
    entity_id: UUID = Field(foreign_key="entity.id", index=True)
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    given_name: str
    family_name: str
    email: str
    role: str = code()
    status: str = code()
    from_on: date | None = None
    to_on: date | None = None
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
