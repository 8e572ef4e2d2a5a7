"""What is answered about opportunities."""

from datetime import date
from uuid import UUID

from shared.contracts.applications import Product
from shared.web.schemas import Out


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
