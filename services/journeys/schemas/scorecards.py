"""What is answered about scorecards."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.journeys.policy.measures import Direction, Kind, Measure
from services.journeys.policy.scorecards import CardState, Rhythm, Side, State
from shared.web.schemas import Out


class MeasureOut(Out):
    """A line of the catalogue: what can be measured."""

    measure: Measure
    kind: Kind
    direction: Direction = Field(description="Which way is better")
    least: float
    most: float
    ripens_days: int = Field(description="How long after its end a period's figure may still change")
    of: str = Field(examples=["accepted applications whose note was signed"])


class PeriodOut(Out):
    """One period: its figure with n and interval (95 %), the target that held at its end, and how the two stand.

    `sure`: the whole interval lies on the figure's side of the target. Null figures: not worked out yet, or no data.
    """

    period: str = Field(examples=["2026-Q2"])
    first: date
    last: date
    n: int
    value: float | None
    low: float | None
    high: float | None
    target: float | None
    state: State
    sure: bool


class ScorecardOut(Out):
    """A scorecard; `now` is the period that runs, `before` the one that has ended last."""

    id: UUID
    entity_id: UUID
    entity: str | None = Field(description="What the committee is called", examples=["Cluj"])
    side: Side
    measure: Measure
    kind: Kind
    direction: Direction
    rhythm: Rhythm
    zone: str = Field(examples=["Europe/Bucharest"])
    owner_id: UUID | None
    note: str
    state: CardState
    target: float | None = Field(description="That holds today")
    now: PeriodOut
    before: PeriodOut
    trend: list[PeriodOut] = Field(description="All periods that are worked out, the oldest first")
    as_of: datetime | None = Field(description="What was known then is what the figures are made of")
    working: bool = Field(description="Whether figures are being worked out")
    made_by: str
    made_at: datetime
    version: int


class TargetOut(Out):
    """A target as it was set."""

    number: int
    value: float | None
    from_on: date
    set_at: datetime
    set_by: str
