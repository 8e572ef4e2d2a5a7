"""The rows of the scoring room."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, Index, and_
from sqlalchemy.orm import registry
from sqlmodel import Field

from services.scoring.policy.features import Step
from services.scoring.policy.interactions import Channel, Kind
from shared.access import Caller
from shared.storage.columns import changed_moment, code, document, moment
from shared.storage.rows import Stored
from shared.storage.scope import visible


class Table(Stored, registry=registry()):
    """The room's own registry: its tables clash with no other room's."""


class Lead(Table, table=True):
    """A person and the newest score. Without a sending entity only fragments are known: not a lead yet, no score."""

    __tablename__ = "lead"
    __table_args__ = (Index("lead_by_score", "score", "id"),)
    id: UUID = Field(primary_key=True)  # the person
    sending_entity_id: UUID | None = Field(default=None, index=True)
    zone: str = "UTC"
    score: float | None = None
    base_log_odds: float | None = None
    reasons: list[dict[str, Any]] = document(default_factory=list)
    features: dict[str, Any] = document(default_factory=dict)
    model: str | None = None
    scored_at: datetime | None = moment(default=None)  # last looked at: all that was known by then is in the score
    rescore_on: date | None = None
    qualified_at: datetime | None = moment(default=None)
    converted_at: datetime | None = moment(default=None)
    erased_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


class ScoreChange(Table, table=True):
    """A point of a lead's course: the score, what was known, and the event that caused it. Never changed."""

    __tablename__ = "score_change"
    __table_args__ = (Index("score_change_course", "person_id", "at", "id"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger)  # tells the order within one moment
    person_id: UUID
    at: datetime = moment()
    score: float
    base_log_odds: float
    reasons: list[dict[str, Any]] = document()
    features: dict[str, Any] = document()
    model: str
    cause: str
    outcome: str | None = None
    changed_at: datetime = changed_moment()


class Outcome(Table, table=True):
    """How a transition ended for a person, and what the model had said just before: what later models learn from."""

    __tablename__ = "outcome"
    person_id: UUID = Field(primary_key=True)
    transition: str = Field(primary_key=True)
    outcome: str
    application_id: UUID
    score_before: float
    model: str
    at: datetime = moment()
    known_at: datetime = moment()


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


class Interaction(Table, table=True):
    """A visit, a call, a class visit … of a visitor or of a person. Erasure leaves it without either."""

    __tablename__ = "interaction"
    __table_args__ = (
        Index("interaction_of_person", "person_id", "at"),
        Index("interaction_of_visitor", "visitor_id", "at"),
        CheckConstraint("visitor_id IS NULL OR person_id IS NULL", name="interaction_of_one"),
    )
    id: UUID = Field(primary_key=True)
    visitor_id: UUID | None = None
    person_id: UUID | None = None
    channel: Channel = code()
    kind: Kind = code()
    at: datetime = moment()
    known_at: datetime = moment()
    opportunity_id: UUID | None = None
    campaign: str | None = None
    bot: bool = False


class Identity(Table, table=True):
    """This visitor is that person. Visits keep their visitor: taking the row away undoes the merge."""

    __tablename__ = "identity"
    visitor_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    known_at: datetime = moment()


class Opportunity(Table, table=True):
    """An opportunity that was posted: views of anything else don't count."""

    __tablename__ = "opportunity"
    id: UUID = Field(primary_key=True)
    product: str
    country: str
    known_at: datetime = moment()


# --- who sees what: the predicate that every query carries


def leads_of(caller: Caller) -> ColumnElement[bool]:
    """Oneself, or the leads of the caller's entity and below; nobody sees the erased."""
    own = visible(caller, person=Lead.id, sending=Lead.sending_entity_id)
    return and_(own, Lead.erased_at.is_(None))  # type: ignore[union-attr]
