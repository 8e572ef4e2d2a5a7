"""What can be told about improvements of journeys."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from services.journeys.policy.improvements import ImprovementKind
from shared.web.schemas import Body, Day, Line, Prose

Part = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]


class ImprovementBody(Body):
    """What an improvement is now. Who works on it are members; nothing about persons belongs into the description."""

    kind: ImprovementKind = Field(examples=["concept"])
    title: Line = Field(examples=["Pick-up information as a picture"])
    description: Prose | None = Field(None, examples=["A map and a photo of the meeting point instead of a text."])
    step: Part = Field(description="A step of the journey's blueprint", examples=["prepare"])
    item: Part | None = Field(None, description="An item of that step", examples=["pickup-information"])
    owner_id: UUID | None = Field(None, description="The member who does it", examples=[None])
    sponsor_id: UUID | None = Field(None, description="The member who stands up for it", examples=[None])
    due_on: Day | None = Field(None, examples=["2026-03-01"])
    launched_on: Day | None = Field(None, description="When customers got it; needed once launched", examples=[None])

    @model_validator(mode="after")
    def _launched(self) -> "ImprovementBody":
        if self.kind is ImprovementKind.launched and self.launched_on is None:
            raise ValueError("say when it was launched")
        return self


class ProposeImprovement(ImprovementBody):
    """A new improvement of a journey, for a committee and those below it or for everybody."""

    journey: Part = Field(examples=["ep"])
    entity_id: UUID | None = Field(None, description="The committee that it is for; none: everybody", examples=[None])


@dataclass(frozen=True, slots=True)
class ChangeImprovement:
    improvement_id: UUID
    what: ImprovementBody
