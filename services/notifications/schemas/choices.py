"""What a recipient gets, as the page of choices shows it."""

from uuid import UUID

from pydantic import Field

from services.notifications.policy import Budget, Medium, Why
from shared.web.schemas import Out


class ChoicesOut(Out):
    """What is on and off by the recipient's own choice, and what is stopped without it."""

    recipient_id: UUID
    language: str
    classes: dict[Budget, bool] = Field(examples=[{"care": True, "promotion": False}])
    channels: dict[Medium, bool] = Field(examples=[{"email": True, "sms": True}])
    stopped: list[Why] = Field(description="Bounces, complaints and what a committee entered, as far as they hold")


class StopOut(Out):
    """What the link under one message stops; `preferences` is the token of the page of choices."""

    language: str
    budget: Budget
    preferences: str
