"""The suppression list as it is shown."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.notifications.policy import Budget, Medium, Why
from shared.web.schemas import Out


class SuppressionOut(Out):
    """A recipient that is not written to, and why; `lifted_at` tells that it holds no more."""

    id: UUID
    recipient_id: UUID
    person_id: UUID | None = Field(description="The EP, when the recipient is one")
    channel: Medium | None = Field(description="None: every channel")
    budget: Budget | None = Field(description="None: every class of message")
    reason: Why
    note: str | None
    delivery_id: UUID | None = Field(description="The message that bounced or was complained of")
    since: datetime
    lifted_at: datetime | None
    version: int
