"""What is answered about opportunities."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.applications.policy import OpportunityStatus
from shared.contracts.applications import Product
from shared.web.schemas import Out


class SlotOut(Out):
    """Dates on which interns are taken: `openings` are left of `capacity`; one may apply until `close_on`."""

    id: UUID
    start_on: date
    end_on: date
    close_on: date
    capacity: int
    openings: int


class OpportunityOut(Out):
    """An internship; `openings` and the dates are kept with its slots."""

    id: UUID
    enabler_id: UUID
    hosting_entity_id: UUID
    status: OpportunityStatus
    product: Product
    field: str | None
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
    requirements: str
    skills: list[str]
    languages: list[str]
    levels: dict[str, str] = Field(description="The least level of a language, where one is asked for")
    study_fields: list[str] = Field(description="Studies that are taken; empty: any")
    study_levels: list[str]
    selection_process: list[str]
    raised_from: UUID | None
    posted_at: datetime | None
    own_application_id: UUID | None = Field(None, description="Of an EP: the own application for it that has not ended")
    slots: list[SlotOut] = Field(default_factory=list)
    version: int
