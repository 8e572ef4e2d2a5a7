"""Running stays and how likely each goes wrong: the signs, the newest risk, its course, and the models of it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Index, text
from sqlmodel import Field

from services.scoring.model.table import Table
from services.scoring.policy.risk import End, Level, Sign, Stay
from shared.access import Caller
from shared.contracts.fields import Product
from shared.storage.columns import changed_moment, code, document, moment
from shared.storage.scope import visible


class StayRisk(Table, table=True):
    """A stay from its approval on. `running` until it is settled: `ended` says how, and the risk has had its say."""

    __tablename__ = "stay_risk"
    __table_args__ = (
        Index("stay_risk_sending", "sending_entity_id", "risk", postgresql_where=text("running")),
        Index("stay_risk_hosting", "hosting_entity_id", "risk", postgresql_where=text("running")),
    )
    id: UUID = Field(primary_key=True)  # the application
    person_id: UUID = Field(index=True)
    enabler_id: UUID
    opportunity_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    product: Product = code(Product)
    country: str
    zone: str
    start_on: date
    end_on: date
    running: bool = True
    ended: End | None = code(End, default=None)
    ended_at: datetime | None = moment(default=None)
    level: Level = code(Level, default=Level.calm)
    alarmed_at: datetime | None = moment(default=None)
    risk: float | None = None
    low: float | None = None
    high: float | None = None
    base_log_odds: float | None = None
    reasons: list[dict[str, Any]] = document(default_factory=list)
    numbers: dict[str, Any] = document(default_factory=dict)
    abstains: str | None = code(default=None)
    model: str | None = code(default=None)
    evidence: int = 0
    looked_at: datetime | None = moment(default=None)
    look_on: date | None = None
    marked: int = 0  # how many of the days that are learned from are over
    version: int = 1
    changed_at: datetime = changed_moment()

    @property
    def dates(self) -> Stay:
        return Stay(self.id, self.start_on, self.end_on)


class StaySign(Table, table=True):
    """One thing that was heard of a stay; the id follows from the event's, so that it is kept once."""

    __tablename__ = "stay_sign"
    __table_args__ = (Index("stay_sign_of_stay", "application_id"),)
    id: UUID = Field(primary_key=True)
    application_id: UUID
    sign: Sign = code(Sign)
    subject: str = code()
    at: datetime = moment()
    known_at: datetime = moment()
    value: float | None = None


class RiskPoint(Table, table=True):
    """A point of a stay's course: the risk and what was known. `mark` tells the points that are learned from."""

    __tablename__ = "risk_point"
    __table_args__ = (Index("risk_point_course", "application_id", "at", "id"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger)
    application_id: UUID
    at: datetime = moment()
    risk: float
    low: float
    high: float
    base_log_odds: float
    reasons: list[dict[str, Any]] = document()
    numbers: dict[str, Any] = document()
    abstains: str | None = code(default=None)
    level: Level = code(Level)
    model: str = code()
    cause: str = code()
    mark: int | None = None
    changed_at: datetime = changed_moment()


class RiskModel(Table, table=True):
    """A trained model of the risk; the newest one is in use, unless it was worse than the rules on later stays."""

    __tablename__ = "risk_model"
    number: int = Field(primary_key=True)
    digest: str
    content: dict[str, Any] = document()
    figures: dict[str, Any] = document()
    stays: int
    wrong: int
    seed: int
    in_use: bool
    trained_at: datetime = moment()


def stays_of(caller: Caller) -> ColumnElement[bool]:
    """The stays of the caller's entities on either side."""
    return visible(caller, sending=StayRisk.sending_entity_id, hosting=StayRisk.hosting_entity_id)
