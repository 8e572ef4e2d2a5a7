"""What is answered about chances."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.scoring.policy.spells import State
from services.scoring.policy.transitions import Transition
from services.scoring.schemas.scores import ReasonOut
from shared.web.schemas import Out


class IntervalOut(Out):
    """The middle 95 % of what the model holds possible."""

    low: float
    high: float


class WhatIfOut(Out):
    """What the model would say if this were so. A comparison of people, not a promise: nobody tried it out."""

    code: str
    text: str = Field(examples=["one more personal contact"])
    probability: float
    by: float = Field(description="The difference to the chance as it stands")


class ChanceOut(Out):
    """The chance of one transition within its horizon from `scored_at`; null where it is over or the model abstains."""

    transition: Transition
    what: str = Field(examples=["somebody who signed up applies"])
    horizon_days: int
    state: State = Field(description="`open`: on the way. `reached`, `ended`: over, there is nothing to foretell")
    since: datetime = Field(description="When it began")
    probability: float | None
    abstains: str | None = Field(description="Why there is no probability; the base rate stands beside it")
    base_rate: float = Field(description="The probability before anything is known of this subject")
    base_log_odds: float
    interval: IntervalOut | None = Field(description="None for rules: they have no outcomes to take it from")
    evidence: int = Field(description="Own outcomes that the model has learned from")
    evidence_text: str = Field(examples=["rules, no own outcomes learned from"])
    reasons: list[ReasonOut] = Field(description="All of them: with the base they add up to the log-odds")
    top_for: list[str] = Field(description="The heaviest reasons for it, in words")
    top_against: list[str] = Field(description="The heaviest reasons against it, in words")
    what_would_change: list[WhatIfOut]
    model: str
    model_id: UUID | None = Field(description="None for rules")
    scored_at: datetime


class ChancesOut(Out):
    """All transitions that somebody has begun; with `as_of` as they were said then, by what was known then."""

    subject_id: UUID
    as_of: datetime | None
    chances: list[ChanceOut]


class ChancePointOut(Out):
    """A point of a chance's course."""

    at: datetime
    state: State
    since: datetime
    probability: float | None
    abstains: str | None
    base_log_odds: float
    reasons: list[ReasonOut]
    model: str
    cause: str
