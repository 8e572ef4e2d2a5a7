"""Chances per transition as they stand, and their course."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field

from services.scoring.model.table import Table
from services.scoring.policy.spells import State
from services.scoring.policy.transitions import Transition
from shared.storage.columns import changed_moment, code, document, moment


class Said(Table):
    """What is said of somebody's transition: how it stands, the chance, its reasons, and by which model.

    `probability` is None where the model abstains. `rules` is what rules say, `shadow` what each challenger says.
    """

    since: datetime = moment()
    state: State = code(State)
    ended_at: datetime | None = moment(default=None)
    probability: float | None = None
    base_log_odds: float
    terms: list[dict[str, Any]] = document()
    features: dict[str, Any] = document()
    low: float | None = None
    high: float | None = None
    evidence: int
    abstains: str | None = None
    model: str
    model_id: UUID | None = None
    rules: float | None = None
    shadow: dict[str, float] = document()


class Chance(Said, table=True):
    """What is said now of a subject (a person or an enabler) and a transition. Written with its lead locked."""

    __tablename__ = "chance"
    __table_args__ = (
        Index("chance_open", "transition", "subject_id", postgresql_where=text("state = 'open'")),
        Index("chance_waits", "transition", "since", postgresql_where=text("state = 'open'")),
        Index("ix_chance_changed_at", "changed_at"),
    )
    subject_id: UUID = Field(primary_key=True)
    transition: Transition = code(Transition, primary_key=True)
    scored_at: datetime = moment()
    version: int = 1
    changed_at: datetime = moment()


class Trait(Table, table=True):
    """What is known of a subject that no model may look at, for reports of fairness only."""

    __tablename__ = "trait"
    subject_id: UUID = Field(primary_key=True)
    country: str


class ChanceChange(Said, table=True):
    """A point of a chance's course, as it was said then and by what was known then. Never changed."""

    __tablename__ = "chance_change"
    __table_args__ = (
        Index("chance_change_course", "subject_id", "transition", "at", "id"),
        Index("chance_change_lately", "transition", "at"),
        Index("chance_change_ended", "transition", "at", postgresql_where=text("state <> 'open'")),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger)  # tells the order within one moment
    subject_id: UUID
    transition: Transition = code(Transition)
    at: datetime = moment()
    cause: str
    changed_at: datetime = changed_moment()
