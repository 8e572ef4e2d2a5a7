"""What can be told about an application: one command a move."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from services.applications.policy import (
    BreakReason,
    DeclineReason,
    NoteBreakReason,
    RealizationBreakReason,
    WithdrawalReason,
)
from shared.contracts.applications import RejectionReason, Verdict
from shared.contracts.fields import Code
from shared.web.schemas import Body, Day

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", examples=["5f" * 32])]


class SubmitApplication(Body):
    """The EP clicks *apply*; without a slot it is the first that still takes applications."""

    opportunity_id: UUID
    slot_id: Annotated[UUID | None, Field(description="for these dates; else the first ones with openings")] = None


class Reason(Body):
    """Why an application is rejected, from the fixed list."""

    reason: RejectionReason


class Judging(Body):
    """What the enabler says of a candidate: shortlisted, wanted, or refused with a reason; null takes it back."""

    verdict: Verdict | None
    reason: RejectionReason | None = None


class Terms(Body):
    """The digest of the terms that are signed or approved, as read from the application."""

    terms: Digest


class Dates(Body):
    """New dates of an experience."""

    start_on: Day
    end_on: Day

    @model_validator(mode="after")
    def _in_order(self) -> "Dates":
        if self.end_on < self.start_on:
            raise ValueError("the end is before the start")
        return self


class Withdrawal(Body):
    """Why an application is taken back."""

    reason: WithdrawalReason


class Refusal(Body):
    """Why the EP refuses an accepted application."""

    reason: DeclineReason


class NoteBreak(Body):
    """Why a signed acceptance note is broken."""

    reason: NoteBreakReason


class ApprovalBreak(Body):
    """Why an approval is broken; the reasons that pay the fee back need their proof."""

    reason: BreakReason
    proof: Annotated[
        Digest | None, Field(description="SHA-256 of the paper that proves it, which the entity keeps")
    ] = None


class RealizationBreak(Body):
    """Why an internship ends before its time."""

    reason: RealizationBreakReason


class End(Body):
    """Another last day."""

    end_on: Day


class ActualDates(Body):
    """When the intern really came, and left."""

    start_on: Day
    end_on: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "ActualDates":
        if self.end_on and self.end_on < self.start_on:
            raise ValueError("the end is before the start")
        return self


@dataclass(frozen=True, slots=True)
class AcceptApplication:
    application_id: UUID


@dataclass(frozen=True, slots=True)
class JudgeCandidate:
    application_id: UUID
    verdict: Verdict | None
    reason: RejectionReason | None = None


@dataclass(frozen=True, slots=True)
class RejectApplication:
    application_id: UUID
    reason: RejectionReason


@dataclass(frozen=True, slots=True)
class WithdrawApplication:
    application_id: UUID
    reason: Code = "own_wish"


@dataclass(frozen=True, slots=True)
class SignAcceptanceNote:
    application_id: UUID
    terms: str


@dataclass(frozen=True, slots=True)
class ApproveApplication:
    application_id: UUID
    terms: str


@dataclass(frozen=True, slots=True)
class ChangeExperienceDates:
    application_id: UUID
    start_on: Day
    end_on: Day


@dataclass(frozen=True, slots=True)
class ExtendExperience:
    application_id: UUID
    end_on: Day


@dataclass(frozen=True, slots=True)
class FinishExperienceEarly:
    application_id: UUID
    end_on: Day


@dataclass(frozen=True, slots=True)
class PostponeExperience:
    application_id: UUID
    start_on: Day
    end_on: Day


@dataclass(frozen=True, slots=True)
class RecordActualDates:
    application_id: UUID
    start_on: Day
    end_on: Day | None = None


@dataclass(frozen=True, slots=True)
class DeclineApplication:
    application_id: UUID
    reason: DeclineReason


@dataclass(frozen=True, slots=True)
class BreakAcceptanceNote:
    application_id: UUID
    reason: NoteBreakReason


@dataclass(frozen=True, slots=True)
class BreakApproval:
    application_id: UUID
    reason: BreakReason
    proof: str | None = None


@dataclass(frozen=True, slots=True)
class BreakRealization:
    application_id: UUID
    reason: RealizationBreakReason


@dataclass(frozen=True, slots=True)
class UnrejectApplication:
    application_id: UUID


@dataclass(frozen=True, slots=True)
class ReopenApplication:
    application_id: UUID


@dataclass(frozen=True, slots=True)
class ReinstateApplication:
    application_id: UUID


@dataclass(frozen=True, slots=True)
class RealizeExperience:
    application_id: UUID
