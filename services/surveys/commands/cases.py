"""What can be done with a quality case. By the personal link a command has a `token` in place of the case's id."""

from dataclasses import dataclass, field
from datetime import time
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.surveys.files import Guarded
from services.surveys.policy.cases import Outcome
from services.surveys.policy.refunds import Ground
from shared.contracts.fields import Side
from shared.contracts.surveys import Party
from shared.web.schemas import Body, Day, LongText, Slug

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class ReportCase(Body):
    """Somebody reports that something is wrong with an experience. A manager says for whom (`party`)."""

    application_id: UUID
    report: LongText = Field(
        description="What is wrong, in the reporter's words", examples=["The room has no heating."]
    )
    party: Party = Field(Party.ep, description="Whose case it is; a customer's own report is their own case")
    standard: Slug | None = Field(None, description="The standard that was not kept", examples=["accommodation"])


class Closing(Body):
    """How a case ended, for the statistics and in words."""

    outcome: Outcome
    note: LongText = Field(description="The solution, in words", examples=["Moved to another room on the same day."])


class Writing(Body):
    """A message to all in the case, or a note for those who work on it."""

    text: LongText = Field(examples=["The landlord comes on Tuesday at ten."])
    internal: bool = Field(False, description="Only for those who work on the case")


class Solution(Body):
    """The written solution, or a board's answer or decision."""

    text: LongText = Field(examples=["You move to another room tomorrow; the rent of May is given back."])


class Reason(Body):
    """Why a case goes up, or goes on."""

    reason: LongText = Field(examples=["The new room has no heating either."])


class HandingOver(Body):
    """To which side, and why."""

    to: Side
    reason: LongText = Field(examples=["The insurance is the sending committee's."])


class Refund(Body):
    """What was given back for an approval that was broken, on which ground; `proof` names files of the case."""

    ground: Ground
    amount_minor: int = Field(ge=1, le=1_000_000_000_000, description="In the smallest unit", examples=[45_000])
    currency: Currency = Field(description="ISO 4217", examples=["RON"])
    broken_on: Day = Field(description="The day on which the approval was broken, before the start")
    papers_due_on: Day | None = Field(None, description="For late papers: when they were due")
    proof: list[UUID] = Field(min_length=1, max_length=20)


class WorkingTimeBody(Body):
    """When an entity works, in its own zone."""

    weekdays: list[Annotated[int, Field(ge=1, le=7)]] = Field(
        min_length=1, max_length=7, description="ISO: 1 is Monday", examples=[[1, 2, 3, 4, 5]]
    )
    opens: time = Field(examples=["09:00"])
    closes: time = Field(examples=["17:00"])
    holidays: list[Day] = Field([], max_length=1000, examples=[["2026-12-25"]])


@dataclass(frozen=True, slots=True)
class AcknowledgeCase:
    case_id: UUID


@dataclass(frozen=True, slots=True)
class CloseCase:
    case_id: UUID
    outcome: Outcome
    note: str


@dataclass(frozen=True, slots=True)
class SolveCase:
    case_id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class ContestCase:
    case_id: UUID | None
    reason: str
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ReopenCase:
    case_id: UUID | None
    reason: str
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class HandOverCase:
    case_id: UUID
    to: Side
    reason: str


@dataclass(frozen=True, slots=True)
class WriteMessage:
    case_id: UUID | None
    text: str
    internal: bool = False
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class AttachFile:
    """A file that has passed the guard."""

    case_id: UUID | None
    file: Guarded
    internal: bool = False
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class JudgeFile:
    """What a scanner said; `threat` None is nothing."""

    file_id: UUID
    threat: str | None


@dataclass(frozen=True, slots=True)
class RecordRefund:
    case_id: UUID
    body: Refund


@dataclass(frozen=True, slots=True)
class SetWorkingTime:
    entity_id: UUID
    body: WorkingTimeBody
