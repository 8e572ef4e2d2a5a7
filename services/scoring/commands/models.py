"""Have models trained, told about and kept; bring one back; say a word of one's own on a chance."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.scoring.policy.overrides import Verdict
from services.scoring.policy.transitions import Transition
from shared.web.schemas import Body, Line, Moment


class TrainingWish(Body):
    """A training by hand; the same data, code and seed give the same model."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"seed": 1}]})
    seed: Annotated[int, Field(0, ge=0, le=2**31 - 1)]


@dataclass(frozen=True, slots=True)
class AskTraining:
    transition: Transition
    seed: int


@dataclass(frozen=True, slots=True)
class PlanTrainings:
    """Ask for what the night or new labels make due."""


@dataclass(frozen=True, slots=True)
class ClaimTraining:
    """Take the oldest one that waits, or whose worker died, for `lease` of machine time."""

    lease: timedelta


@dataclass(frozen=True, slots=True)
class TellTraining:
    """How far it is; the answer is whether it should go on."""

    training_id: UUID
    done: int
    total: int
    lease: timedelta


@dataclass(frozen=True, slots=True)
class HoldTraining:
    """It still runs, though it says nothing."""

    training_id: UUID
    lease: timedelta


@dataclass(frozen=True, slots=True)
class Trained:
    """What the process found: the model as a document, and its figures."""

    document: dict[str, Any]
    digest: str
    window_from: datetime
    window_to: datetime
    labels: int
    reached: int
    features: list[str]
    metrics: dict[str, Any]
    reference: dict[str, Any]
    code_version: str


@dataclass(frozen=True, slots=True)
class EndTraining:
    """Its model, or the code of a reason why there is none."""

    training_id: UUID
    trained: Trained | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TrainingWork:
    """A claimed training."""

    training_id: UUID
    transition: Transition
    seed: int
    until: datetime


@dataclass(frozen=True, slots=True)
class RollBack:
    """Bring back who spoke for this transition before."""

    transition: Transition


@dataclass(frozen=True, slots=True)
class JudgeModels:
    """Look at the challenger and at drift of this transition, if the night has come."""

    transition: Transition


@dataclass(frozen=True, slots=True)
class Repaint:
    """Score the next so many subjects of a transition that has a new champion."""

    portion: int = 500


class OverrideBody(Body):
    """A probability, or hot or cold; with a reason, and until when it counts."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "transition": "approved",
                    "verdict": "hot",
                    "reason": "Her professor pays the flight.",
                    "until": "2026-06-01T00:00:00Z",
                },
                {
                    "transition": "approved",
                    "probability": 0.1,
                    "reason": "Took a job at home.",
                    "until": "2026-06-01T00:00:00Z",
                },
            ]
        }
    )
    transition: Transition
    probability: Annotated[float | None, Field(ge=0, le=1)] = None
    verdict: Verdict | None = None
    reason: Line
    until: Moment

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.probability is None) == (self.verdict is None):
            raise ValueError("give either a probability or a verdict")
        return self


@dataclass(frozen=True, slots=True)
class PutOverride:
    person_id: UUID
    body: OverrideBody


@dataclass(frozen=True, slots=True)
class EndOverride:
    person_id: UUID
    transition: Transition
