"""Studies: tables of one's own, and what was found out of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, true
from sqlmodel import Field

from services.scoring.model.table import Table
from services.scoring.policy.studies import StudyState
from shared.access import Caller, Role
from shared.storage.columns import changed_moment, code, document, moment
from shared.storage.scope import below


class Study(Table, table=True):
    """What was asked of a table, and the report. `entity_id` is its owner, None for one of the global team."""

    __tablename__ = "study"
    id: UUID = Field(primary_key=True)
    entity_id: UUID | None = Field(default=None, index=True)
    name: str
    state: StudyState = code(StudyState, default=StudyState.waiting)
    reason: str | None = code(default=None)
    label: str
    order: str | None = None
    ignored: list[str] = document(default_factory=list)
    points: dict[str, Any] = document(default_factory=dict)
    base: float | None = None
    seed: int = 1
    asked_at: datetime = moment()
    lease_until: datetime | None = moment(default=None)
    ended_at: datetime | None = moment(default=None)
    report: dict[str, Any] | None = document(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


class StudyTable(Table, table=True):
    """The table as it came, until the study is ready; then the model in its place. Lists leave both where they are."""

    __tablename__ = "study_table"
    study_id: UUID = Field(primary_key=True)
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
    ladder: dict[str, Any] | None = document(default=None)
    base: float | None = None


def studies_of(caller: Caller) -> ColumnElement[bool]:
    """Those of the caller's entity and below; all for the global team, services and auditors."""
    if caller.role in {Role.global_manager, Role.service, Role.auditor}:
        return true()
    return below(Study.entity_id, caller)
