"""Own copies of what other rooms said; parts arrive in any order, so that every part may be missing."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field

from services.notifications.model.table import Table
from services.notifications.policy import Status
from shared.storage.columns import code, document, moment


class Entity(Table, table=True):
    """A committee: where it stands is in the kernel's `entity_path`."""

    __tablename__ = "entity"
    id: UUID = Field(primary_key=True)
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    country: str | None = None
    zone: str | None = None


class Person(Table, table=True):
    """An EP as a recipient. `erased`: this person asked to be forgotten and gets nothing any more."""

    __tablename__ = "person"
    id: UUID = Field(primary_key=True)
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None
    language: str | None = None
    erased: bool | None = None
    phone: str | None = None
    country: str | None = None
    zone: str | None = None
    sending_entity_id: UUID | None = None


class Enabler(Table, table=True):
    """A company, NGO or school, and whom to write to there."""

    __tablename__ = "enabler"
    id: UUID = Field(primary_key=True)
    name: str | None = None
    contact_name: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    hosting_entity_id: UUID | None = None


class Member(Table, table=True):
    """Somebody who works in a committee; `sequence` is that of the event that had the last word on the membership."""

    __tablename__ = "member"
    id: UUID = Field(primary_key=True)
    entity_id: UUID | None = Field(default=None, index=True)
    person_id: UUID | None = None
    role: str | None = code(default=None)
    active: bool = False
    from_on: date | None = None
    to_on: date | None = None
    sequence: int = 0
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None


class Opportunity(Table, table=True):
    __tablename__ = "opportunity"
    id: UUID = Field(primary_key=True)
    enabler_id: UUID | None = None
    hosting_entity_id: UUID | None = None
    product: str | None = code(default=None)
    country: str | None = None
    zone: str | None = None
    title: str | None = None
    city: str | None = None
    description: str | None = None
    weekly_hours: int | None = None


class FoundList(Table, table=True):
    """Opportunities that scoring found for an EP, best first; gone with the EP's details."""

    __tablename__ = "found_list"
    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    opportunity_ids: list[str] = document(default_factory=list)


class Experience(Table, table=True):
    """An application and the stay that it led to; two sequences tell which event had the last word on status and dates.

    `steps` are the steps taken: happening → [sequence, moment]; `recorded` is what else was recorded of it, such as
    `requirement:fee_paid` → [sequence, whether it holds]. While it is rejected, `rejected_for` is the reason of the
    fixed list, and `rejected_by_us` tells whether that is our side's cause and not the candidate's.
    """

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
    product: str | None = code(default=None)
    country: str | None = None
    approved_at: datetime | None = moment(default=None)
    dates_at: datetime | None = moment(default=None)
    status_sequence: int = 0
    dates_sequence: int = 0
    rejected_for: str | None = code(default=None)
    rejected_by_us: bool | None = None
    steps: dict[str, Any] = document(default_factory=dict)
    recorded: dict[str, Any] = document(default_factory=dict)


class Dossier(Table, table=True):
    """The facts of one stay that pick-up and departure documents are made of."""

    __tablename__ = "dossier"
    id: UUID = Field(primary_key=True)
    facts: dict[str, Any] = document()


class Invitation(Table, table=True):
    """Somebody is to be asked; the personal link is made from the id when the e-mail is written.

    `person_id` is the EP who is asked, or whose stay is asked about; `minutes` is how long answering takes.
    """

    __tablename__ = "invitation"
    id: UUID = Field(primary_key=True)
    person_id: UUID | None = Field(default=None, index=True)
    application_id: UUID | None = None
    questionnaire: str = code(default="after-completion")
    minutes: int | None = None
    answered: bool = False
    language: str
    expires_at: datetime = moment()
