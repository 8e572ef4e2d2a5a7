"""What can be told about the suppression list."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.notifications.policy import Budget, Medium
from shared.web.schemas import Body, Line


class SuppressContact(Body):
    """Write to this recipient no more, by hand: over one channel or all, with one class of message or all."""

    recipient_id: Annotated[UUID, Field(description="A person, an enabler or a member")]
    channel: Annotated[Medium | None, Field(description="None: every channel", examples=["email"])] = None
    budget: Annotated[Budget | None, Field(description="None: every class of message", examples=["promotion"])] = None
    note: Annotated[Line | None, Field(examples=["Asked for it on the phone."])] = None


@dataclass(frozen=True, slots=True)
class LiftSuppression:
    suppression_id: UUID
