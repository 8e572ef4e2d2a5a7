"""Settings of the notifications room (`SOJOURN_NOTIFICATIONS_…`)."""

from datetime import time
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from services.notifications.commands.questions import AnswerRules
from services.notifications.policy import Medium, Quiet
from services.notifications.post import Addresses
from shared.settings import Kernel, RoomSettings, room_settings

PROVIDER = "smtp, file (development: one file a message), a URL that takes signed calls, or empty: not set up"


class Limits(BaseSettings):
    """The numbers that the rules of sessions and documents run on; business time."""

    model_config = room_settings("notifications")
    session_notice_minutes: int = Field(
        10, ge=0, description="a change of a session is told so many minutes later: several in a row are one message"
    )
    check_in_before_minutes: int = Field(30, ge=0, description="check-in opens so long before a session starts")
    check_in_after_minutes: int = Field(120, ge=0, description="check-in closes so long after a session ends")
    preflight_days: int = Field(
        7, ge=0, le=60, description="what a message lacks is asked for so many days before it is due"
    )
    document_link_days: int = Field(400, ge=1, description="the personal link of a document works for so many days")
    policy_version: str = Field(
        "xpp-2026",
        pattern=r"^[a-z0-9][a-z0-9_.:-]{0,79}$",
        description="the standards and policies that EPs acknowledge",
    )
    radius_hours: float = Field(
        2, gt=0, description="a publish for very many running applications relies on a blast radius this old at most"
    )
    tick_days: int = Field(7, ge=0, description="who held a session may tick who was there until so many days later")


class NotificationsSettings(RoomSettings, Limits):
    """As every room, and how e-mail leaves it; all times of the sender are machine time."""

    model_config = room_settings("notifications")
    port: int = 8103
    mail_batch: int = Field(100, ge=1, le=500, description="messages that one round of the sender takes")
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

    inbound_mailbox: SecretStr | None = Field(
        None, description="what comes in: folder:PATH, maildir:PATH or imaps://user:password@host/FOLDER"
    )
    inbound_domain: str = Field("", description="domain of bounces+…@ and reply+…@; empty takes the mail sender's")
    inbound_addresses: list[str] = Field([], description="more addresses whose mail a folder mailbox takes in")
    inbound_secrets: dict[str, SecretStr] = Field({}, description="provider → secret of its hook, as JSON")
    inbound_poll: float = Field(2, gt=0, description="seconds between two looks into the mailbox")
    inbound_lease: float = Field(120, gt=0, description="seconds after which a reader that says nothing loses it")
    inbound_batch: int = Field(20, ge=1, le=200, description="messages that one look takes in")
    answer_poll: float = Field(0.5, gt=0, description="seconds between two looks for answers to send")
    answer_hours: float = Field(16, gt=0, le=400, description="working hours in which a question has to be answered")
    working_opens: time = Field(time(9), description="beginning of a working day, in the committee's zone")
    working_closes: time = Field(time(17), description="its end")
    working_days: list[int] = Field([0, 1, 2, 3, 4], min_length=1, description="working days; 0 is Monday")
    questions_per_sender: int = Field(50, ge=1, description="messages of one conversation that are kept in a day")

    @model_validator(mode="after")
    def _has_working_hours(self) -> Self:
        if self.working_opens >= self.working_closes or not set(self.working_days) <= set(range(7)):
            raise ValueError("working hours need a beginning before their end, and days from 0 to 6")
        return self

    def answer_rules(self) -> AnswerRules:
        """By when questions are to be answered."""
        days = tuple(self.working_days)
        return AnswerRules(self.answer_hours, self.working_opens, self.working_closes, days, self.questions_per_sender)


@cache
def limits() -> Limits:
    """The limits of this process; handlers and timers read them here, where no command carries them."""
    return Limits()


def addresses(kernel: Kernel, settings: NotificationsSettings) -> Addresses:
    """Our own addresses that say what they answer."""
    mailbox = "mailbox" if settings.inbound_mailbox else ""
    secret = kernel.link_key.get_secret_value()
    return Addresses(secret, kernel.mail_sender, settings.inbound_domain, mailbox, bool(settings.inbound_secrets))
