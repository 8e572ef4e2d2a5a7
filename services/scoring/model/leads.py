"""Leads, the course of their scores, and how it ended."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Index, and_
from sqlmodel import Field

from services.scoring.model.table import Table
from shared.access import Caller
from shared.storage.columns import changed_moment, document, moment
from shared.storage.scope import visible


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


# --- who sees what: the predicate that every query carries


def leads_of(caller: Caller) -> ColumnElement[bool]:
    """Oneself, or the leads of the caller's entity and below; nobody sees the erased."""
    own = visible(caller, person=Lead.id, sending=Lead.sending_entity_id)
    return and_(own, Lead.erased_at.is_(None))  # type: ignore[union-attr]
