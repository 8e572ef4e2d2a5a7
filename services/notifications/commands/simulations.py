"""What a simulation is asked for, and what its runner tells."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared.web.schemas import Body, Day, LanguageCode, ZoneName

Share = Annotated[float, Field(ge=0, le=1)]


class CohortWish(Body):
    """Experiences to be made up; the same seed makes the same ones."""

    size: int = Field(200, ge=1, le=50_000, description="How many experiences", examples=[200])
    seed: int = Field(1, ge=0, le=2**31 - 1)
    first_start: Day = Field(date(2026, 3, 1), description="From when on they start")
    months: int = Field(6, ge=1, le=36, description="Over how many months they start")
    weeks: list[Annotated[int, Field(ge=1, le=104)]] = Field([6, 8, 12, 26], min_length=1, max_length=20)
    entities: int = Field(12, ge=1, le=1_000, description="How many hosting committees")
    zones: list[ZoneName] | None = Field(
        None, min_length=1, max_length=100, description="Else twelve of all continents"
    )
    languages: list[LanguageCode] | None = Field(None, min_length=1, max_length=20)
    extended: Share = 0.1
    shortened: Share = 0.05
    broken: Share = 0.06
    late_approval: Share = 0.1
    late_facts: Share = 0.15


class SimulationWish(Body):
    """One plan, or two to compare, and whom it is tried on: a made-up cohort, or the room's own running experiences."""

    plans: list[UUID] = Field(
        default_factory=list, max_length=2, description="Versions, each over the shipped plan; none: what is in use"
    )
    cohort: CohortWish | None = None
    own: bool = Field(False, description="The experiences under way that you may see, copied without names")
    until: Day | None = Field(None, description="The last day of the clock; else when the months are over")

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if self.own and self.cohort is not None:
            raise ValueError("either a cohort or your own experiences")
        return self


@dataclass(frozen=True, slots=True)
class CancelSimulation:
    run_id: UUID


@dataclass(frozen=True, slots=True)
class ClaimSimulation:
    """Take the oldest one that waits, or whose runner died, for `lease` of machine time."""

    lease: timedelta


@dataclass(frozen=True, slots=True)
class TellSimulation:
    """How far it is; the answer is whether it should go on."""

    run_id: UUID
    done: int
    total: int
    lease: timedelta


@dataclass(frozen=True, slots=True)
class EndSimulation:
    """Its report, or the code of a reason why there is none."""

    run_id: UUID
    report: dict[str, Any] | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SimulationWork:
    """A claimed simulation: the order as JSON."""

    run_id: UUID
    order: bytes
