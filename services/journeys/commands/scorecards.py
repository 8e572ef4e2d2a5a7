"""What can be done with scorecards."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from services.journeys.policy.measures import Measure
from services.journeys.policy.scorecards import Rhythm, Side
from shared.web.schemas import Body, Day, Prose, ZoneName

Aim = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False, description="In the measure's own unit")]


class MakeScorecard(Body):
    """A measure of a committee; without `entity_id` of the caller's own."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"measure": "nps_ep", "side": "sending", "rhythm": "quarter", "zone": "Europe/Bucharest", "target": 40,
                 "note": "Where the EPs whom we send should be by summer"}
            ]
        }
    )  # fmt: skip
    measure: Measure
    side: Side
    rhythm: Rhythm = Rhythm.quarter
    zone: ZoneName = "UTC"
    entity_id: UUID | None = None
    owner_id: UUID | None = Field(None, description="The member who answers for it")
    note: Prose = ""
    target: Aim | None = None


class ChangeScorecard(Body):
    """Who answers for it, and what is noted."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"owner_id": None, "note": "Reviewed each quarter"}]})
    owner_id: UUID | None = None
    note: Prose = ""


class SetTarget(Body):
    """What is aimed at from a day on; null takes the target away."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"value": 45, "from_on": "2026-07-01"}]})
    value: Aim | None
    from_on: Day | None = Field(None, description="Today where it is left out")


@dataclass(frozen=True, slots=True)
class Change:
    """The body, for one scorecard."""

    scorecard_id: UUID
    what: ChangeScorecard


@dataclass(frozen=True, slots=True)
class Aimed:
    """The body, for one scorecard."""

    scorecard_id: UUID
    what: SetTarget


@dataclass(frozen=True, slots=True)
class RetireScorecard:
    """It is kept no more; its past stays."""

    scorecard_id: UUID
