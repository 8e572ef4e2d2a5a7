"""Simulations that somebody asked for, and experiments with letters and times."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from services.notifications.model.table import Table
from shared.storage.columns import changed_moment, code, document, moment


class RunState(StrEnum):
    """A simulation waits, runs in a process of its own, and ends in one of three ways."""

    queued = "queued"
    running = "running"
    done = "done"
    failed = "failed"
    cancelled = "cancelled"


class SimulationRun(Table, table=True):
    """A simulation: what is to be run (`request`), how far it is, and its report. No person's name is in it."""

    __tablename__ = "simulation_run"
    __table_args__ = (
        Index("simulation_run_open", "created_at", postgresql_where=text("state IN ('queued', 'running')")),
    )
    id: UUID = Field(primary_key=True)
    owner: str
    entity_id: UUID | None = None
    state: RunState = code(RunState)
    request: dict[str, Any] = document()
    report: dict[str, Any] | None = document(default=None)
    reason: str | None = None
    done: int = 0
    total: int = 0
    lease_until: datetime | None = moment(default=None)
    created_at: datetime = moment()
    finished_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


class TrialState(StrEnum):
    """The life of an experiment."""

    draft = "draft"
    running = "running"
    stopped = "stopped"
    decided = "decided"


class Experiment(Table, table=True):
    """Two or more variants of one touchpoint, measured by one metric; `planned` people a variant, set before it runs.

    `looks` are the interim figures that were shown: each spends some of alpha.
    """

    __tablename__ = "experiment"
    __table_args__ = (
        Index("experiment_running", "touchpoint", unique=True, postgresql_where=text("state = 'running'")),
    )
    id: UUID = Field(primary_key=True)
    title: str
    touchpoint: str
    entity_id: UUID | None = None
    metric: str
    variants: list[dict[str, Any]] = document()
    baseline: float
    effect: float
    alpha: float
    power: float
    planned: int
    state: TrialState = code(TrialState)
    verdict: str | None = None
    looks: list[dict[str, Any]] = document(default_factory=list)
    author: str
    created_at: datetime = moment()
    started_at: datetime | None = moment(default=None)
    ended_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


class Assignment(Table, table=True):
    """A person in an experiment, once: the variant is drawn by a hash and kept; `outcome_at`: the metric came."""

    __tablename__ = "assignment"
    experiment_id: UUID = Field(primary_key=True, foreign_key="experiment.id")
    person_id: UUID = Field(primary_key=True)
    variant: int
    touchpoint_id: UUID = Field(index=True)
    application_id: UUID | None = Field(default=None, index=True)
    assigned_at: datetime = moment()
    exposed_at: datetime | None = moment(default=None)
    outcome_at: datetime | None = moment(default=None)
