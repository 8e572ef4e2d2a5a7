"""Settings of the surveys room (`SOJOURN_SURVEYS_…`)."""

from functools import cache

from pydantic import Field
from pydantic_settings import BaseSettings

from shared.settings import RoomSettings, room_settings


class Limits(BaseSettings):
    """The numbers that the room's rules run on."""

    model_config = room_settings("surveys")
    minimum_answers: int = Field(5, ge=2, description="a score from fewer answers is not shown")
    acknowledge_hours: int = Field(
        24, ge=1, description="both entities acknowledge a quality case within so many hours"
    )
    report_days: int = Field(31, ge=0, description="a case can be reported until so many days after the stay")


class SurveysSettings(RoomSettings, Limits):
    """As every room, and the limits of its rules."""

    model_config = room_settings("surveys")
    port: int = 8102


@cache
def limits() -> Limits:
    """The limits of this process; handlers of heard events and timers read them here, where no command carries them."""
    return Limits()
