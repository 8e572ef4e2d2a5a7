"""What a recipient can say without an account, through the link under a message."""

from dataclasses import dataclass
from uuid import UUID

from services.notifications.policy import Budget, Medium


@dataclass(frozen=True, slots=True)
class Choose:
    """What is to be on; what isn't named, of what was `offered`, is off."""

    recipient_id: UUID
    classes: frozenset[Budget]
    channels: frozenset[Medium]
    offered: tuple[Medium, ...]


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """No more messages of the class that this one was of."""

    delivery_id: UUID
