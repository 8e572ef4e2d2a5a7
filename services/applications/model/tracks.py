"""How far applications came: one short row each, made of their states by the database itself, for reports."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Index, text
from sqlmodel import Field

from services.applications.model.table import Table
from services.applications.policy import Status
from shared.access import Caller
from shared.contracts.applications import Product
from shared.storage.columns import code, moment
from shared.storage.scope import visible


class ApplicationTrack(Table, table=True):
    """On which day an application reached each stage (`…_on`), and when that was recorded (`…_at`).

    Kept by a trigger on `application_state`. Up to `revised_at` and `revised_on` something was corrected or taken back:
    as-of reads of an earlier moment or day ask the states again. `moved` ones belonged to somebody else before.
    """

    __tablename__ = "application_track"
    __table_args__ = (
        Index("application_track_revised", "application_id", postgresql_where=text("revised_at IS NOT NULL")),
    )
    application_id: UUID = Field(primary_key=True)
    person_id: UUID
    opportunity_id: UUID
    enabler_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    product: Product = code(Product)
    country: str
    submitted_on: date
    submitted_at: datetime = moment()
    accepted_on: date | None = None
    accepted_at: datetime | None = moment(default=None)
    signed_on: date | None = None
    signed_at: datetime | None = moment(default=None)
    approved_on: date | None = None
    approved_at: datetime | None = moment(default=None)
    realized_on: date | None = None
    realized_at: datetime | None = moment(default=None)
    completed_on: date | None = None
    completed_at: datetime | None = moment(default=None)
    exit: Status | None = code(Status, default=None)
    reason: str | None = None
    exit_on: date | None = None
    exit_at: datetime | None = moment(default=None)
    revised_on: date | None = None
    revised_at: datetime | None = moment(default=None)
    moved: bool = False


def scope_of(caller: Caller, row: type) -> ColumnElement[bool]:
    """The caller's scope over rows that name person, enabler and both entities: applications, states, tracks."""
    return visible(
        caller,
        person=row.person_id,  # type: ignore[attr-defined]
        enabler=row.enabler_id,  # type: ignore[attr-defined]
        sending=row.sending_entity_id,  # type: ignore[attr-defined]
        hosting=row.hosting_entity_id,  # type: ignore[attr-defined]
    )
