"""Webhooks as their owners have them: registered, changed, paused, resumed, given a new secret, deleted, tested."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import select

from services.applications.commands import webhooks as commands
from services.applications.handlers.webhook_deliveries import trial_delivery
from services.applications.model import Entity, Webhook, WebhookDelivery, webhooks_of
from services.applications.model.webhooks import LONG_AGO, owner_of
from services.applications.policy.webhooks import WebhookState
from services.applications.schemas.webhooks import DeliveryOut, WebhookOut
from services.applications.views.webhooks import EVENTS, delivery_out, webhook_out
from shared.access import Caller, Role
from shared.errors import Conflict, FieldError, Invalid
from shared.ids import new_id
from shared.storage.scope import below
from shared.storage.tx import Uow

# Two registrations of one owner at the same time are counted one after the other.
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('webhooks of ' || :owner, 0))")
AGAIN = text("""UPDATE webhook_delivery SET step = 0, not_before = statement_timestamp()
    WHERE webhook_id = :webhook AND state = 'waiting' AND step > 0""")
SET_ASIDE = text("""UPDATE webhook_delivery SET state = 'skipped', reason = 'skipped_on_resume'
    WHERE webhook_id = :webhook AND state = 'waiting'""")


async def register_webhook(uow: Uow, command: commands.RegisterWebhook, most: int = 10) -> WebhookOut:
    """The owner's endpoint, for events from now on. What the URL leads to was looked at before."""
    _known_types(command.types)
    entity_id = await _scope(uow, command.entity_id)
    await _room_for_one_more(uow, owner_of(uow.caller), most)
    row = uow.add(
        Webhook(
            id=new_id(), owner=owner_of(uow.caller), owner_entity_id=_home(uow.caller), entity_id=entity_id,
            url=command.url, types=_sorted(command.types), description=command.description or "", since=uow.now,
        )
    )  # fmt: skip
    uow.note("register_webhook", row.id, after=_told(row))
    return webhook_out(row)


def _known_types(types: list[str]) -> None:
    unknown = [FieldError(f"#/types/{at}", "there is no such type") for at, t in enumerate(types) if t not in EVENTS]
    if unknown:
        raise Invalid(errors=unknown)


def _sorted(types: list[str]) -> list[str]:
    return sorted(set(types))


def _home(caller: Caller) -> UUID | None:
    return caller.entity if caller.role is Role.national_manager else None


async def _scope(uow: Uow, entity_id: UUID | None) -> UUID | None:
    """Whose events: the committee that was asked for, if the owner may see it, or all that the owner may see."""
    home = _home(uow.caller)
    if entity_id is None:
        if uow.caller.role is Role.national_manager and home is None:
            raise Conflict("This account has no entity.", code="no-entity")
        return home
    seen = below(Entity.id, uow.caller) if home else True
    if await uow.scalar(select(Entity.id).where(Entity.id == entity_id, seen)) is None:
        raise Invalid(errors=[FieldError("#/entity_id", "there is no such entity, or it is not yours to see")])
    return entity_id


async def _room_for_one_more(uow: Uow, owner: str, most: int) -> None:
    await uow.execute(ONE_AT_A_TIME, {"owner": owner})
    there = select(func.count()).where(Webhook.owner == owner, Webhook.state != WebhookState.deleted)
    if await uow.scalar(there) >= most:
        raise Conflict(f"There may be {most} webhooks of one owner; delete one first.", code="too-many-webhooks")


def _told(row: Webhook) -> dict[str, Any]:
    """What the audit says of an endpoint: the host, not the URL, for its path may hold a token of the receiver's."""
    return {"host": urlsplit(row.url).hostname, "types": row.types, "entity_id": row.entity_id}


async def _own(uow: Uow, webhook_id: UUID) -> Webhook:
    """The endpoint, locked, of the version that the caller saw."""
    row = await uow.get(Webhook, webhook_id, webhooks_of(uow.caller), lock=True)
    uow.expect(row.version)
    return row


async def change_webhook(uow: Uow, command: commands.ChangeWebhook) -> WebhookOut:
    row, what = await _own(uow, command.webhook_id), command.what
    _known_types(what.types)
    before = _told(row)
    uow.change(row, url=what.url, types=_sorted(what.types), description=what.description or "")
    uow.note("change_webhook", row.id, before=before, after=_told(row))
    return webhook_out(row)


async def pause_webhook(uow: Uow, command: commands.PauseWebhook) -> WebhookOut:
    """Nothing goes out from now on; what is on its way arrives, and events wait until it is resumed."""
    row = await _own(uow, command.webhook_id)
    if row.state is not WebhookState.active:
        raise Conflict(f"It is {row.state} already.", code="not-active")
    _moved(uow, row, "pause_webhook", WebhookState.paused)
    return webhook_out(row)


async def resume_webhook(uow: Uow, command: commands.ResumeWebhook) -> WebhookOut:
    """From paused or disabled; what waited is sent with all its tries, or set aside."""
    row = await _own(uow, command.webhook_id)
    if row.state is WebhookState.active:
        raise Conflict("It is active already.", code="active-already")
    row.failing_since, row.not_before = None, LONG_AGO
    _moved(uow, row, "resume_webhook", WebhookState.active)
    await uow.execute(SET_ASIDE if command.skip_waiting else AGAIN, {"webhook": row.id})
    return webhook_out(row)


async def delete_webhook(uow: Uow, command: commands.DeleteWebhook) -> None:
    """It is gone for everybody; its deliveries are removed by the next sweep."""
    _moved(uow, await _own(uow, command.webhook_id), "delete_webhook", WebhookState.deleted)


def _moved(uow: Uow, row: Webhook, action: str, state: WebhookState) -> None:
    before = {"state": row.state}
    uow.change(row, state=state, reason=None)
    uow.note(action, row.id, before=before, after={"state": state})


async def rotate_secret(uow: Uow, command: commands.RotateSecret) -> WebhookOut:
    """A new secret. The one before signs beside it for the time of grace, an older one never."""
    row = await _own(uow, command.webhook_id)
    until = uow.clock.machine() + command.grace if command.grace > timedelta() else None
    uow.change(row, secret_number=row.secret_number + 1, previous_until=until)
    uow.note("rotate_webhook_secret", row.id, after={"number": row.secret_number, "previous_until": until})
    return webhook_out(row)


async def send_test_event(uow: Uow, command: commands.SendTestEvent) -> DeliveryOut:
    """An event that says nothing, signed and delivered like any other."""
    row = await uow.get(Webhook, command.webhook_id, webhooks_of(uow.caller))
    if row.state is not WebhookState.active:
        raise Conflict(f"It is {row.state}: resume it first.", code="not-active")
    delivery: WebhookDelivery = uow.add(trial_delivery(uow, row.id))
    uow.note("test_webhook", row.id)
    return delivery_out(delivery, [])
