"""Quality cases: something went wrong for somebody."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index
from sqlmodel import Field

from services.surveys.model.invitations import both_sides
from services.surveys.model.table import Table
from services.surveys.policy.cases import CaseState, Outcome
from shared.access import Caller
from shared.contracts.fields import Side
from shared.contracts.surveys import CaseCause, Party
from shared.storage.columns import changed_moment, code, moment


class Case(Table, table=True):
    """Something went wrong for somebody: an owner, a clock, both sides' acknowledgement, an outcome."""

    __tablename__ = "quality_case"
    __table_args__ = (
        Index("quality_case_one_per_answer", "invitation_id", unique=True),
        CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="quality_case_closed_with_outcome"),
    )
    id: UUID = Field(primary_key=True)
    party: Party = code(Party, default=Party.ep)
    invitation_id: UUID | None = Field(default=None, foreign_key="invitation.id")
    person_id: UUID | None = Field(default=None, index=True)
    enabler_id: UUID | None = Field(default=None, index=True)
    application_id: UUID | None = Field(default=None, index=True)
    sending_entity_id: UUID | None = Field(default=None, index=True)
    hosting_entity_id: UUID | None = Field(default=None, index=True)
    cause: CaseCause = code(CaseCause)
    standard: str | None = code(default=None)
    owner: Side = code(Side)
    state: CaseState = code(CaseState, default=CaseState.open)
    report: str | None = None
    opened_at: datetime = moment()
    acknowledge_by: datetime = moment()
    sending_acknowledged_at: datetime | None = moment(default=None)
    hosting_acknowledged_at: datetime | None = moment(default=None)
    overdue: bool = False
    outcome: Outcome | None = code(Outcome, default=None)
    note: str | None = None
    closed_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


def cases_of(caller: Caller) -> ColumnElement[bool]:
    return both_sides(caller, Case)
