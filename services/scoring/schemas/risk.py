"""What is answered about stays that may go wrong."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.scoring.policy.risk import End, Level
from services.scoring.schemas.models import FigureOut
from services.scoring.schemas.scores import ReasonOut
from shared.web.schemas import Out


class RiskOut(Out):
    """One stay: how likely the EP ends as a detractor, with a quality case, or breaks off; why, and by what model."""

    id: UUID = Field(description="The application")
    person_id: UUID
    enabler_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    start_on: date
    end_on: date
    running: bool = Field(description="Approved and not over yet")
    level: Level
    risk: float | None = Field(description="0…1; null before the first look")
    low: float | None = Field(description="95 % for the risk itself: `low` to `high`")
    high: float | None
    base_log_odds: float | None
    reasons: list[ReasonOut]
    abstains: str | None = Field(description="Why nobody should act on the figure, where that is so")
    model: str | None
    evidence: int = Field(description="Looks at ended stays that the model has learned from; 0: rules alone")
    alarmed_at: datetime | None
    looked_at: datetime | None
    ended: End | None
    ended_at: datetime | None
    version: int


class RiskPointOut(Out):
    """A point of a stay's course: the risk by what was known then."""

    at: datetime
    risk: float
    low: float
    high: float
    base_log_odds: float
    reasons: list[ReasonOut]
    abstains: str | None
    level: Level
    model: str
    cause: str = Field(description="Type of the event, or `scoring.time-passed`")


class BinOut(Out):
    """Stays with like risks: what was said, and what came."""

    n: int
    said: float
    wrong: float
    low: float = Field(description="95 % for `wrong` (Wilson)")
    high: float


class RiskReportOut(Out):
    """How good the risks were that were said in the middle of stays, now that these have ended."""

    n: int = Field(description="Stays that ended, with a risk said at half their time")
    wrong: int
    enough: bool = Field(description="False: too few stays, or too few that went wrong, to say anything")
    base_rate: float | None
    mean_said: float | None
    brier: FigureOut
    auc: FigureOut
    bins: list[BinOut]
    alarms: int = Field(description="Of these stays, those with an alarm before half their time")
    alarms_wrong: int = Field(description="Of those with an alarm, the ones that went wrong: somebody may have helped")
    model: str = Field(description="In use now")
    trained_at: datetime | None
