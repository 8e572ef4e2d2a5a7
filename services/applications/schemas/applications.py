"""What is answered about applications."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.applications.policy import Status
from shared.contracts.applications import Product, RejectionReason, Verdict
from shared.web.schemas import Out


class ApplicationOut(Out):
    """An application; `terms` is what signing and approving name, `possible_moves` is what this caller may do now."""

    id: UUID
    person_id: UUID
    opportunity_id: UUID
    slot_id: UUID
    enabler_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    product: Product
    status: Status
    reason: str | None
    start_on: date
    end_on: date
    zone: str
    country: str
    terms: str
    sending_approved: bool
    hosting_approved: bool
    open_cases: int
    verdict: Verdict | None = Field(description="The enabler's word on the candidate; EPs aren't told")
    verdict_reason: RejectionReason | None
    judged_at: datetime | None
    submitted_at: datetime
    accepted_at: datetime | None
    signed_at: datetime | None
    approved_at: datetime | None
    realized_at: datetime | None
    completed_at: datetime | None
    ended_at: datetime | None
    actual_start_on: date | None
    actual_end_on: date | None
    refund: bool
    possible_moves: list[str]
    version: int


class MoveOut(Out):
    """A move of the state machine as it stands for this caller: possible, or why not."""

    move: str
    to: Status
    href: str | None
    reasons: list[str]
    possible: bool
    code: str | None
    why_not: str | None
    missing: list[str]


class MovesOut(Out):
    """Every move of an application, those that are possible now and those that aren't."""

    application_id: UUID
    status: Status
    moves: list[MoveOut]
    version: int


class TermChange(Out):
    """One term that isn't what it was."""

    name: str
    before: str | int | None
    after: str | int | None


class AgreementOut(Out):
    """What somebody agreed to last, whether it stands, and what changed since."""

    who: str
    mine: bool
    terms: str | None
    stands: bool
    changes: list[TermChange]


class TermsOut(Out):
    """The terms of an application, and the difference for each who agreed to others."""

    application_id: UUID
    terms: str
    stated: dict[str, Any]
    agreements: list[AgreementOut]
    version: int


class ChangeOut(Out):
    """One line of an application's history."""

    at: datetime
    recorded_at: datetime
    actor: str
    role: str
    action: str
    reason: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
