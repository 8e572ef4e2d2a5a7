"""Human tasks as they are shown."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.notifications.policy import Audience, TaskState
from shared.contracts.fields import Side
from shared.web.schemas import Out


class TaskOut(Out):
    """Something that somebody of a committee has to do; `closed_by` are the facts that end it, if such do."""

    id: UUID
    touchpoint_id: UUID
    code: str = Field(examples=["se-interview"])
    title: str = Field(examples=["Interview the EP"])
    audience: Audience
    side: Side
    entity_id: UUID | None = Field(description="The committee whose it is to do")
    application_id: UUID | None
    person_id: UUID | None = Field(description="The EP whom it concerns, if any")
    enabler_id: UUID | None
    state: TaskState
    reason: str | None = Field(description="Why it was cancelled", examples=["approval_broken"])
    zone: str
    opened_at: datetime
    due_on: date
    overdue: bool
    escalated: int = Field(description="How far up others heard of it: 0 nobody, 1 the committee, 2 the one above")
    nobody_named: bool = Field(description="The committee has no member and no address that a reminder could go to")
    taken_by: str | None
    member_id: UUID | None
    taken_at: datetime | None
    done_at: datetime | None
    done_by: str | None
    how: str | None = Field(description="`ticked`, or the fact that was recorded elsewhere", examples=["ticked"])
    note: str | None
    closed_by: list[str] = Field(examples=[["requirement:se_interview"]])
    missing: list[str] = Field(description="Facts that a coming message lacks, where it is about them")
    version: int
