"""Reads of webhooks: endpoints, the log of deliveries, and what the sender has to know."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
from sqlalchemy import desc, text
from sqlmodel import select

from services.applications.model import Webhook, WebhookAttempt, WebhookDelivery, webhooks_of
from services.applications.policy.webhooks import DeliveryState
from services.applications.schemas.webhooks import (
    AttemptOut,
    DeliveryBodyOut,
    DeliveryOut,
    WebhookOut,
    WebhookTypeOut,
)
from shared.contracts import applications as said
from shared.contracts.envelope import CATALOGUE
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

TOPIC = said.PersonRegistered.TOPIC
EVENTS = {event.TYPE: event for event in CATALOGUE.values() if event.TOPIC == TOPIC}
"""What endpoints can ask for: the room's facts. Personal events are on another topic and never leave this way."""

# The longest wait of what could go out now (0 for nothing), and whether a lease is over.
WAITING = text("""
SELECT extract(epoch FROM statement_timestamp() - min(d.not_before)),
    EXISTS (SELECT FROM webhook_delivery s WHERE s.state = 'sending' AND s.lease_until < statement_timestamp())
FROM webhook w CROSS JOIN LATERAL (
    SELECT not_before FROM webhook_delivery d
    WHERE d.webhook_id = w.id AND d.state = 'waiting' AND d.not_before <= statement_timestamp()
    ORDER BY not_before LIMIT 1) d
WHERE w.state = 'active' AND w.not_before <= statement_timestamp()
""")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whether deliveries could go out now, the seconds that the oldest of them waits, and whether a sender died."""

    due: bool
    oldest: float
    dead: bool


async def webhooks_waiting(uow: Uow) -> Waiting:
    oldest, dead = (await uow.execute(WAITING)).one()
    return Waiting(oldest is not None, float(oldest or 0), dead)


def webhook_out(row: Webhook) -> WebhookOut:
    return WebhookOut.model_validate(row)


def delivery_out(row: WebhookDelivery, attempts: Sequence[AttemptOut]) -> DeliveryOut:
    return DeliveryOut.model_validate(_told(row, attempts))


def _told(row: WebhookDelivery, attempts: Sequence[AttemptOut]) -> dict[str, object]:
    waits = row.state is DeliveryState.waiting
    return row.model_dump() | {"next_try_at": row.not_before if waits else None, "attempts": attempts}


async def list_webhook_types(_uow: Uow) -> list[dict[str, str]]:
    """Every fact of the room, with what its contract says of it."""
    types = [
        WebhookTypeOut(type=type_, description=inspect.cleandoc(event.__doc__ or "")) for type_, event in EVENTS.items()
    ]
    return [one.model_dump() for one in sorted(types, key=lambda one: one.type)]


async def get_webhook(uow: Uow, webhook_id: UUID) -> WebhookOut:
    return webhook_out(await uow.get(Webhook, webhook_id, webhooks_of(uow.caller)))


async def list_webhooks(uow: Uow, paging: Paging) -> Page:
    query, order = select(Webhook).where(webhooks_of(uow.caller)), (Webhook.changed_at, Webhook.id)
    return await listing(uow, query, order=order, paging=paging, changed=Webhook.changed_at, shape=webhook_out)


async def list_deliveries(
    uow: Uow, webhook_id: UUID, state: DeliveryState | None, type_: str | None, paging: Paging
) -> Page:
    """The newest first, each with its tries."""
    await uow.get(Webhook, webhook_id, webhooks_of(uow.caller))
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id)
    if state is not None:
        query = query.where(WebhookDelivery.state == state)
    if type_ is not None:
        query = query.where(WebhookDelivery.type == type_)
    page = await listing(uow, query, order=(desc(WebhookDelivery.id),), paging=paging)  # type: ignore[arg-type]
    attempts = await attempts_of(uow, [row.id for row in page.items])
    return Page([delivery_out(row, attempts[row.id]) for row in page.items], page.next)


async def attempts_of(uow: Uow, deliveries: Sequence[UUID]) -> dict[UUID, list[AttemptOut]]:
    """The tries of each of these deliveries, in order."""
    query = select(WebhookAttempt).where(WebhookAttempt.delivery_id.in_(deliveries)).order_by(WebhookAttempt.id)  # type: ignore
    found: dict[UUID, list[AttemptOut]] = {delivery: [] for delivery in deliveries}
    for row in await uow.rows(query):
        found[row.delivery_id].append(AttemptOut.model_validate(row))
    return found


async def get_delivery(uow: Uow, webhook_id: UUID, delivery_id: UUID) -> DeliveryBodyOut:
    webhook = await uow.get(Webhook, webhook_id, webhooks_of(uow.caller))
    row = await uow.get(WebhookDelivery, delivery_id, WebhookDelivery.webhook_id == webhook.id)
    told = _told(row, (await attempts_of(uow, [row.id]))[row.id])
    return DeliveryBodyOut.model_validate(told | {"body": orjson.loads(row.body)})
