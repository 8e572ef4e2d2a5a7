"""What is on offer: opportunities and their slots."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, and_, exists, or_, select
from sqlmodel import Field

from services.applications.model.applications import Application, applications_of
from services.applications.model.table import Table
from services.applications.policy import OpportunityStatus
from shared.access import Caller
from shared.contracts.applications import Product
from shared.storage.columns import changed_moment, code, codes, document, moment
from shared.storage.scope import visible


class Opportunity(Table, table=True):
    """An internship on offer.

    `openings` counts what is left over all its slots, the dates are those of its first slot that takes applications:
    both are kept with the slots, under this row's lock.
    """

    __tablename__ = "opportunity"
    __table_args__ = (CheckConstraint("openings >= 0", name="opportunity_openings_left"),)
    id: UUID = Field(primary_key=True)
    enabler_id: UUID = Field(foreign_key="enabler.id", index=True)
    hosting_entity_id: UUID = Field(foreign_key="entity.id", index=True)
    status: OpportunityStatus = code(OpportunityStatus, default=OpportunityStatus.open)
    product: Product = code(Product)
    field: str | None = code(default=None)
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
    requirements: str = ""
    skills: list[str] = codes()
    languages: list[str] = codes()
    levels: dict[str, Any] = document(default_factory=dict)  # the least of each language
    study_fields: list[str] = codes()  # those that are taken; none stated: any
    study_levels: list[str] = codes()
    selection_process: list[str] = codes()
    raised_from: UUID | None = Field(default=None, foreign_key="opportunity.id")
    posted_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


class Slot(Table, table=True):
    """Dates on which an opportunity takes interns. `openings` are left of `capacity`; applications until `close_on`."""

    __tablename__ = "slot"
    __table_args__ = (
        CheckConstraint("openings BETWEEN 0 AND capacity", name="slot_openings_left"),
        CheckConstraint("end_on >= start_on", name="slot_dates_in_order"),
    )
    id: UUID = Field(primary_key=True)
    opportunity_id: UUID = Field(foreign_key="opportunity.id", index=True)
    start_on: date
    end_on: date
    close_on: date
    capacity: int
    openings: int
    version: int = 1
    changed_at: datetime = changed_moment()


def offers_of(caller: Caller) -> ColumnElement[bool]:
    """What is the caller's to change: the enabler's own, and that of the hosting entity and below."""
    return visible(caller, enabler=Opportunity.enabler_id, hosting=Opportunity.hosting_entity_id)


def offers_shown_to(caller: Caller) -> ColumnElement[bool]:
    """Open and closed ones are everybody's to see, drafts their makers'; a removed one stays with who applied to it."""
    public = Opportunity.status.in_((OpportunityStatus.open, OpportunityStatus.closed))  # type: ignore[attr-defined]
    applied = exists(
        select(Application.id).where(Application.opportunity_id == Opportunity.id, applications_of(caller))
    )
    return or_(public, offers_of(caller), and_(Opportunity.status == OpportunityStatus.removed, applied))
