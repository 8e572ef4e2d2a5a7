"""Simulations and their reports."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.notifications.model.studies import RunState
from shared.web.schemas import Out


class SimulationOut(Out):
    """A simulation: how far it is."""

    id: UUID
    state: RunState
    done: int = Field(description="Experiences that are through")
    total: int
    reason: str | None = Field(description="Why there is no report", examples=["failed"])
    request: dict[str, Any]
    created_at: datetime
    finished_at: datetime | None
    version: int


class SimulationReportOut(SimulationOut):
    """A simulation with its report: messages, tasks, standards, budget, load per week, and the difference of two."""

    report: dict[str, Any] | None
