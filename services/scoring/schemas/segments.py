"""What is answered about segments, sheets, searches and corridors."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.scoring.policy.corridors.ways import Walked
from services.scoring.policy.segments.catalogue import About, Party, Sort
from services.scoring.policy.segments.found import Finding
from services.scoring.policy.segments.jobs import JobState, SegmentState
from services.scoring.policy.segments.membership import Move
from shared.web.schemas import Out


class SegmentFieldOut(Out):
    """A field that a rule may name, with what can be asked of it."""

    name: str = Field(examples=["wants.products"])
    sort: Sort
    about: About
    operators: list[str]
    text: str


class SegmentOut(Out):
    """A segment; `in_words` is its rule as a person reads it."""

    id: UUID
    entity_id: UUID | None
    party: Party
    name: str
    state: SegmentState
    condition: dict[str, Any]
    in_words: str
    rule: int = Field(description="The version of the rule")
    plan: int = Field(description="The version of what the sheet says; 0: nothing yet")
    search_id: UUID | None = Field(description="The search in which it was found")
    members: int
    made_at: datetime
    version: int


class SegmentRuleOut(Out):
    number: int
    condition: dict[str, Any]
    in_words: str
    from_at: datetime


class MemberOut(Out):
    """Who is in now: the id of an EP or an enabler."""

    subject_id: UUID
    entered_at: datetime
    rule: int


class MoveOut(Out):
    """Somebody came or left; null: it was somebody who was forgotten since."""

    subject_id: UUID | None
    move: Move
    at: datetime
    rule: int


class ShareOut(Out):
    """`part` of `n` with a 95 % interval."""

    part: int
    n: int
    rate: float
    low: float
    high: float


class MeanOut(Out):
    """A mean or net score of `n` answers with a 95 % interval."""

    value: float
    n: int
    low: float
    high: float


class TraitOut(Out):
    """Something that sets the group apart: shares here and elsewhere, and how many times more it is."""

    text: str = Field(examples=["visits.90 above 4: 84 % here, 31 % elsewhere (2.7 times, 2.2 … 3.3)"])
    field: str
    value: str | None
    above: float | None
    here: ShareOut
    elsewhere: ShareOut
    lift: float
    low: float
    high: float


class FiguresOut(Out):
    """What was counted. Null rates: too few to tell. `…_rest` is everybody else of the same entity and below."""

    as_of: datetime
    rule: int
    size: int
    rest: int
    entered: int = Field(description="Who came in the last 30 days")
    left: int = Field(description="Who left in the last 30 days")
    growth: float | None = Field(description="Change of the size in 30 days, as a share; null: it was empty")
    wants: list[TraitOut]
    behaviour: list[TraitOut]
    converted: ShareOut | None = Field(description="Members with an approval behind them, whenever it was")
    converted_rest: ShareOut | None
    conversion: ShareOut | None = Field(
        description="Of those who came in 90 days ago or earlier, who converted within 90 days after it"
    )
    nps: MeanOut | None
    nps_rest: MeanOut | None
    effort: MeanOut | None = Field(description="CES 2.0, 1–7, high is easy")
    effort_rest: MeanOut | None


class PlanOut(Out):
    """A version of what a manager says of the segment."""

    number: int
    position: str
    programme: str
    target: bool | None
    reason: str
    at: datetime
    blanked_at: datetime | None


class SheetOut(Out):
    """The STP sheet: the segment, what was counted of it, and what is meant to be done."""

    segment: SegmentOut
    figures: FiguresOut | None = Field(description="Null until they are counted: each night, and when asked for")
    plan: PlanOut | None
    version: int


class CountingOut(Out):
    """Figures are asked for; the sheet has them soon after."""

    segment_id: UUID
    day: date


class TriedOut(Out):
    """A number of clusters that was tried: how alike clusterings of people drawn anew are (adjusted Rand index), the
    least certain cluster (Jaccard), and the variance explained beside the most that shuffled fields explain."""

    k: int
    rand: float
    jaccard: float
    explained: float
    shuffled: float | None = Field(description="Null where it failed already")
    smallest: int
    stands: bool


class FoundOut(Out):
    """A found segment: how firmly it stands, what sets it apart, and the rule that tells it."""

    cluster: int
    people: int
    share: float
    stability: float = Field(description="Mean Jaccard index over draws; from 0.75 on it stands")
    traits: list[TraitOut]
    condition: dict[str, Any] | None = Field(description="Null: no small rule tells it")
    in_words: str | None
    precision: ShareOut | None = Field(description="Of people by the rule, who belongs to it; on people held out")
    recall: ShareOut | None


class SearchReport(Out):
    finding: Finding
    people: int
    tried: list[TriedOut]
    found: list[FoundOut]


class SearchOut(Out):
    """A search; the report is there when `state` is done."""

    id: UUID
    entity_id: UUID | None
    party: Party
    seed: int
    state: JobState
    asked_at: datetime
    known_at: datetime | None
    report: SearchReport | None


class WaitOut(Out):
    """Days: the median and the 90th percentile of `n` waits."""

    n: int
    median: float
    p90: float


class ActivityOut(Out):
    name: str = Field(examples=["opportunity_view:web"])
    cases: int
    times: int
    repeated: int = Field(description="People who had it again right away")
    returned: int = Field(description="People who came back to it after something else")
    conversion: ShareOut | None
    stopped: ShareOut | None = Field(description="Of ended ways with it, those that ended there without reaching")


class EdgeOut(Out):
    first: str
    then: str
    cases: int
    times: int
    conversion: ShareOut | None
    wait: WaitOut | None


class VariantOut(Out):
    steps: list[str]
    cases: int
    conversion: ShareOut | None
    time: WaitOut | None


class CorridorMined(Out):
    """The ways: people, conversion, time to the end in days, activities, what follows on what, the commonest ways.

    `hidden_…`: what fewer people walked than may be told, or doesn't fit.
    """

    enough: bool
    cases: int
    open: int = Field(description="Ways that go on")
    conversion: ShareOut | None
    time: WaitOut | None
    activities: list[ActivityOut]
    edges: list[EdgeOut]
    variants: list[VariantOut]
    hidden_edges: int
    hidden_variants: int


class CorridorOut(Out):
    """The corridor to a transition as of `known_at`; the report is there when `state` is done."""

    id: UUID
    entity_id: UUID | None
    party: Party
    segment_id: UUID | None
    transition: Walked
    state: JobState
    asked_at: datetime
    known_at: datetime | None
    report: CorridorMined | None


class PageLinkOut(Out):
    """A signed address that opens in any browser until it expires."""

    address: str
    expires_at: datetime


class WishesOut(Out):
    """What is known of what an EP wants."""

    person_id: UUID
    products: list[str]
    fields: list[str]
    countries: list[str]
    free_from: date | None
    free_to: date | None
    looking: bool | None
    budget: float | None = Field(description="In euro a month, as they told a manager")
