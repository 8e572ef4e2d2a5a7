"""Deliveries to webhooks: written once per event and endpoint, claimed, settled, sent again, forgotten."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import select

from services.applications.commands import webhooks as commands
from services.applications.model import Webhook, WebhookAttempt, WebhookDelivery, webhooks_of
from services.applications.policy.webhooks import (
    ASKS_FOR_TIME,
    LONGEST_REST,
    TEST_TYPE,
    DeliveryState,
    Verdict,
    WebhookState,
    pause,
    wants,
    within,
)
from services.applications.schemas.webhooks import DeliveryOut, ReplayOut
from services.applications.views.webhooks import attempts_of, delivery_out
from shared.contracts.envelope import Envelope, Event
from shared.errors import Conflict
from shared.ids import new_id
from shared.messaging.together import patient, together
from shared.storage.documents import dumped
from shared.storage.scope import ENTITY_PATH
from shared.storage.tx import Uow

Paths = Mapping[UUID, Sequence[UUID]]
MOST_REPLAYED = 10_000
FORGET_AT_A_TIME = 5_000


# --- what the room said itself, heard back from its topic


WRITE = """
INSERT INTO webhook_delivery (id, webhook_id, event_id, type, key, sequence, recorded_at, body, state, step, tries,
    not_before, created_at)
SELECT f.*, 'waiting', 0, 0, $9::timestamptz, $9::timestamptz
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::bigint[], $7::timestamptz[], $8::text[]) f
ON CONFLICT (webhook_id, event_id) DO NOTHING
"""


@patient
@together
async def deliver_events(uow: Uow, envelopes: list[Envelope]) -> None:
    """One row per event and endpoint that wants it, in the transaction of the inbox: exactly once.

    Endpoints that are paused or disabled collect rows too. What was recorded before an endpoint came is not for it.
    """
    webhooks = await uow.rows(select(Webhook).where(Webhook.state != WebhookState.deleted))
    if not webhooks:
        return
    paths = await _paths(uow, webhooks, envelopes)
    rows: list[tuple[Any, ...]] = []
    for envelope in envelopes:
        wanting = [webhook.id for webhook in webhooks if _concerns(webhook, envelope, paths)]
        rows += _rows(envelope, wanting) if wanting else []
    if rows:
        await uow.fetch(WRITE, *zip(*rows, strict=True), uow.clock.machine())


async def _paths(uow: Uow, webhooks: Sequence[Webhook], envelopes: Sequence[Envelope]) -> Paths:
    """Where the entities that these events concern stand in the tree; nothing is asked when nobody needs it."""
    if all(webhook.entity_id is None for webhook in webhooks):
        return {}
    ids = {id_ for envelope in envelopes for id_ in concerned(envelope.data)}
    entity_id, path = ENTITY_PATH.c.entity_id, ENTITY_PATH.c.path
    found = await uow.execute(select(entity_id, path).where(entity_id.in_(ids)))
    return {row.entity_id: row.path for row in found}


def concerned(event: Event | None) -> Collection[UUID]:
    """The entities that an event concerns: every field of the contract that names one."""
    return {value for name, value in event or () if name.endswith("entity_id") and isinstance(value, UUID)}


def _concerns(webhook: Webhook, envelope: Envelope, paths: Paths) -> bool:
    if envelope.data is None or type(envelope.data).PERSONAL or envelope.time < webhook.since:
        return False
    places = (paths.get(id_, ()) for id_ in concerned(envelope.data))
    return wants(webhook.types, envelope.type) and within(webhook.entity_id, places)


def _rows(envelope: Envelope, webhooks: Sequence[UUID]) -> list[tuple[Any, ...]]:
    """One row per endpoint; the body is the same for all of them."""
    assert envelope.data is not None
    about = {"id": envelope.id, "subject": envelope.key, "sequence": envelope.sequence}
    data = envelope.data.model_dump(mode="json") | {"event": about | {"effective_on": envelope.effective_on}}
    body = _body(envelope.type, envelope.time, data)
    what = (envelope.id, envelope.type, envelope.key, envelope.sequence, envelope.time, body)
    return [(new_id(), webhook_id, *what) for webhook_id in webhooks]


def _body(type_: str, at: datetime, data: dict[str, Any]) -> str:
    return dumped({"type": type_, "timestamp": at.isoformat(), "data": data})


def trial_delivery(uow: Uow, webhook_id: UUID) -> WebhookDelivery:
    """A row as any other, of a type that no contract has."""
    id_, about = new_id(), {"subject": webhook_id, "sequence": 1, "effective_on": uow.now.date()}
    body = _body(TEST_TYPE, uow.now, {"webhook_id": webhook_id, "event": {"id": id_, **about}})
    return WebhookDelivery(
        id=new_id(), webhook_id=webhook_id, event_id=id_, type=TEST_TYPE, key=id_, sequence=1, recorded_at=uow.now,
        body=body, not_before=uow.clock.machine(), created_at=uow.clock.machine(),
    )  # fmt: skip


# --- what the sender does

RELEASE = text("""
UPDATE webhook_delivery SET state = 'waiting', reason = 'sender_died', lease_until = NULL,
    not_before = statement_timestamp()
