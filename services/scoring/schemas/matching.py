"""What is answered about matches."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.scoring.policy.matching.ranking import Order
from services.scoring.schemas.scores import ReasonOut
from shared.web.schemas import Out

Probability = Annotated[float, Field(ge=0, le=1)]
Interval = Annotated[
    tuple[float, float] | None,
    Field(description="Where the share of yes lay among pairs of like probability later on; null: not enough outcomes"),
]


class RequirementOut(Out):
    """A hard requirement that fails, or that nobody can tell yet."""

    code: str = Field(examples=["level:en"])
    text: str = Field(examples=["en is needed at b2; how well is not stated"])


class SideOut(Out):
    """One side's chance of a yes; base and reasons add up to its log-odds."""

    probability: Probability
    interval: Interval
    base_log_odds: float
    reasons: list[ReasonOut]
    model: str
    outcomes: int = Field(description="How many outcomes the model has learned from")


class FitOut(Out):
    """Both sides of a pair: the EP applies, and the enabler then accepts."""

    probability: Probability = Field(description="That the EP applies and is accepted: the product of both")
    interval: Interval
    applies: SideOut
    accepts: SideOut
    to_clarify: list[RequirementOut] = Field(description="Not failed: nobody has stated what it takes to tell")


class CrowdOut(Out):
    """How many are on their way to the same openings. `room` thins the order, never the probability."""

    openings: int | None
    waiting: int
    expected: float = Field(description="Applications that lists of the last weeks may still bring")
    room: Probability


class MatchOut(FitOut):
    """An opportunity for the EP."""

    position: int
    opportunity_id: UUID
    enabler_id: UUID
    product: str
    field: str | None
    country: str | None
    start_on: date | None
    end_on: date | None
    posted_at: datetime | None
    crowd: CrowdOut


class ListOut(Out):
    """A bounded list, best first: it has no further pages. `version` changes with its content."""

    order: Order = Field(description="`recency` and `popularity` look at no preference")
    fallback: bool = Field(description="Another order than fit, because nothing is known to go by")
    looked_at: int = Field(description="How many pairs were looked at closely")
    left_out: dict[str, int] = Field(description="Of these, how many failed which hard requirement")
    version: int


class MatchesOut(ListOut):
    person_id: UUID
    matches: list[MatchOut]


class CandidateOut(FitOut):
    """An EP for the opportunity, as a profile in codes: who it is, is told by the applications room to who may know."""

    position: int
    person_id: UUID
    study_field: str | None
    study_level: str | None
    languages: dict[str, str | None]
    skills: list[str]
    available_from: date | None
    available_to: date | None


class CandidatesOut(ListOut):
    opportunity_id: UUID
    candidates: list[CandidateOut]


class PairOut(FitOut):
    """One pair, also when it can't be: every hard requirement that fails is named."""

    person_id: UUID
    opportunity_id: UUID
    failed: list[RequirementOut]
    crowd: CrowdOut
    version: int


class ShownListOut(Out):
    """A list that was made to be shown, and is in the ledger."""

    id: UUID
    propensity: Probability = Field(description="With which probability this order was drawn")
    drawn: bool = Field(description="False: the order follows from what is known and was not drawn")
    list: MatchesOut | CandidatesOut
