"""What is answered about actions, suggestions and their outcomes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.scoring.policy.actions import Aim, Channel, Class, Doer
from services.scoring.policy.effects import Verdict
from services.scoring.policy.suggesting import Arm, Evidence, State
from shared.contracts.surveys import Party
from shared.web.schemas import Out

NO_EVIDENCE = "no evidence yet: ordered by rules"
WORDS = {
    Verdict.none: "no evidence yet",
    Verdict.open: "measured, and not clear yet",
    Verdict.works: "it works",
    Verdict.harms: "it does harm: it isn't suggested any more",
}


class EffectOut(Out):
    """What an action adds to the chance that its aim is reached, with 95 % bounds."""

    difference: float
    low: float
    high: float

    @classmethod
    def of(cls, bounds: tuple[float, float, float] | list[float] | None) -> "EffectOut | None":
        return None if bounds is None else cls(difference=bounds[0], low=bounds[1], high=bounds[2])


class WhyOut(Out):
    """One reason: the fact, and what a person reads."""

    fact: str = Field(examples=["opportunities"])
    value: float | str | None
    text: str = Field(examples=["looked at 3 opportunities in the last 14 days"])


class SuggestionOut(Out):
    """What should be done next with a customer, why, when, and what it is expected to bring."""

    id: UUID
    action: str = Field(examples=["call-viewer"])
    title: str
    side: Party
    party_id: UUID | None = Field(description="The EP or the enabler")
    application_id: UUID | None
    state: State
    doer: Doer
    touchpoint: str = Field(
        description="The entry of the touchpoint plan that carries it out", examples=["suggested-call"]
    )
    channel: Channel
    budget: Class = Field(description="What the contact counts as")
    minutes: int = Field(description="Of somebody's time")
    reasons: list[WhyOut]
    local_at: datetime = Field(description="When, as a wall time in `zone`")
    zone: str
    expires_at: datetime
    aim: Aim
    horizon_days: int
    expected: EffectOut | None = Field(description="Empty: no evidence yet")
    basis: Evidence = Field(description="What its place in the list rests on: rules, or a measured effect")
    evidence: str = Field(examples=[NO_EVIDENCE])
    segment: str = Field(description="In which the effect is expected")
    why: str | None = Field(description="Why it ended so")
    note: str | None
    suggested_at: datetime
    settled_at: datetime | None
    version: int


class NextActionOut(Out):
    """What should be done next with one customer, the largest expected gain first; empty: nothing now."""

    party_id: UUID
    side: Party
    items: list[SuggestionOut]


class EffectInSegmentOut(Out):
    """An action's effect in one segment, drawn to the whole as far as there are few people in it."""

    segment: str
    treated: int
    held: int
    effect: EffectOut


class EvidenceOut(Out):
    """What is known of an action's effect. Only those count whose horizon has ended, and each customer once."""

    verdict: Verdict
    text: str = Field(examples=["no evidence yet"])
    treated: int
    treated_reached: int
    held: int
    held_reached: int
    effect: EffectOut | None = Field(description="Difference of the rates, treated less held, at this one look")
    always: EffectOut | None = Field(description="Bounds that hold at all looks together: the verdict goes by them")
    segments: list[EffectInSegmentOut]
    measured_at: datetime | None


class ActionOut(Out):
    """An action: when it applies, what it costs, and what is known of its effect."""

    code: str = Field(examples=["call-viewer"])
    title: str
    side: Party
    doer: Doer
    touchpoint: str
    channel: Channel
    budget: Class
    minutes: int
    when: list[dict[str, Any]] = Field(examples=[[{"fact": "opportunities", "at_least": 2}]])
    aim: Aim
    horizon_days: int
    cool_down_days: int
    expires_days: int
    trial: int
    guess: float = Field(description="The gain that is assumed until one is measured; it orders, and is no effect")
    share: float = Field(description="That holds for the caller's committee, or in general")
    setting: int = Field(description="The version that says so; 0: the catalogue")
    evidence: EvidenceOut


class ActionsOut(Out):
    """All actions, and the version of the catalogue."""

    catalogue: int
    items: list[ActionOut]


class ActionShareOut(Out):
    """What a committee says of an action's share, for itself and all below it. Version 0: nothing."""

    entity_id: UUID
    action: str = Field(examples=["call-viewer"])
    share: float | None
    author: str | None = None
    at: datetime | None = None
    version: int


class OutcomeLineOut(Out):
    """A line of the outcome ledger whose horizon has ended."""

    id: UUID
    action: str
    catalogue: int
    setting: int
    trial: int
    segment: str
    arm: Arm
    draw: float
    share: float
    first: bool = Field(description="The customer's first one in this trial: only those are counted")
    state: State
    suggested_at: datetime
    until: datetime
    reached_at: datetime | None
