"""Who calls whom: hand a lead over, give it back, tell of a talk; how many each member calls, and when."""

from dataclasses import dataclass
from datetime import time
from typing import Annotated, Self
from uuid import UUID

from annotated_types import Len
from pydantic import ConfigDict, Field, model_validator

from services.scoring.policy.handover import Refusal
from services.scoring.policy.interactions import Channel, Kind
from services.scoring.policy.lead_facts import TALKS
from shared.web.schemas import Body, Day, Moment

MEMBER = "0198f2a4-5b1c-7e7a-9c55-6f1f2f3b4c5e"
WEEKDAY = Field(ge=1, le=7)


class Assignment(Body):
    """To which member of the lead's entity."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"member_id": MEMBER}]})
    member_id: UUID


class Giving(Body):
    """Why the member gives the lead back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "knows_personally"}]})
    reason: Refusal


class Talk(Body):
    """A personal contact: somebody of ours and the customer, by whatever channel."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"channel": "phone", "kind": "call", "at": "2026-02-02T09:00:00Z"}]}
    )
    channel: Channel
    kind: Kind
    at: Moment

    @model_validator(mode="after")
    def _personal(self) -> Self:
        if self.kind not in TALKS:
            raise ValueError(f"a personal contact is one of {', '.join(sorted(TALKS))}")
        return self


class CallingBody(Body):
    """What an entity says of calling, whole; what it leaves out is up to the entity above it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"calls_per_week": 10, "due_hours": 16}]})
    calls_per_week: int | None = Field(None, ge=0, le=200, description="Leads that a manager calls in a whole week")
    due_hours: int | None = Field(None, ge=1, le=80, description="Working hours from the hand-over to the contact")
    least_score: float | None = Field(
        None, ge=0, le=1, description="Leads from this score on are handed over too, when no qualified one waits"
    )
    weekdays: Annotated[list[Annotated[int, WEEKDAY]], Len(1, 7)] | None = Field(
        None, description="ISO weekdays on which it works; 1 is Monday"
    )
    opens: time | None = Field(None, description="Wall time", examples=["09:00"])
    closes: time | None = Field(None, description="Wall time", examples=["17:00"])
    holidays: Annotated[list[Day], Len(0, 60)] = Field(
        default_factory=list, description="Beside those of the entities above"
    )


class AbsenceBody(Body):
    """Days on which a member is away, both included."""

    from_on: Day
    to_on: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not 0 <= (self.to_on - self.from_on).days <= 366:
            raise ValueError("an absence ends on or after its first day, within a year")
        return self


class CallerBody(Body):
    """How many leads a member calls in a whole week (null: what holds for the role), and when they are away."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"calls_per_week": 6, "absences": [{"from_on": "2026-07-01", "to_on": "2026-07-14"}]}]
        }
    )
    calls_per_week: int | None = Field(None, ge=0, le=200)
    absences: Annotated[list[AbsenceBody], Len(0, 20)] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AssignLead:
    lead_id: UUID
    member_id: UUID


@dataclass(frozen=True, slots=True)
class ReassignLead:
    hand_over_id: UUID
    member_id: UUID


@dataclass(frozen=True, slots=True)
class RefuseLead:
    hand_over_id: UUID
    reason: Refusal


@dataclass(frozen=True, slots=True)
class RecordTalk:
    lead_id: UUID
    talk: Talk


@dataclass(frozen=True, slots=True)
class SetCalling:
    entity_id: UUID
    body: CallingBody


@dataclass(frozen=True, slots=True)
class SetCaller:
    member_id: UUID
    body: CallerBody
