"""What can be told about webhooks: by their owners, and by the sender of the worker."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from services.applications.policy.webhooks import Verdict
from shared.outward.post import Answer
from shared.web.schemas import Body, Line, Moment

Url = Annotated[
    str,
    StringConstraints(max_length=2_000),
    Field(description="Where events are POSTed to; https", examples=["https://hooks.example.org/sojourn"]),
]
Type = Annotated[str, StringConstraints(max_length=120)]
Types = Annotated[
    list[Type],
    Field(
        default_factory=list,
        max_length=200,
        description="Only these types (`GET /v1/webhook-types` has them); none means all, later ones included",
        examples=[["applications.application-approved.v1"]],
    ),
]


class RegisterWebhook(Body):
    """An endpoint that wants to hear."""

    url: Url
    types: Types
    description: Annotated[Line | None, Field(examples=["Our alumni database"])] = None
    entity_id: Annotated[
        UUID | None,
        Field(description="Only events of this committee and those below it; else all that the owner may see"),
    ] = None


class WebhookChange(Body):
    """What an endpoint is from now on; its secret and its committee stay."""

    url: Url
    types: Types
    description: Annotated[Line | None, Field(examples=["Our alumni database"])] = None


@dataclass(frozen=True, slots=True)
class ChangeWebhook:
    webhook_id: UUID
    what: WebhookChange


@dataclass(frozen=True, slots=True)
class PauseWebhook:
    webhook_id: UUID


class Resumption(Body):
    """What becomes of the events that waited meanwhile."""

    skip_waiting: bool = Field(
        False,
        description="Set aside what has waited instead of sending it; a replay may still send it",
        examples=[False],
    )


@dataclass(frozen=True, slots=True)
class ResumeWebhook:
    webhook_id: UUID
    skip_waiting: bool


@dataclass(frozen=True, slots=True)
class DeleteWebhook:
    webhook_id: UUID


class Rotation(Body):
    """How a secret is replaced."""

    leaked: bool = Field(
        False, description="The old secret stops signing at once, without the time of grace", examples=[False]
    )


@dataclass(frozen=True, slots=True)
class RotateSecret:
    """`grace` is how long the old secret goes on signing."""

    webhook_id: UUID
    grace: timedelta


@dataclass(frozen=True, slots=True)
class SendTestEvent:
    webhook_id: UUID


@dataclass(frozen=True, slots=True)
class RetryDelivery:
    webhook_id: UUID
    delivery_id: UUID


class Range(Body):
    """Events by the time at which they were recorded."""

    since: Annotated[Moment, Field(examples=["2026-03-01T00:00:00Z"])]
    until: Annotated[Moment | None, Field(description="Up to this moment, without it; else all")] = None
    delivered: bool = Field(False, description="Those that arrived too; else only what failed or was skipped")

    @model_validator(mode="after")
    def _in_order(self) -> "Range":
        if self.until is not None and self.until <= self.since:
            raise ValueError("the end is not behind the beginning")
        return self


@dataclass(frozen=True, slots=True)
class ReplayDeliveries:
    webhook_id: UUID
    range: Range


# --- the sender's


@dataclass(frozen=True, slots=True)
class ReleaseDeliveries:
    """Give back what a dead sender held."""


@dataclass(frozen=True, slots=True)
class ClaimDeliveries:
    """Take some `limit` deliveries, of no endpoint more than fit into its `lanes`."""

    limit: int
    lanes: int
    lease: timedelta


@dataclass(frozen=True, slots=True)
class Work:
    """A claimed delivery; `secrets` are the numbers of the secrets that sign, the newest first."""

    delivery_id: UUID
    webhook_id: UUID
    event_id: UUID
    type: str
    url: str
    body: str
    secrets: tuple[int, ...]
    tries: int


@dataclass(frozen=True, slots=True)
class SettleDelivery:
    """Record a try. An endpoint that has failed for `patience` is disabled; `spread` is chance for the jitter."""

    work: Work
    answer: Answer
    verdict: Verdict
    at: datetime
    patience: timedelta
    spread: float


@dataclass(frozen=True, slots=True)
class ForgetDeliveries:
    """Delete what is older than `age`."""

    age: timedelta
