"""Settings of the notifications room (`SOJOURN_NOTIFICATIONS_…`)."""

from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from services.notifications.policy import Medium, Quiet
from shared.settings import RoomSettings, room_settings

PROVIDER = "smtp, file (development: one file a message), a URL that takes signed calls, or empty: not set up"


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
    mail_batch: int = Field(20, ge=1, le=500, description="messages that one round of the sender takes")
    mail_timeout: float = Field(15, gt=0, description="seconds that one message may take at the other side")
    mail_lease: float = Field(60, gt=0, description="seconds after which a sender that says nothing is taken for dead")
    mail_poll: float = Field(0.2, gt=0, description="seconds between two looks for messages to send")
    mail_sessions: int = Field(
        1, ge=1, le=50, description="SMTP sessions side by side; so many e-mails may come twice after a kill"
    )
    email_provider: str = Field("smtp", description=f"who sends e-mail: {PROVIDER}")
    sms_provider: str = Field("", description=f"who sends SMS: {PROVIDER}")
    whatsapp_provider: str = Field("", description=f"who sends WhatsApp messages: {PROVIDER}")
    push_provider: str = Field("", description=f"who sends push messages: {PROVIDER}")
    chat_provider: str = Field("", description=f"who sends chat messages: {PROVIDER}")
    provider_secret: SecretStr | None = Field(
        None, description="signs calls of providers, whsec_ and base64; else one a channel is made of the link key"
    )
    provider_loopback: bool = Field(False, description="development only: providers may live on this machine")
    provider_ca_file: Path | None = Field(None, description="certificate authority of the providers")
    quiet_hours: str | None = Field(
        None,
        description="such as 22:00-07:00, on the recipient's clock: only urgent messages come then; empty: none; "
        "not set: 22:00-07:00 in production, none in development, where the clock is moved about",
    )
    budget_care: int = Field(5, ge=0, description="messages of the class care that one person gets within 7 days")
    budget_promotion: int = Field(2, ge=0, description="the same for promotion")

    @field_validator("quiet_hours")
    @classmethod
    def _readable(cls, text: str | None) -> str | None:
        Quiet.read(text or "")
        return text

    def provider_of(self) -> dict[Medium, str]:
        """Who serves which channel; the feed is this room's own."""
        return {medium: getattr(self, f"{medium}_provider") for medium in Medium if medium is not Medium.feed}


@cache
def limits() -> Limits:
    """The limits of this process; handlers and timers read them here, where no command carries them."""
    return Limits()
