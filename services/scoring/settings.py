"""Settings of the scoring room (`SOJOURN_SCORING_…`)."""

from datetime import timedelta
from functools import cache

from pydantic import Field
from pydantic_settings import BaseSettings

from shared.settings import RoomSettings, room_settings


class Limits(BaseSettings):
    """What handlers ask for: they see a unit of work and no process settings."""

    model_config = room_settings("scoring")
    least_told: int = Field(10, ge=2, description="people who must have walked a way before a corridor tells of it")
    least_audience: int = Field(100, ge=2, description="people in an audience's export, at least")
    longest_audience: timedelta = Field(timedelta(days=365), description="how far ahead an audience may end")
    qualified_from: float = Field(0.35, gt=0, lt=1, description="score from which a lead is handed to a manager")


class ScoringSettings(Limits, RoomSettings):
    """As every room, and the limits."""

    model_config = room_settings("scoring")
    port: int = 8104


@cache
def limits() -> Limits:
    """The limits of this process."""
    return Limits()