WHERE id IN (SELECT id FROM webhook_delivery WHERE state = 'sending' AND lease_until < statement_timestamp()
             FOR UPDATE SKIP LOCKED)
RETURNING id
""")
# An endpoint's row is locked while its deliveries are claimed, so that its lanes are counted right over all workers;
# those that were served longest ago come first.
TURN = text("""
UPDATE webhook SET claimed_at = clock_timestamp() WHERE id IN (
    SELECT w.id FROM webhook w
    WHERE w.state = 'active' AND w.not_before <= statement_timestamp() AND EXISTS (
        SELECT FROM webhook_delivery d
        WHERE d.webhook_id = w.id AND d.state = 'waiting' AND d.not_before <= statement_timestamp())
    ORDER BY w.claimed_at, w.id LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED)
RETURNING id
""")
# An endpoint that fails gets one lane. A delivery waits for earlier ones of its key that are under way for the first
# time, so that events of a key arrive in order unless a try fails.
CLAIM = text("""
UPDATE webhook_delivery AS mine SET state = 'sending', step = step + 1, tries = tries + 1,
    lease_until = statement_timestamp() + CAST(:lease AS interval)
FROM webhook AS its WHERE its.id = mine.webhook_id AND mine.state = 'waiting' AND mine.id IN (
    SELECT found.id FROM webhook w CROSS JOIN LATERAL (
        SELECT d.id FROM webhook_delivery d
        WHERE d.webhook_id = w.id AND d.state = 'waiting' AND d.not_before <= statement_timestamp() AND NOT EXISTS (
            SELECT FROM webhook_delivery e
            WHERE e.webhook_id = d.webhook_id AND e.key = d.key AND e.sequence < d.sequence
                AND (e.state = 'sending' OR e.state = 'waiting' AND e.step = 0))
        ORDER BY d.not_before, d.id
        LIMIT greatest(0, CASE WHEN w.failing_since IS NULL THEN :lanes ELSE 1 END - (
            SELECT count(*) FROM webhook_delivery s WHERE s.webhook_id = w.id AND s.state = 'sending'))
    ) found
    WHERE w.id = ANY(CAST(:ids AS uuid[])))
RETURNING mine.id, its.id AS webhook_id, event_id, type, url, body, secret_number, previous_until, tries
""")
ARRIVED = """
WITH arrived AS (
    UPDATE webhook_delivery SET state = 'delivered', reason = NULL, lease_until = NULL, delivered_at = $2::timestamptz
    WHERE id = $1::uuid RETURNING id
)
INSERT INTO webhook_attempt (delivery_id, at, took_ms, status, response)
SELECT id, $3::timestamptz, $4::int, $5::int, $6::text FROM arrived
"""
RECOVERED = "UPDATE webhook SET failing_since = NULL WHERE id = $1::uuid AND failing_since IS NOT NULL"


async def release_deliveries(uow: Uow, _command: commands.ReleaseDeliveries) -> list[UUID]:
    """What a dead sender held may have arrived or not: it is sent again under the same webhook-id."""
    return list((await uow.execute(RELEASE)).scalars())


async def claim_deliveries(uow: Uow, command: commands.ClaimDeliveries) -> list[commands.Work]:
    """Deliveries that can go out now, under a lease."""
    endpoints = -(-command.limit // command.lanes)
    ids = list((await uow.execute(TURN, {"limit": endpoints})).scalars())
    if not ids:
        return []
    found = await uow.execute(CLAIM, {"ids": ids, "lanes": command.lanes, "lease": command.lease})
    return [_work(uow, row) for row in found]


def _work(uow: Uow, row: Any) -> commands.Work:
    numbers = [row.secret_number]
    if row.previous_until is not None and uow.clock.machine() < row.previous_until:
        numbers.append(row.secret_number - 1)
    what = (row.id, row.webhook_id, row.event_id, row.type, row.url, row.body)
    return commands.Work(*what, secrets=tuple(numbers), tries=row.tries)


async def settle_delivery(uow: Uow, command: commands.SettleDelivery) -> None:
    """Record a try. Locks go from the endpoint to the delivery, as everywhere."""
    work, answer = command.work, command.answer
    if command.verdict is Verdict.delivered:  # whoever has it now: it has arrived
        await uow.fetch(RECOVERED, work.webhook_id)
        told = (command.at, answer.took_ms, answer.status, answer.response)
        await uow.fetch(ARRIVED, work.delivery_id, uow.clock.machine(), *told)
        return
    webhook = await uow.find(Webhook, lock=True, id=work.webhook_id)
    row = await uow.find(WebhookDelivery, lock=True, id=work.delivery_id)
    if webhook is None or row is None:
        return  # forgotten meanwhile
    uow.add(_attempt(command))
    if row.state is DeliveryState.sending and row.tries == work.tries:  # else its lease was over: others have it
        _again(row, command)
    _failing(uow, webhook, command)


def _attempt(command: commands.SettleDelivery) -> WebhookAttempt:
    answer = command.answer
    told = {"status": answer.status, "error": answer.error, "detail": answer.detail, "response": answer.response}
    return WebhookAttempt(delivery_id=command.work.delivery_id, at=command.at, took_ms=answer.took_ms, **told)


def _again(row: WebhookDelivery, command: commands.SettleDelivery) -> None:
    """Back to waiting, or failed when that was the last try. What met a 410 waits for the owner's word."""
    answer = command.answer
    wait = pause(row.step, command.spread, answer.retry_after if answer.status in ASKS_FOR_TIME else None)
    row.lease_until, row.reason = None, answer.error or f"http_{answer.status}"
    if wait is None and command.verdict is not Verdict.gone:
        row.state = DeliveryState.failed
        return
    row.state = DeliveryState.waiting
    row.not_before = func.clock_timestamp() + wait if wait else func.clock_timestamp()


