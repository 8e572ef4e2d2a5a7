"""What is answered about templates, about past decisions against their outcomes, and about a market over time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.scoring.schemas.sheets import TallyOut
from shared.web.schemas import Out


class TemplateOut(Out):
    """A version of a template. Without an entity it is for everybody; `shipped` ones came with the room."""

    template: str
    version_number: int
    entity_id: UUID | None
    shipped: bool
    title: str
    criteria: int
    published_by: str | None
    published_at: datetime | None


class TemplateDetail(TemplateOut):
    """With all that it says, as it can be published again, changed."""

    content: dict[str, Any]
    numbers: dict[str, str] = Field(description="Criterion → its number, such as 2.3")


class TemplatesOut(Out):
    """Templates."""

    items: list[TemplateOut]


class RateOut(Out):
    """`part` of `n`, with a 95 % interval; no rate where there are too few."""

    part: int
    n: int
    rate: float | None
    low: float | None
    high: float | None


class AreaOut(Out):
    """The chance that one that was won had the higher score; none where there are too few of either."""

    won: int
    lost: int
    value: float | None
    low: float | None
    high: float | None


class BandOut(Out):
    """Scores from `low` to `high`, and how many of them were won."""

    low: float
    high: float
    won: RateOut


class LiftOut(Out):
    """Won with a + less won with a −, with a 95 % interval."""

    criterion: str
    plus: RateOut
    minus: RateOut
    difference: float | None
    low: float | None
    high: float | None


class SuggestedOut(Out):
    """A criterion's share of the weight, as it is and as outcomes suggest. A suggestion: nothing applies it."""

    criterion: str
    share: float
    suggested: float
    low: float
    high: float
    clear: bool = Field(description="The interval leaves the present share out")
    weight: int = Field(description="A whole number for a template")


class SuggestionOut(Out):
    """Weights by Bayesian shrinkage towards the present ones, or why there are none."""

    only_a_suggestion: bool = Field(True, description="Nothing is ever changed by it; publish a version, or don't")
    cases: int
    weights: list[SuggestedOut]
    why: str | None


class TrackRecordOut(Out):
    """How well decisions foretold outcomes; each sheet counts once, with its last decision before the outcome."""

    template: str
    decided: int = Field(description="Sheets on which something was decided")
    pending: int
    withdrawn: int
    decided_too_late: int = Field(description="Ended before anything was decided: they can't be foretold")
    cases: int = Field(description="Won or lost after a decision")
    refused_by_rule: int = Field(description="Cases that went on although the rule had refused them")
    rule_right: RateOut
    human_right: RateOut
    overruled_right: RateOut = Field(description="Where the human decided against the rule: how often that was right")
    area: AreaOut
    bands: list[BandOut]
    lifts: list[LiftOut]
    suggestion: SuggestionOut
    enough_data: bool


class MeasuredOut(Out):
    """A market as it was assessed once."""

    decision_id: UUID
    sheet_id: UUID
    at: datetime
    template_version: int
    level: str
    rule: str
    whole: TallyOut
    groups: dict[str, TallyOut]
    answers: dict[str, str]


class ChangeOut(Out):
    """From one assessment to the next: on how many `criteria`, known both times, what got better and what worse."""

    at: datetime
    criteria: int
    better: list[str]
    worse: list[str]
    new_questions: list[str]
    gone_questions: list[str]


class ComparisonOut(Out):
    """A market over time, the oldest assessment first."""

    entity_id: UUID
    template: str
    groups: list[str]
    measured: list[MeasuredOut]
    changes: list[ChangeOut]
