"""Settings of the scoring room (`SOJOURN_SCORING_…`)."""

from functools import cache

from pydantic import Field
from pydantic_settings import BaseSettings

from shared.settings import RoomSettings, room_settings


class Limits(BaseSettings):
    """What handlers ask for: they see a unit of work and no process settings."""

    model_config = room_settings("scoring")
    qualified_from: float = Field(0.35, gt=0, lt=1, description="score from which a lead is handed to a manager")


class ScoringSettings(Limits, RoomSettings):
    """As every room, and the limits."""

    model_config = room_settings("scoring")
    port: int = 8104


@cache
def limits() -> Limits:
    """The limits of this process."""
    return Limits()
