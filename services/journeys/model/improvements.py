"""Improvements of journeys: what somebody wants to change, how far it is, and what it was before. Owned."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Text, any_, exists, or_, true
from sqlmodel import Field

from services.journeys.model.table import Table
from services.journeys.policy.improvements import ImprovementKind
from shared.access import Caller, Role
from shared.storage.columns import changed_moment, code, document, moment
from shared.storage.scope import ENTITY_PATH, below


class Improvement(Table, table=True):
    """A change to a journey, on a step or an item of its blueprint. `launched_on` is when customers got it.

    `owner_id` does it, `sponsor_id` stands up for it: both are members. It is for an entity and those below it, or for
    everybody.
    """

    __tablename__ = "improvement"
    __table_args__ = (Index("improvement_of_journey", "journey", "step"),)
    id: UUID = Field(primary_key=True)
    entity_id: UUID | None = None
    journey: str
    step: str
    item: str | None = None
    kind: ImprovementKind = code(ImprovementKind)
    title: str = Field(sa_type=Text)
    description: str | None = Field(default=None, sa_type=Text)
    owner_id: UUID | None = None
    sponsor_id: UUID | None = None
    due_on: date | None = None
    launched_on: date | None = None
    author: str
    created_at: datetime = moment()
    version: int = 1
    changed_at: datetime = changed_moment()


class ImprovementPast(Table, table=True):
    """One change of an improvement: who, when, and which of its values were others before."""

    __tablename__ = "improvement_past"
    improvement_id: UUID = Field(primary_key=True, foreign_key="improvement.id")
    version: int = Field(primary_key=True)
    author: str
    at: datetime = moment()
    before: dict[str, Any] = document()
    after: dict[str, Any] = document()


def improvements_of(caller: Caller) -> ColumnElement[bool]:
    """Those for everybody, those above the caller's committee, its own and those below."""
    if caller.role in {Role.global_manager, Role.service, Role.auditor}:
        return true()
    shared = Improvement.entity_id.is_(None)  # type: ignore[union-attr]
    if caller.entity is None:
        return shared
    line = exists().where(ENTITY_PATH.c.entity_id == caller.entity, Improvement.entity_id == any_(ENTITY_PATH.c.path))
    return or_(shared, line, below(Improvement.entity_id, caller))
