"""What is answered about leads: lists with counts, the course of a lead, and who lapsed and came back."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from services.scoring.policy.lead_stages import LeadStage
from services.scoring.policy.lifecycle import Lifecycle
from services.scoring.schemas.scores import LeadState
from shared.contracts.surveys import Party
from shared.web.paging import PageOf
from shared.web.schemas import Out


class LeadSort(StrEnum):
    """The likeliest first; who came to the stage last; or whose contact is due first (in somebody's hands only)."""

    score = "score"
    newest = "newest"
    due = "due"


class LeadOut(Out):
    """A lead in a list, with its three heaviest reasons in words."""

    id: UUID = Field(description="The person, the enabler, or the prospect")
    party: Party
    person_id: UUID | None
    enabler_id: UUID | None
    prospect: bool = Field(description="An enabler that a manager entered and that isn't registered")
    entity_id: UUID = Field(description="Who looks after it: an EP's sending entity, an enabler's hosting one")
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
    stage: LeadStage
    stage_since: datetime
    lifecycle: Lifecycle | None
    score: float | None
    model: str | None
    state: LeadState
    top_reasons: list[str]
    scored_at: datetime | None
    qualified_at: datetime | None
    converted_at: datetime | None
    last_sign_at: datetime | None
    contacted_at: datetime | None
    hand_over_id: UUID | None
    member_id: UUID | None = Field(description="Who has it in hand, or talked with it last")
    contact_due_at: datetime | None
    version: int


class LeadCounts(Out):
    """How many leads of the caller's scope there are, by each way of sorting them, with the other filters kept."""

    stages: dict[LeadStage, int]
    lifecycles: dict[Lifecycle, int]
    parties: dict[Party, int]


class LeadPage(PageOf[LeadOut]):
    """A page of leads, and the counts beside its filters."""

    counts: LeadCounts | None = Field(None, description="On the first page")


class StageChangeOut(Out):
    """A lead came to a stage: since when it holds, when it was known, and why."""

    former: LeadStage | None
    stage: LeadStage
    at: datetime
    known_at: datetime
    why: str
    cause: str = Field(description="Type of the event, or what else made it known")


class LeadDetail(LeadOut):
    """A lead with the course of its stages."""

    course: list[StageChangeOut]


class FunnelOut(Out):
    """How many there are at each stage now. Strangers and visitors of the EPs' side are anonymous: they belong to no
    entity, and are counted over a window."""

    party: Party
    stages: dict[LeadStage, int]
    since: datetime = Field(description="From when on strangers and visitors were counted")


class CountedOut(Out):
    """A share of counted cases with its 95 % interval (Wilson); null when there are none."""

    part: int
    n: int
    share: float | None
    low: float | None
    high: float | None


class WinBackOut(Out):
    """Of those who lapsed in a window, how many came back: all, and apart by whether somebody talked with them.

    The two are no experiment: who is called differs from who isn't.
    """

    since: datetime
    all: CountedOut
    contacted: CountedOut
    left_alone: CountedOut


class DefinitionOut(Out):
    """What a stage or a lifecycle means."""

    code: str
    words: str
    silence_days: dict[Party, int] = Field(
        default_factory=dict, description="Days without a sign of life after which somebody at this stage has lapsed"
    )


class DefinitionsOut(Out):
    """The definitions that hold."""

    stages: list[DefinitionOut]
    lifecycles: list[DefinitionOut]
