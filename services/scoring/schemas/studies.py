"""What is answered about studies."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.scoring.policy.studies import StudyState
from services.scoring.schemas.scores import ReasonOut
from shared.web.schemas import Out


class StudyOut(Out):
    """A table that is, or was, learned from; the report once it is ready."""

    id: UUID
    entity_id: UUID | None
    name: str
    state: StudyState
    reason: str | None = Field(description="Why it failed, where it did")
    label: str
    order: str | None
    ignored: list[str]
    points: dict[str, float]
    base: float | None
    seed: int
    asked_at: datetime
    ended_at: datetime | None
    report: dict[str, Any] | None = Field(
        description="Rows and how many came true; AUC, log loss, Brier score, ECE and lift with intervals and the bins "
        "of the calibration, of the model and of each baseline, on rows that it had not seen; the learning curve"
    )
    version: int


class RowChanceOut(Out):
    """The chance of one row; base and reasons add up to its log-odds."""

    probability: float | None = Field(description="Null where the model is silent; `abstains` says why")
    low: float
    high: float
    base_log_odds: float
    reasons: list[ReasonOut]
    evidence: int = Field(description="Labels that the model has learned from")
    abstains: str | None


class RowChancesOut(Out):
    """A chance for each row that was asked about, in its order."""

    chances: list[RowChanceOut]
