"""Routes of webhooks: endpoints, their secrets, and the log of what was delivered."""

from datetime import timedelta
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Response

from services.applications.api.doors import R
from services.applications.commands import webhooks as commands
from services.applications.handlers import webhook_deliveries as deliveries
from services.applications.handlers import webhooks as handlers
from services.applications.policy.webhooks import DeliveryState, secret_of
from services.applications.schemas.webhooks import (
    DeliveryBodyOut,
    DeliveryOut,
    ReplayOut,
    WebhookOut,
    WebhookSecretOut,
    WebhookTypeOut,
)
from services.applications.sender import url_refusals
from services.applications.settings import ApplicationsSettings, webhook_key
from services.applications.views import webhooks as views
from shared.errors import Invalid
from shared.settings import Mode
from shared.web.door import Door, allow
from shared.web.paging import PageOf, Paging

router = APIRouter(prefix="/v1", tags=["webhooks"])
OWNERS = (R.national_manager, R.global_manager, R.service)
Reader = Annotated[Door, allow(*OWNERS, R.auditor)]
Owner = Annotated[Door, allow(*OWNERS)]
OwnerChanges = Annotated[Door, allow(*OWNERS, changes=True)]


def _settings(door: Door) -> ApplicationsSettings:
    assert isinstance(door.runtime.settings, ApplicationsSettings)
    return door.runtime.settings


async def _look_at(door: Door, url: str) -> None:
    """Refuse a URL to which nothing may be sent. The sender looks again at each connection."""
    development = door.runtime.kernel.mode is Mode.development
    loopback = development and _settings(door).webhooks_loopback
    if errors := await url_refusals(url, plain=development, loopback=loopback):
        raise Invalid(errors=errors)


def _with_secret(door: Door, reply: Response) -> Response:
    """Tell the new secret, which the handler doesn't know: so it is not in the reply that an Idempotency-Key keeps."""
    if "Idempotency-Replayed" in reply.headers:
        return reply
    out: dict[str, Any] = orjson.loads(reply.body)
    key = webhook_key(door.runtime.kernel, door.runtime.settings)
    out["secret"] = secret_of(key, UUID(out["id"]), out["secret_number"])
    headers = {name: value for name, value in reply.headers.items() if name != "content-length"}
    return Response(orjson.dumps(out), reply.status_code, headers)


@router.get("/webhook-types", response_model=list[WebhookTypeOut], operation_id="list_webhook_types")
async def list_webhook_types(door: Reader) -> Response:
    """What an endpoint can ask for."""
    return await door.read(views.list_webhook_types)


@router.post("/webhooks", status_code=201, response_model=WebhookSecretOut, operation_id="register_webhook")
async def register_webhook(body: commands.RegisterWebhook, door: Owner) -> Response:
    """An endpoint that gets the room's facts from now on. The reply holds its secret, which is never told again."""
    await _look_at(door, body.url)
    handler = partial(handlers.register_webhook, most=_settings(door).webhooks_per_owner)
    return _with_secret(door, await door.execute(handler, body, status=201, location=lambda w: f"/v1/webhooks/{w.id}"))


@router.get("/webhooks", response_model=PageOf[WebhookOut], operation_id="list_webhooks")
async def list_webhooks(door: Reader, paging: Paging) -> Response:
    """The caller's endpoints."""
    return await door.page(views.list_webhooks, paging=paging)


@router.get("/webhooks/{webhook_id}", response_model=WebhookOut, operation_id="get_webhook")
async def get_webhook(webhook_id: UUID, door: Reader) -> Response:
    """One endpoint, without its secret."""
    return await door.read(views.get_webhook, webhook_id)


@router.put("/webhooks/{webhook_id}", response_model=WebhookOut, operation_id="change_webhook")
async def change_webhook(webhook_id: UUID, body: commands.WebhookChange, door: OwnerChanges) -> Response:
    """Another URL, other types, other words; also what waits goes to the new URL."""
    await _look_at(door, body.url)
    return await door.execute(handlers.change_webhook, commands.ChangeWebhook(webhook_id, body))


