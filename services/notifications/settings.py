"""Settings of the notifications room (`SOJOURN_NOTIFICATIONS_…`)."""

from pydantic import Field

from shared.settings import RoomSettings, room_settings


class NotificationsSettings(RoomSettings):
    """As every room, and how e-mail leaves it; all times are machine time."""

    model_config = room_settings("notifications")
    port: int = 8103
    mail_batch: int = Field(20, ge=1, le=500, description="e-mails that one round of the sender takes")
    mail_timeout: float = Field(15, gt=0, description="seconds that one e-mail may take at the mail server")
    mail_lease: float = Field(60, gt=0, description="seconds after which a sender that says nothing is taken for dead")
    mail_poll: float = Field(0.2, gt=0, description="seconds between two looks for e-mails to send")
