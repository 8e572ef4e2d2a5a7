"""The course of a lead's stages, and what was heard of enablers."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.scoring.model.table import Table
from services.scoring.policy.enablers import EnablerStep
from services.scoring.policy.lead_stages import LeadStage
from shared.contracts.surveys import Party
from shared.storage.columns import changed_moment, code, moment


class StageChange(Table, table=True):
    """A lead came to a stage: since when, as known when, why, and what made it known. Never changed."""

    __tablename__ = "stage_change"
    __table_args__ = (
        Index("stage_change_of_lead", "lead_id", "known_at", "id"),
        Index("stage_change_by_stage", "stage", "at"),
    )
    id: UUID = Field(primary_key=True)
    lead_id: UUID
    party: Party = code(Party)
    entity_id: UUID
    former: LeadStage | None = code(LeadStage, default=None)
    stage: LeadStage = code(LeadStage)
    at: datetime = moment()
    known_at: datetime = moment()
    why: str = code()
    cause: str
    changed_at: datetime = changed_moment()


class EnablerHeard(Table, table=True):
    """What was heard of an enabler, or recorded of a prospect; the id is the event's, so that a fact is kept once."""

    __tablename__ = "enabler_fact"
    __table_args__ = (Index("enabler_fact_of_enabler", "enabler_id", "at"),)
    id: UUID = Field(primary_key=True)
    enabler_id: UUID
    kind: EnablerStep = code(EnablerStep)
    at: datetime = moment()
    known_at: datetime = moment()
    effective_on: date
    opportunity_id: UUID | None = None
    application_id: UUID | None = None
