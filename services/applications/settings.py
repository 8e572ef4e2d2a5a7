"""Settings of the applications room (`SOJOURN_APPLICATIONS_…`)."""

from functools import cache

from pydantic import Field
from pydantic_settings import BaseSettings

from shared.settings import RoomSettings, room_settings


class Limits(BaseSettings):
    """What handlers ask for: they see a unit of work and no process settings."""

    model_config = room_settings("applications")
    withdraw_others_at_approval: bool = Field(
        True, description="at the approval of an EP's application the other live ones are withdrawn"
    )
    needed_before_approval: list[str] = Field(
        ["fee_paid", "contract_signed"], description="requirements without which nothing is approved"
    )
    answer_days: int = Field(7, ge=0, le=365, description="days in which an application is to be answered")
    sign_days: int = Field(7, ge=0, le=365, description="days in which an acceptance note is to be signed")
    approve_days: int = Field(7, ge=0, le=365, description="days in which a side is to approve")


class ApplicationsSettings(Limits, RoomSettings):
    """As every room, and the limits."""

    model_config = room_settings("applications")
    port: int = 8101


@cache
def limits() -> Limits:
    """The limits of this process."""
    return Limits()
