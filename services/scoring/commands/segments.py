"""What can be asked about segments, corridors and budgets."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.scoring.policy.corridors.ways import Walked
from services.scoring.policy.segments.catalogue import Party
from shared.web.schemas import Body, Line, Name, Prose

RULE: dict[str, Any] = {
    "all": [
        {"field": "wants.products", "op": "has_any", "value": ["talent"]},
        {"field": "visits.90", "op": "ge", "value": 5},
        {"not": {"field": "stage", "op": "one_of", "value": ["approved", "realized", "completed"]}},
    ]
}
Condition = dict[str, Any]


def _example(**value: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [value]})


class MakeSegment(Body):
    """A segment of the caller's entity and all below it; a global manager's is of everybody."""

    model_config = _example(party="ep", name="Warm for talent", condition=RULE)
    party: Party
    name: Name
    condition: Condition = Field(description="A condition over the fields of `GET /v1/segment-fields`")


class NewRule(Body):
    """Another rule for a segment: its next version."""

    model_config = _example(condition=RULE)
    condition: Condition


@dataclass(frozen=True, slots=True)
class ChangeRule:
    segment_id: UUID
    condition: Condition


@dataclass(frozen=True, slots=True)
class RetireSegment:
    segment_id: UUID


class PlanOfSegment(Body):
    """What a manager says in the sheet: where we stand for this segment, what we do for it, and whether we want it."""

    model_config = _example(
        position="The safe first time abroad", programme="Call within two days; a talk with a returner", target=True,
        reason="Converts twice as often as the rest",
    )  # fmt: skip
    position: Prose = ""
    programme: Prose = ""
    target: bool | None = Field(None, description="Whether it is a target; null: not decided")
    reason: Line | None = None


@dataclass(frozen=True, slots=True)
class WritePlan:
    segment_id: UUID
    what: PlanOfSegment


@dataclass(frozen=True, slots=True)
class BlankPlan:
    """The words of a version go, because they name somebody; that it was there stays."""

    segment_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class AskFigures:
    segment_id: UUID


class AskSearch(Body):
    """Look for segments that nobody has thought of, among the EPs or enablers of one's entity and below."""

    model_config = _example(party="ep", seed=1)
    party: Party = Party.ep
    seed: int = Field(1, ge=0, le=2**31 - 1, description="The same seed on the same data gives the same answer")


class Freezing(Body):
    """A found segment becomes a segment with a rule."""

    model_config = _example(cluster=0, name="Young explorers")
    cluster: int = Field(ge=0, le=20, description="Which of the found ones")
    name: Name


@dataclass(frozen=True, slots=True)
class FreezeFound:
    search_id: UUID
    what: Freezing


class AskCorridor(Body):
    """Mine the ways to a transition: of a segment, or of all EPs or enablers of one's entity and below."""

    model_config = _example(transition="approved", segment_id="0198f2a4-5b1c-7e7a-9c55-6f1f2f3b4c5d")
    transition: Walked = Walked.approved
    segment_id: UUID | None = None
    party: Party = Field(Party.ep, description="Whose ways, where no segment is named")


class Budget(Body):
    """What an EP can spend, in euro a month, as they told a manager; null takes it back."""

    model_config = _example(budget=400)
    budget: float | None = Field(ge=0, le=1_000_000)


@dataclass(frozen=True, slots=True)
class NoteBudget:
    person_id: UUID
    budget: float | None


@dataclass(frozen=True, slots=True)
class RefreshSegments:
    """Look again at up to so many who were noted."""

    most: int


@dataclass(frozen=True, slots=True)
class KeepFigures:
    """What was counted for a sheet."""

    segment_id: UUID
    document: dict[str, Any]
    number: int


@dataclass(frozen=True, slots=True)
class KeepReport:
    """What a search or a mining came to; None: it can't be done."""

    id: UUID
    report: dict[str, Any] | None
