"""What customers did after they were asked, and contests between metrics that try to foretell it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.surveys.model.table import Table
from services.surveys.policy.tournament import Deed, TournamentState
from shared.storage.columns import code, document, moment


class Done(Table, table=True):
    """A customer did it, at this moment; the id is that of the application, opportunity or referral."""

    __tablename__ = "deed"
    __table_args__ = (Index("deed_of_customer", "customer_id", "kind", "at"),)
    id: UUID = Field(primary_key=True)
    kind: Deed = code(Deed)
    customer_id: UUID
    at: datetime = moment()


class Tournament(Table, table=True):
    """One contest; `entity_id` is the subtree whose customers it is about, None for all. `report` comes when done."""

    __tablename__ = "tournament"
    id: UUID = Field(primary_key=True)
    deed: Deed = code(Deed)
    horizon_days: int
    entity_id: UUID | None = None
    seed: int
    state: TournamentState = code(TournamentState, default=TournamentState.waiting)
    asked_at: datetime = moment()
    known_at: datetime | None = moment(default=None)
    report: dict[str, Any] | None = document(default=None)
