"""What is answered about applications."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.applications.policy import Status
from shared.contracts.applications import Product
from shared.web.schemas import Out


class ApplicationOut(Out):
    """An application; `terms` is what signing and approving name, `possible_moves` is what this caller may do now."""

    id: UUID
    person_id: UUID
    opportunity_id: UUID
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
    submitted_at: datetime
    possible_moves: list[str]
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
