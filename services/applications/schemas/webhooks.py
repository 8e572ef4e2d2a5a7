"""What is answered about webhooks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.applications.policy.webhooks import DeliveryState, WebhookState
from shared.web.schemas import Out


class WebhookOut(Out):
    """An endpoint. Its secret is not among this: it is told once, when it is made."""

    id: UUID
    url: str
    types: list[str]
    description: str
    entity_id: UUID | None
    owner: str
    state: WebhookState
    reason: str | None
    since: datetime
    failing_since: datetime | None
    secret_number: int = Field(description="Counts its secrets; a rotation makes the next one")
    previous_until: datetime | None = Field(description="Until then the secret before the present one signs as well")
    changed_at: datetime
    version: int


class WebhookSecretOut(WebhookOut):
    """An endpoint with its new secret; null when this reply is a replayed one, for a secret is told once."""

    secret: str | None = Field(None, examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])


class WebhookTypeOut(Out):
    """A type of event that endpoints can ask for."""

    type: str
    description: str


class AttemptOut(Out):
    """One try; `status` null: no answer came, and `error` says why."""

    at: datetime
    took_ms: int
    status: int | None
    error: str | None
    detail: str | None
    response: str | None


class DeliveryOut(Out):
    """One event on its way to one endpoint, with all tries; `event_id` is its `webhook-id`."""

    id: UUID
    webhook_id: UUID
    event_id: UUID
    type: str
    key: UUID
    sequence: int
    recorded_at: datetime
    state: DeliveryState
    reason: str | None
    tries: int
    next_try_at: datetime | None
    delivered_at: datetime | None
    attempts: list[AttemptOut]


class DeliveryBodyOut(DeliveryOut):
    """The same with what was sent."""

    body: dict[str, Any]


class ReplayOut(Out):
    """How many deliveries wait again; `next_since`: the range holds further ones, go on from there."""

    replayed: int
    next_since: datetime | None
