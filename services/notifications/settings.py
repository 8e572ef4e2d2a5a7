"""Settings of the notifications room (`SOJOURN_NOTIFICATIONS_…`)."""

from functools import cache

from pydantic import Field
from pydantic_settings import BaseSettings

from shared.settings import RoomSettings, room_settings


class Limits(BaseSettings):
    """The numbers that the rules of sessions run on; business time."""

    model_config = room_settings("notifications")
    session_notice_minutes: int = Field(
        10, ge=0, description="a change of a session is told so many minutes later: several in a row are one message"
    )
    check_in_before_minutes: int = Field(30, ge=0, description="check-in opens so long before a session starts")
    check_in_after_minutes: int = Field(120, ge=0, description="check-in closes so long after a session ends")
    tick_days: int = Field(7, ge=0, description="who held a session may tick who was there until so many days later")


class NotificationsSettings(RoomSettings, Limits):
    """As every room, and how e-mail leaves it; all times of the sender are machine time."""

    model_config = room_settings("notifications")
    port: int = 8103
    mail_batch: int = Field(20, ge=1, le=500, description="e-mails that one round of the sender takes")
    mail_timeout: float = Field(15, gt=0, description="seconds that one e-mail may take at the mail server")
    mail_lease: float = Field(60, gt=0, description="seconds after which a sender that says nothing is taken for dead")
    mail_poll: float = Field(0.2, gt=0, description="seconds between two looks for e-mails to send")


@cache
def limits() -> Limits:
    """The limits of this process; handlers and timers read them here, where no command carries them."""
    return Limits()
