"""What can be told about versions of plans."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from shared.web.schemas import Body

EXAMPLE = {
    "touchpoints": [
        {
            "code": "first-day-reminder", "title": "Reminder of the first day of work", "audience": "ep",
            "trigger": {"anchor": "start", "days": -5, "at": "09:00"}, "channels": ["email"],
            "letter": "first-day-reminder", "needs": ["person"], "late": {"policy": "skip", "after_hours": 24},
            "weight": "nudge",
        }
    ],
    "without": [],
}  # fmt: skip
PlanName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$"),
    Field(description="The plan that this is a version of; `default` is the shipped one", examples=["sweden"]),
]


class PlanSource(Body):
    """What a version says: as values, or as a YAML text with the same fields."""

    content: dict[str, Any] | None = Field(
        None,
        description="`touchpoints` that it adds or replaces by code, `without`: codes left out",
        examples=[EXAMPLE],
    )
    yaml: Annotated[str, StringConstraints(max_length=500_000)] | None = Field(
        None, description="The same as YAML, instead of `content`"
    )

    @model_validator(mode="after")
    def _one(self) -> "PlanSource":
        if (self.content is None) == (self.yaml is None):
            raise ValueError("give either content or yaml")
        return self


class DraftPlan(PlanSource):
    """A new version of a plan, to be looked at before it is published."""

    plan: PlanName
    entity_id: UUID | None = Field(
        None, description="The committee that it is for, and those below it; none: for everybody"
    )


@dataclass(frozen=True, slots=True)
class ChangeDraft:
    version_id: UUID
    what: PlanSource


@dataclass(frozen=True, slots=True)
class MeasureRadius:
    version_id: UUID


class ApplyTo(StrEnum):
    """Who follows a published version: applications that begin now, or those under way as well."""

    new = "new"
    running = "running"


class Publication(Body):
    """How a version comes into use."""

    apply_to: ApplyTo = Field(ApplyTo.new, description="New applications only, or those under way as well")
    radius: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")] | None = Field(
        None, description="The digest of the blast radius that was seen; needed for `running`", examples=["ab" * 32]
    )


@dataclass(frozen=True, slots=True)
class PublishPlan:
    version_id: UUID
    what: Publication


@dataclass(frozen=True, slots=True)
class RetirePlan:
    version_id: UUID
