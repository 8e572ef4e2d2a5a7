"""What is answered about scores and leads."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from shared.web.schemas import Out


class LeadState(StrEnum):
    """Which leads: those still on their way to an approval, those approved, or both."""

    open = "open"
    converted = "converted"
    any = "any"


class ReasonOut(Out):
    """One term of a score; `log_odds` of all reasons and the base add up to those of the score."""

    code: str
    log_odds: float
    text: str = Field(examples=["visited 5 opportunities in the last 14 days (+0.62)"])


class ScoreOut(Out):
    """The chance that the lead gets approved, why, and how much is behind it."""

    person_id: UUID
    score: float
    base_log_odds: float
    reasons: list[ReasonOut]
    model: str
    transition: str = Field(description="What the score is the chance of")
    state: LeadState = Field(description="`converted`: this transition is over, the score stands as it was before")
    interval: None = Field(None, description="Rules have no outcomes to take an interval from")
    evidence: str = Field(examples=["rules, no own outcomes yet"])
    outcomes: int = Field(description="Leads approved so far, as far as this room knows")
    scored_at: datetime
    qualified_at: datetime | None
    converted_at: datetime | None
    version: int


class ScoreChangeOut(Out):
    """A point of a lead's course. After `outcome` the score means nothing new: it stands as it was before."""

    at: datetime
    score: float
    base_log_odds: float
    reasons: list[ReasonOut]
    model: str
    cause: str = Field(description="Type of the event, or what else made it necessary")
    outcome: str | None
