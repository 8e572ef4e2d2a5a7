"""Versions of models, how they were trained, which of them spoke when, and what is watched."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field

from services.scoring.model.table import Table
from services.scoring.policy.life import ModelState, TrainingState, Why
from services.scoring.policy.transitions import Transition
from shared.storage.columns import changed_moment, code, document, moment


class Training(Table, table=True):
    """One training that was asked for; `until` is the business time up to which it may know anything."""

    __tablename__ = "training"
    __table_args__ = (Index("training_of_transition", "transition", "asked_at"),)
    id: UUID = Field(primary_key=True)
    transition: Transition = code(Transition)
    state: TrainingState = code(TrainingState, default=TrainingState.waiting)
    why: Why = code(Why)
    seed: int = Field(sa_type=BigInteger)
    until: datetime = moment()
    asked_at: datetime = moment()
    finished_at: datetime | None = moment(default=None)
    done: int = 0
    total: int = 0
    tries: int = 0
    lease_until: datetime | None = moment(default=None)
    model_id: UUID | None = None
    reason: str | None = None
    version: int = 1
    changed_at: datetime = changed_moment()


class ModelVersion(Table, table=True):
    """A trained model. `metrics` are of a later time slice; `reference` is how the numbers were spread in training."""

    __tablename__ = "model_version"
    __table_args__ = (
        UniqueConstraint("transition", "number"),
        Index("model_in_use", "transition", postgresql_where=text("state <> 'retired'")),
    )
    id: UUID = Field(primary_key=True)
    transition: Transition = code(Transition)
    number: int
    state: ModelState = code(ModelState)
    trained_at: datetime = moment()
    window_from: datetime = moment()
    window_to: datetime = moment()
    labels: int
    reached: int
    code_version: str
    seed: int = Field(sa_type=BigInteger)
    digest: str  # SHA-256 of the document: equal for equal data, code and seed
    features: list[str] = document()
    metrics: dict[str, Any] = document()
    reference: dict[str, Any] = document()
    retired_at: datetime | None = moment(default=None)
    retired_why: str | None = None
    version: int = 1
    changed_at: datetime = changed_moment()


class ModelDocument(Table, table=True):
    """All of a model, apart from its version: lists of versions don't carry it."""

    __tablename__ = "model_document"
    id: UUID = Field(primary_key=True)
    document: dict[str, Any] = document()


class Reigned(Table, table=True):
    """From `at` on this version spoke for its transition (None: rules); `back` when it came by a roll back."""

    __tablename__ = "reign"
    __table_args__ = (Index("reign_of_transition", "transition", "id"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger)
    transition: Transition = code(Transition)
    model_id: UUID | None = None
    at: datetime = moment()
    back: bool = False
    why: str
    contest: dict[str, Any] | None = document(default=None)


class Watched(Table, table=True):
    """What was found when a transition's models were last looked at, and how far scoring with a new champion is."""

    __tablename__ = "model_watch"
    transition: Transition = code(Transition, primary_key=True)
    judged_at: datetime = moment()
    contest: dict[str, Any] | None = document(default=None)
    drift: list[dict[str, Any]] = document(default_factory=list)
    calibration: dict[str, Any] | None = document(default=None)
    rescoring: bool = False
    rescored_to: UUID | None = None  # subjects up to this one have the new champion's chance
    version: int = 1
    changed_at: datetime = changed_moment()
