"""Designs of journeys as data: their versions, and what a draft said before. Owned: no event makes them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, UniqueConstraint, any_, exists, or_, text, true
from sqlmodel import Field

from services.journeys.model.table import Table
from services.journeys.policy.designs import DesignState
from shared.access import Caller, Role
from shared.storage.columns import changed_moment, code, document, moment
from shared.storage.scope import ENTITY_PATH, below


class Design(Table, table=True):
    """One version of a design: blueprint or map of a journey, perhaps as a persona walks it, for a committee and those
    below it, or (no entity) for everybody. The document changes while it is a draft only."""

    __tablename__ = "design"
    __table_args__ = (
        UniqueConstraint(
            "kind", "journey", "persona", "entity_id", "number", name="design_once", postgresql_nulls_not_distinct=True
        ),
        Index("design_published", "journey", postgresql_where=text("state = 'published'")),
    )
    id: UUID = Field(primary_key=True)
    kind: str
    journey: str
    persona: str | None = None
    entity_id: UUID | None = None
    number: int
    state: DesignState = code(DesignState)
    document: dict[str, Any] = document()
    author: str
    published_by: str | None = None
    created_at: datetime = moment()
    published_at: datetime | None = moment(default=None)
    retired_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


class DesignPast(Table, table=True):
    """What a draft said at an earlier version of its row, so that a change can be taken back."""

    __tablename__ = "design_past"
    design_id: UUID = Field(primary_key=True, foreign_key="design.id")
    version: int = Field(primary_key=True)
    document: dict[str, Any] = document()
    author: str
    replaced_at: datetime = moment()


def designs_of(caller: Caller) -> ColumnElement[bool]:
    """Managers see what is or was in use for all and above them, and all of their own committee and below."""
    if caller.role in {Role.global_manager, Role.service, Role.auditor}:
        return true()
    written = Design.state != DesignState.draft
    shared = Design.entity_id.is_(None) & written  # type: ignore[union-attr]
    if caller.entity is None:
        return shared
    line = exists().where(ENTITY_PATH.c.entity_id == caller.entity, Design.entity_id == any_(ENTITY_PATH.c.path))
    return or_(shared, line & written, below(Design.entity_id, caller))
