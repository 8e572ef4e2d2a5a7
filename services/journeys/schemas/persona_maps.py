"""Evidence of persona maps: figures beside items, and what customers wrote."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.journeys.policy.questions import EstimateState
from shared.web.schemas import Out


class EvidenceFigure(Out):
    """One figure: a score (NPS −100…100, else the mean on its scale), or a share of `n`; 95 % interval."""

    kind: str = Field(examples=["score"], description="score, touchpoint (done in time), channel, step (went on)")
    name: str = Field(examples=["nps:experience"])
    n: int
    value: float | None
    low: float | None
    high: float | None
    done: int | None = Field(None, description="Of a touchpoint: how often it was done")


class ItemEvidence(Out):
    """What an item of a map is shown by."""

    item: str
    figures: list[EvidenceFigure]


class MapEvidenceOut(Out):
    """Live figures beside the items of a map; `state` is that of the estimate that they are counted in."""

    design_id: UUID
    customer: str
    state: EstimateState
    as_of: datetime | None
    behind: bool
    old: bool
    working: bool
    progress: float
    watch_days: int | None = Field(description="Within which a step is to be reached")
    items: list[ItemEvidence]


class QuoteOut(Out):
    """What a customer wrote beside an NPS, in their words; gone when the person is forgotten."""

    invitation_id: UUID
    person_id: UUID
    at: datetime
    questionnaire: str
    score: int = Field(description="How likely to recommend, 0 to 10")
    text: str
