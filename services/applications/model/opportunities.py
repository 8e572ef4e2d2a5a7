"""What is on offer."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from services.applications.model.table import Table
from shared.contracts.applications import Product
from shared.storage.columns import changed_moment, code


class Opportunity(Table, table=True):
    """An internship on offer. `openings` counts what is left of it; dates are those of the form."""

    __tablename__ = "opportunity"
    __table_args__ = (CheckConstraint("openings >= 0", name="opportunity_openings_left"),)
    id: UUID = Field(primary_key=True)
    enabler_id: UUID = Field(foreign_key="enabler.id", index=True)
    hosting_entity_id: UUID = Field(foreign_key="entity.id", index=True)
    product: Product = code(Product)
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
    version: int = 1
    changed_at: datetime = changed_moment()
