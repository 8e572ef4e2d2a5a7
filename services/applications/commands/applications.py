"""What can be told about an application: one command a move."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from shared.contracts.applications import RejectionReason
from shared.contracts.fields import Code
from shared.web.schemas import Body, Day

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SubmitApplication(Body):
    """The EP clicks *apply*."""

    opportunity_id: UUID


class Reason(Body):
    """Why an application is rejected, from the fixed list."""

    reason: RejectionReason


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


@dataclass(frozen=True, slots=True)
class AcceptApplication:
    application_id: UUID


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
class RealizeExperience:
    application_id: UUID
