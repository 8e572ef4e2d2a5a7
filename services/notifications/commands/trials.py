"""What can be told about experiments."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from shared.web.schemas import Body, Line


class Metric(StrEnum):
    """What is hoped for: that the person opens the document by the button, answers the survey, says whether they come,
    that a task is done in time, or – counted as it is, more may be worse – that a question comes."""

    document_opened = "document_opened"
    document_acknowledged = "document_acknowledged"
    survey_answered = "survey_answered"
    seat_answered = "seat_answered"
    task_in_time = "task_in_time"
    question_asked = "question_asked"


class Variant(Body):
    """One way; what stays away is as the plan has it. The first variant is what the others are compared with."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$"), Field(examples=["as-now"])]
    letter: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")] | None = Field(
        None, description="Another letter", examples=["first-day-reminder"]
    )
    days: int | None = Field(None, ge=-366, le=366, description="Other days from the anchor", examples=[-5])
    at: time | None = Field(None, description="Another local time", examples=["17:00:00"])


class DraftExperiment(Body):
    """An experiment with one touchpoint: the number of people is worked out here, before it runs."""

    title: Line = Field(examples=["A shorter subject"])
    touchpoint: Annotated[str, StringConstraints(max_length=60), Field(examples=["first-day-reminder"])]
    entity_id: UUID | None = Field(None, description="Only with applications to or from this committee and those below")
    metric: Metric
    variants: list[Variant] = Field(min_length=2, max_length=5)
    baseline: float = Field(gt=0, lt=1, description="The rate as it is now, between 0 and 1", examples=[0.4])
    effect: float = Field(description="The least difference that is worth knowing; may be below 0", examples=[0.1])
    alpha: float = Field(0.05, ge=0.001, le=0.2, description="How often nothing may be taken for something")
    power: float = Field(0.8, ge=0.5, le=0.99, description="How often that difference is to be found when it is there")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if abs(self.effect) < 0.005 or not 0 < self.baseline + self.effect < 1:
            raise ValueError("baseline and effect make no rate that can be told apart")
        if len({variant.name for variant in self.variants}) < len(self.variants):
            raise ValueError("each variant has a name of its own")
        return self


@dataclass(frozen=True, slots=True)
class StartExperiment:
    experiment_id: UUID


@dataclass(frozen=True, slots=True)
class StopExperiment:
    experiment_id: UUID


@dataclass(frozen=True, slots=True)
class LookAtExperiment:
    experiment_id: UUID
