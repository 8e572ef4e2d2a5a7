"""What is answered when one asks what other rates would bring."""

from datetime import datetime

from pydantic import Field

from services.journeys.policy.questions import EstimateState
from shared.web.schemas import Out


class SpreadOut(Out):
    """The mean of the draws, and the middle 95 % of them."""

    mean: float
    low: float
    high: float


class StepOut(Out):
    """One step: what was observed (`passed` of `n` whose outcome is known, with Wilson's interval), the rate that is
    asked about instead, and how many come out of it, as it is and then."""

    step: str = Field(examples=["signed"])
    passed: int
    n: int
    open: int = Field(description="Whose outcome isn't known yet")
    rate: float | None
    low: float | None
    high: float | None
    moved: float | None
    present: SpreadOut
    scenario: SpreadOut
    difference: SpreadOut


class SimulatedFunnelOut(Out):
    """The funnel as it is and as it would be; without figures while the observed rates aren't worked out."""

    state: EstimateState = Field(description="Of the observed rates: POST /v1/estimates/funnel-rates asks for them")
    working: bool
    behind: bool
    old: bool
    progress: float
    as_of: datetime | None
    observed_volume: int
    volume: int
    seed: int
    draws: int
    steps: list[StepOut]