@router.delete("/webhooks/{webhook_id}", status_code=204, response_model=None, operation_id="delete_webhook")
async def delete_webhook(webhook_id: UUID, door: OwnerChanges) -> Response:
    """Never call it again, and forget what was delivered."""
    return await door.execute(handlers.delete_webhook, commands.DeleteWebhook(webhook_id))


@router.post("/webhooks/{webhook_id}/pause", response_model=WebhookOut, operation_id="pause_webhook")
async def pause_webhook(webhook_id: UUID, door: OwnerChanges) -> Response:
    """Send nothing for a while; events are collected."""
    return await door.execute(handlers.pause_webhook, commands.PauseWebhook(webhook_id))


@router.post("/webhooks/{webhook_id}/resume", response_model=WebhookOut, operation_id="resume_webhook")
async def resume_webhook(webhook_id: UUID, body: commands.Resumption, door: OwnerChanges) -> Response:
    """Send again, after a pause or after it was disabled; what waited goes out, or is set aside."""
    return await door.execute(handlers.resume_webhook, commands.ResumeWebhook(webhook_id, body.skip_waiting))


@router.post("/webhooks/{webhook_id}/secret", response_model=WebhookSecretOut, operation_id="rotate_webhook_secret")
async def rotate_webhook_secret(webhook_id: UUID, body: commands.Rotation, door: OwnerChanges) -> Response:
    """A new secret, told this once. The old one signs beside it for a time of grace, unless it has leaked."""
    grace = timedelta() if body.leaked else timedelta(hours=_settings(door).webhooks_grace_hours)
    return _with_secret(door, await door.execute(handlers.rotate_secret, commands.RotateSecret(webhook_id, grace)))


def _delivery(out: Any) -> str:
    return f"/v1/webhooks/{out.webhook_id}/deliveries/{out.id}"


@router.post("/webhooks/{webhook_id}/test", status_code=201, response_model=DeliveryOut, operation_id="test_webhook")
async def test_webhook(webhook_id: UUID, door: Owner) -> Response:
    """Send an event of the type `webhooks.test.v1`; its delivery tells how it went."""
    return await door.execute(
        handlers.send_test_event, commands.SendTestEvent(webhook_id), status=201, location=_delivery
    )


@router.get(
    "/webhooks/{webhook_id}/deliveries", response_model=PageOf[DeliveryOut], operation_id="list_webhook_deliveries"
)
async def list_webhook_deliveries(
    webhook_id: UUID,
    door: Reader,
    paging: Paging,
    state: Annotated[DeliveryState | None, Query(description="Only in this state")] = None,
    type: Annotated[str | None, Query(description="Only of this type", max_length=120)] = None,  # noqa: A002
) -> Response:
    """What was, is being and will be sent to it, the newest first, with every try; kept for thirty days."""
    return await door.page(views.list_deliveries, webhook_id, state, type, paging=paging)


@router.get(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}",
    response_model=DeliveryBodyOut,
    operation_id="get_webhook_delivery",
)
async def get_webhook_delivery(webhook_id: UUID, delivery_id: UUID, door: Reader) -> Response:
    """One delivery, with what was sent."""
    return await door.read(views.get_delivery, webhook_id, delivery_id)


@router.post(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/retry",
    response_model=DeliveryOut,
    operation_id="retry_webhook_delivery",
)
async def retry_webhook_delivery(webhook_id: UUID, delivery_id: UUID, door: Owner) -> Response:
    """Send it now, whatever became of it before; the `webhook-id` stays."""
    return await door.execute(deliveries.retry_delivery, commands.RetryDelivery(webhook_id, delivery_id))


@router.post("/webhooks/{webhook_id}/replay", response_model=ReplayOut, operation_id="replay_webhook")
async def replay_webhook(webhook_id: UUID, body: commands.Range, door: Owner) -> Response:
    """Send the events of a time again: those that failed or were skipped, or all."""
    return await door.execute(deliveries.replay_deliveries, commands.ReplayDeliveries(webhook_id, body))
