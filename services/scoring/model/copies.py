"""What other rooms told, as far as this room needs it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.scoring.model.table import Table
from services.scoring.policy.features import Step
from shared.storage.columns import code, moment


class HeardFact(Table, table=True):
    """What another room told about a person; the id is the event's, so that a fact is kept once."""

    __tablename__ = "heard_fact"
    __table_args__ = (Index("heard_fact_of_person", "person_id", "at"),)
    id: UUID = Field(primary_key=True)
    person_id: UUID
    kind: Step = code()
    at: datetime = moment()
    known_at: datetime = moment()
    effective_on: date
    application_id: UUID | None = None
    opportunity_id: UUID | None = None
    ours: bool = False


class Opportunity(Table, table=True):
    """An opportunity that was posted: views of anything else don't count."""

    __tablename__ = "opportunity"
    id: UUID = Field(primary_key=True)
    product: str
    country: str
    known_at: datetime = moment()
