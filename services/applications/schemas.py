"""What the applications room answers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.applications.policy import Status
from shared.contracts.applications import EntityKind, Product
from shared.web.schemas import Out


class EntityOut(Out):
    id: UUID
    parent_id: UUID | None
    kind: EntityKind
    name: str
    country: str | None
    zone: str
    email: str
    phone: str
    version: int


class PersonOut(Out):
    """An EP with the status that follows from the person's applications."""

    id: UUID
    sending_entity_id: UUID
    given_name: str
    family_name: str
    email: str
    phone: str | None
    country: str
    language: str
    zone: str
    status: Status
    score: float | None
    registered_at: datetime
    version: int


class EnablerOut(Out):
    id: UUID
    hosting_entity_id: UUID
    kind: str
    name: str
    contact_name: str
    email: str
    phone: str | None
    language: str
    version: int


class OpportunityOut(Out):
    id: UUID
    enabler_id: UUID
    hosting_entity_id: UUID
    product: Product
    title: str
    description: str
    city: str
    country: str
    zone: str
    weekly_hours: int
    pay: str
    accommodation: str
    arrival: str
    openings: int
    start_on: date
    end_on: date
    version: int


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


class DossierOut(Out):
    """The facts of a stay and the names of those that are still missing."""

    application_id: UUID
    facts: dict[str, Any]
    missing: list[str]
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
