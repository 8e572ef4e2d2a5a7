"""What can be asked of estimates, by people and by the worker."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.journeys.policy.questions import Question
from shared.web.schemas import Body


class AskEstimate(Body):
    """What is to be worked out: a kind's own `params`, narrowed down to a `segment` of `GET /v1/segments`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"params": {"of": "people", "since": "2025-01-01"}}, {}]})
    params: dict[str, Any] = Field(default_factory=dict, description="As `GET /v1/estimate-kinds` tells")
    segment: UUID | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """The body, for one kind."""

    kind: str
    what: AskEstimate


@dataclass(frozen=True, slots=True)
class ClaimEstimate:
    """The worker takes up the next question."""

    lease: timedelta


@dataclass(frozen=True, slots=True)
class EstimateWork:
    """What the worker has to do."""

    estimate_id: UUID
    question: Question
    now: datetime


@dataclass(frozen=True, slots=True)
class TellEstimate:
    """How far the work is, from 0 to 1; the lease is held on to. `progress` None: no news."""

    estimate_id: UUID
    lease: timedelta
    progress: float | None = None


@dataclass(frozen=True, slots=True)
class EndEstimate:
    """What came of it; without a result it failed, for this `reason`."""

    estimate_id: UUID
    result: dict[str, Any] | None = None
    as_of: datetime | None = None
    seen: datetime | None = None
    seconds: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class KeepEstimates:
    """The worker keeps by itself what the pages of its caller's scope begin with."""


@dataclass(frozen=True, slots=True)
class PlanEstimates:
    """Have those made again whose facts have moved on."""
