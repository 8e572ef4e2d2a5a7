"""What a recipient can say of the own messages: through the link under one, or with an account."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from services.notifications.policy import Budget, Medium
from shared.web.schemas import Body


class Choices(Body):
    """What one wants to get, and how; what is left out stays as it is. What is owed can't be chosen."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"classes": {"promotion": False}}]})
    classes: dict[Literal[Budget.care, Budget.promotion], bool] = Field(default_factory=dict)
    channels: dict[Medium, bool] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChooseOwn:
    """Somebody with an account chooses; `offered` are the channels that are set up here."""

    choices: Choices
    offered: tuple[Medium, ...]


@dataclass(frozen=True, slots=True)
class Choose:
    """What is to be on, and what off; what isn't named stays as it is."""

    recipient_id: UUID
    classes: Mapping[Budget, bool]
    channels: Mapping[Medium, bool]


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """No more messages of the class that this one was of."""

    delivery_id: UUID
