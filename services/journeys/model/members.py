"""Memberships of committees as their own events leave them, and what members are called."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text
from sqlmodel import Field

from services.journeys.model.table import Table
from shared.access import Caller
from shared.storage.columns import moment
from shared.storage.scope import visible


class MemberCourse(Table, table=True):
    """One membership, from the application on. All its events come from one partition, so in order."""

    __tablename__ = "member_course"
    member_id: UUID = Field(primary_key=True)
    person_id: UUID | None = Field(default=None, index=True)
    entity_id: UUID = Field(index=True)
    role: str = Field(sa_type=Text)
    applied_at: datetime | None = moment(default=None)
    selected_at: datetime | None = moment(default=None)
    activated_at: datetime | None = moment(default=None)
    from_on: date | None = None
    to_on: date | None = None
    left_at: datetime | None = moment(default=None)
    was: str | None = Field(default=None, sa_type=Text)
    alumna: bool | None = None


class MemberName(Table, table=True):
    """What a member is called; a tombstone deletes the row."""

    __tablename__ = "member_name"
    member_id: UUID = Field(primary_key=True)
    given_name: str = Field(sa_type=Text)
    family_name: str = Field(sa_type=Text)


def members_of(caller: Caller) -> ColumnElement[bool]:
    """One's own memberships; for managers those of their committee and the ones below it."""
    row = MemberCourse
    return visible(caller, person=row.person_id, sending=row.entity_id, hosting=row.entity_id)
