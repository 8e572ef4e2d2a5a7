"""Human tasks: who owns one, until when, and how it ended."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

from services.notifications.model.table import Table
from services.notifications.policy import Audience, TaskState
from shared.contracts.fields import Side
from shared.storage.columns import changed_moment, code, moment


class Task(Table, table=True):
    """One task of one touchpoint. It belongs to a committee (`entity_id`) and a role, later to who takes it.

    `how` tells what ended it: `ticked` by somebody, or the fact that was recorded elsewhere. `note` is what was written
    down as evidence, in somebody's words.
    """

    __tablename__ = "task"
    id: UUID = Field(primary_key=True)
    touchpoint_id: UUID = Field(foreign_key="touchpoint.id", unique=True)
    code: str
    audience: Audience = code(Audience)
    side: Side = code(Side)
    entity_id: UUID | None = Field(default=None, index=True)
    subject: UUID = Field(index=True)
    application_id: UUID | None = Field(default=None, index=True)
    person_id: UUID | None = Field(default=None, index=True)
    enabler_id: UUID | None = Field(default=None, index=True)
    state: TaskState = code(TaskState)
    reason: str | None = None
    zone: str
    opened_at: datetime = moment()
    due_on: date
    overdue: bool = False
    escalated: int = 0
    taken_by: str | None = None
    member_id: UUID | None = None
    taken_at: datetime | None = moment(default=None)
    done_at: datetime | None = moment(default=None)
    done_by: str | None = None
    how: str | None = code(default=None)
    note: str | None = None
    version: int = 1
    changed_at: datetime = changed_moment()