def _failing(uow: Uow, webhook: Webhook, command: commands.SettleDelivery) -> None:
    now, answer = uow.clock.machine(), command.answer
    since = webhook.failing_since or now
    webhook.failing_since = since
    if answer.retry_after and answer.status in ASKS_FOR_TIME:
        webhook.not_before = now + min(answer.retry_after, LONGEST_REST)
    if command.verdict is Verdict.gone:
        _disable(uow, webhook, "gone")
    elif now - since >= command.patience:
        _disable(uow, webhook, "failing")


def _disable(uow: Uow, webhook: Webhook, reason: str) -> None:
    if webhook.state is not WebhookState.active:
        return
    before = {"state": webhook.state}
    uow.change(webhook, state=WebhookState.disabled, reason=reason)
    uow.note("disable_webhook", webhook.id, reason=reason, before=before, after={"state": webhook.state})


# --- once more, by hand

REPLAYED = text("""
UPDATE webhook_delivery SET state = 'waiting', reason = NULL, step = 0, not_before = statement_timestamp()
WHERE id = ANY(CAST(:ids AS uuid[])) AND state IN ('failed', 'skipped', 'delivered') RETURNING id
""")


async def retry_delivery(uow: Uow, command: commands.RetryDelivery) -> DeliveryOut:
    """Send it now, under the same webhook-id, with a fresh schedule; also one that arrived."""
    webhook = await uow.get(Webhook, command.webhook_id, webhooks_of(uow.caller), lock=True)
    own = WebhookDelivery.webhook_id == webhook.id
    row = await uow.get(WebhookDelivery, command.delivery_id, own, lock=True)
    if row.state is DeliveryState.sending:
        raise Conflict("It is being sent at this moment.", code="being-sent")
    row.state, row.reason, row.step, row.not_before = DeliveryState.waiting, None, 0, uow.clock.machine()
    uow.note("retry_delivery", webhook.id, after={"delivery_id": row.id})
    return delivery_out(row, (await attempts_of(uow, [row.id]))[row.id])


async def replay_deliveries(uow: Uow, command: commands.ReplayDeliveries) -> ReplayOut:
    """The events of a time once more, oldest first, up to a bound a call."""
    webhook = await uow.get(Webhook, command.webhook_id, webhooks_of(uow.caller), lock=True)
    asked, row = command.range, WebhookDelivery
    states = [DeliveryState.failed, DeliveryState.skipped, *([DeliveryState.delivered] if asked.delivered else [])]
    query = select(row.id, row.recorded_at).where(
        row.webhook_id == webhook.id, row.type != TEST_TYPE, row.state.in_(states), row.recorded_at >= asked.since  # type: ignore[attr-defined]
    )  # fmt: skip
    if asked.until is not None:
        query = query.where(row.recorded_at < asked.until)
    found = (await uow.execute(query.order_by(row.recorded_at, row.id).limit(MOST_REPLAYED + 1))).all()
    ids = [id_ for id_, _ in found[:MOST_REPLAYED]]
    replayed = len(list((await uow.execute(REPLAYED, {"ids": ids})).scalars())) if ids else 0
    told = {"since": asked.since, "until": asked.until, "replayed": replayed}
    uow.note("replay_deliveries", webhook.id, after=told)
    return ReplayOut(replayed=replayed, next_since=found[-1].recorded_at if len(found) > MOST_REPLAYED else None)


# --- forgetting

FORGET = text("""
DELETE FROM webhook_delivery WHERE id IN (
    SELECT d.id FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id
    WHERE (d.created_at < statement_timestamp() - CAST(:age AS interval) OR w.state = 'deleted')
        AND d.state <> 'sending' LIMIT :limit)
RETURNING id
""")
FORGET_ENDPOINTS = text("""
DELETE FROM webhook w WHERE w.state = 'deleted'
    AND NOT EXISTS (SELECT FROM webhook_delivery d WHERE d.webhook_id = w.id)
""")


async def forget_deliveries(uow: Uow, command: commands.ForgetDeliveries) -> bool:
    """Delete a portion of what is old or belongs to nobody any more; whether there may be more."""
    gone = list((await uow.execute(FORGET, {"age": command.age, "limit": FORGET_AT_A_TIME})).scalars())
    if len(gone) == FORGET_AT_A_TIME:
        return True
    await uow.execute(FORGET_ENDPOINTS)
    return False
