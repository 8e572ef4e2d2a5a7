"""Webhooks: endpoints, what is on its way to them, each try, and whose they are."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Index, UniqueConstraint, and_, false, text
from sqlmodel import Field

from services.applications.model.table import Table
from services.applications.policy.webhooks import DeliveryState, WebhookState
from shared.access import Caller, Role
from shared.storage.columns import changed_moment, code, codes, moment
from shared.storage.scope import below

WAITING, UNDERWAY = text("state = 'waiting'"), text("state IN ('waiting', 'sending')")
SENDING = text("state = 'sending'")
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Webhook(Table, table=True):
    """An endpoint that gets events of `entity_id` and below (None: of everywhere); `types` empty is all types.

    `secret_number` counts its secrets; the one before counts too until `previous_until`. `since` is business time, all
    other moments are machine time: `not_before` is a rest that the endpoint asked for, `claimed_at` whose turn it is.
    """

    __tablename__ = "webhook"
    id: UUID = Field(primary_key=True)
    owner: str = Field(index=True)
    owner_entity_id: UUID | None = Field(default=None, index=True)
    entity_id: UUID | None = None
    url: str
    types: list[str] = codes()
    description: str = ""
    state: WebhookState = code(WebhookState, default=WebhookState.active)
    reason: str | None = None
    secret_number: int = 1
    previous_until: datetime | None = moment(default=None)
    since: datetime = moment()
    failing_since: datetime | None = moment(default=None)
    not_before: datetime = moment(default=LONG_AGO)
    claimed_at: datetime = moment(default=LONG_AGO)
    version: int = 1
    changed_at: datetime = changed_moment()


class WebhookDelivery(Table, table=True):
    """One event for one endpoint, with the body as it is sent, byte for byte, on every try.

    `step` is its place in the schedule of retries, `tries` counts them all and tells a late answer from a present one.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id", name="webhook_delivery_once"),
        Index("webhook_delivery_waiting", "webhook_id", "not_before", "id", postgresql_where=WAITING),
        Index("webhook_delivery_underway", "webhook_id", "key", "sequence", postgresql_where=UNDERWAY),
        Index("webhook_delivery_sending", "lease_until", postgresql_where=SENDING),
        Index("webhook_delivery_listed", "webhook_id", "id"),
    )
    id: UUID = Field(primary_key=True)
    webhook_id: UUID = Field(foreign_key="webhook.id")
    event_id: UUID
    type: str
    key: UUID
    sequence: int = Field(sa_type=BigInteger)
    recorded_at: datetime = moment()
    body: str
    state: DeliveryState = code(DeliveryState, default=DeliveryState.waiting)
    reason: str | None = None
    step: int = 0
    tries: int = 0
    not_before: datetime = moment(default=LONG_AGO)
    lease_until: datetime | None = moment(default=None)
    delivered_at: datetime | None = moment(default=None)
    created_at: datetime = moment(index=True)


class WebhookAttempt(Table, table=True):
    """One try: when it began, how long it took, what came back. `response` is the first kilobyte of the answer."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (Index("webhook_attempt_of", "delivery_id", "id"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger)
    delivery_id: UUID = Field(foreign_key="webhook_delivery.id", ondelete="CASCADE")
    at: datetime = moment()
    took_ms: int
    status: int | None = None
    error: str | None = None
    detail: str | None = None
    response: str | None = None


def owner_of(caller: Caller) -> str:
    """Who owns what this caller registers: a national manager's entity, so that successors have it; else the account.
    Endpoints are counted per owner."""
    return f"{caller.role}:{caller.entity if caller.role is Role.national_manager else caller.subject}"


def webhooks_of(caller: Caller) -> ColumnElement[bool]:
    """National managers have those of their entity and below, services their own, global managers and auditors all."""
    there = Webhook.state != WebhookState.deleted
    match caller.role:
        case Role.global_manager | Role.auditor:
            return there  # type: ignore[return-value]
        case Role.national_manager:
            return and_(there, below(Webhook.owner_entity_id, caller))
        case Role.service:
            return and_(there, Webhook.owner == owner_of(caller))
        case _:
            return false()
