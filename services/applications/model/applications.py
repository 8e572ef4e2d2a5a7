"""Applications: rows, and whose they are to see."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, text
from sqlmodel import Field

from services.applications.model.table import Table
from services.applications.policy import Status
from shared.access import Caller
from shared.contracts.applications import Product
from shared.storage.columns import changed_moment, code, document, moment
from shared.storage.scope import visible

LIVE_SIGNED = text("status IN ('in_progress', 'approved', 'realized')")


class Application(Table, table=True):
    """One application: its status, its two approvals, and the dates as agreed. One live signed AN per person."""

    __tablename__ = "application"
    __table_args__ = (
        Index("application_one_signed_an", "person_id", unique=True, postgresql_where=LIVE_SIGNED),
        Index(
            "application_once_per_opportunity", "person_id", "opportunity_id", unique=True,
            postgresql_where=text("status NOT IN ('rejected', 'withdrawn')"),
        ),
        CheckConstraint("end_on >= start_on", name="application_dates_in_order"),
    )  # fmt: skip
    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    opportunity_id: UUID = Field(foreign_key="opportunity.id", index=True)
    enabler_id: UUID = Field(index=True)
    sending_entity_id: UUID = Field(index=True)
    hosting_entity_id: UUID = Field(index=True)
    product: Product = code(Product)
    status: Status = code(Status)
    reason: str | None = None
    start_on: date
    end_on: date
    zone: str
    country: str
    terms: str
    sending_approval: str | None = None
    hosting_approval: str | None = None
    submitted_at: datetime = moment()
    open_cases: int = 0
    dossier: dict[str, Any] = document(default_factory=dict)
    version: int = 1
    changed_at: datetime = changed_moment()


def applications_of(caller: Caller) -> ColumnElement[bool]:
    row = Application
    return visible(
        caller,
        person=row.person_id,
        enabler=row.enabler_id,
        sending=row.sending_entity_id,
        hosting=row.hosting_entity_id,
    )
