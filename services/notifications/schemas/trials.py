"""Experiments and what may be said of them so far."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.notifications.model.studies import TrialState
from shared.web.schemas import Out


class ExperimentOut(Out):
    """An experiment. Rates stand in `looks` only: each was paid for with some of alpha, and says how much is left."""

    id: UUID
    title: str
    touchpoint: str = Field(examples=["first-day-reminder"])
    entity_id: UUID | None
    metric: str = Field(examples=["document_opened"])
    variants: list[dict[str, Any]]
    baseline: float
    effect: float
    alpha: float
    power: float
    planned: int = Field(description="People a variant, set before it ran", examples=[388])
    people: list[int] = Field(description="Who got each variant so far; not what became of it")
    state: TrialState
    verdict: str | None = Field(description="The variant that won, or `undecided`", examples=["undecided"])
    looks: list[dict[str, Any]]
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    version: int
