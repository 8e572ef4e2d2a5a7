"""Deliveries: signed, tried again, never doubled; one bad endpoint harms no other; what an owner can do by hand."""

import asyncio
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.applications.commands import webhooks as told
from services.applications.handlers import webhook_deliveries
from services.applications.policy.webhooks import (
    SCHEDULE,
    Verdict,
    pause,
    verdict,
)
from services.applications.sender import Sender, send_webhooks
from shared.contracts import applications as facts
from shared.outward.signatures import retry_after, signature
from shared.telemetry import metrics_page
from shared.testing import callers
from shared.testing.flows import Flows
from tests.applications.hooks import Hooks
from tests.applications.receiver import receiving, signed_by
from tests.applications.world import build
from tests.house.documents import ROOT, blocks

NOW = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)


# --- rules


def test_the_signature_is_the_one_of_the_specifications_own_example() -> None:
    secret, id_ = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    made = signature(secret, id_, 1614265330, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_schedule_is_the_recommended_one_and_jitter_moves_it_by_a_tenth() -> None:
    waits = [pause(step, 0.5) for step in range(1, 11)]
    assert waits == [*SCHEDULE, None]
    hours = [wait / timedelta(hours=1) for wait in SCHEDULE[3:]]
    assert hours == [2, 5, 10, 14, 20, 24]
    assert (pause(1, 0.0), pause(1, 1.0)) == (timedelta(seconds=4.5), timedelta(seconds=5.5))


def test_retry_after_makes_a_wait_longer_within_bounds_and_never_shorter() -> None:
    assert pause(1, 0.5, timedelta(seconds=120)) == timedelta(seconds=120)
    assert pause(2, 0.5, timedelta(seconds=1)) == timedelta(minutes=5)
    assert pause(1, 0.5, timedelta(days=400)) == timedelta(hours=24)
    assert pause(10, 0.5, timedelta(seconds=1)) is None


@pytest.mark.parametrize(("value", "seconds"), [
    ("120", 120),
    (" 7 ", 7),
    ("99999999999999999999", 10**8),
    ("Mon, 02 Feb 2026 09:00:30 GMT", 30),
    ("Mon, 02 Feb 2026 08:00:00 GMT", None),
    ("-5", None),
    ("1.5", None),
    ("²", None),
    ("soon", None),
    ("Mon, 99 Feb 99999 99:99:99 GMT", None),
    ("", None),
    (None, None),
])  # fmt: skip
def test_retry_after_is_read_in_both_its_forms(value: str | None, seconds: int | None) -> None:
    assert retry_after(value, NOW) == (None if seconds is None else timedelta(seconds=seconds))


def test_only_2xx_counts() -> None:
    assert {status for status in range(100, 600) if verdict(status) is Verdict.delivered} == set(range(200, 300))
    assert {status for status in range(100, 600) if verdict(status) is Verdict.gone} == {410}
    assert verdict(None) is Verdict.later


# --- one delivery


def example() -> Callable[..., bool]:
    """The function that the page for receivers shows."""
    (block,) = (block for block in blocks(ROOT / "docs/webhooks.md") if block.mark == "tested")
    names: dict[str, Any] = {}
    exec(block.text, names)
    return names["verified"]  # type: ignore[no-any-return]


async def test_the_example_for_receivers_verifies_and_refuses(hooks: Hooks) -> None:
    verified = example()
    webhook = await hooks.register()
    await hooks.happen()
    await hooks.sender.drain()
    (request,) = hooks.receiver.requests
    headers, body, secret, other = request.headers, request.body, webhook["secret"], "whsec_" + "QUJD" * 11
    assert verified([secret], headers, body)
    assert verified([other, secret], headers, body)
    assert not verified([other], headers, body)
    assert not verified([secret], headers, body.replace(b"submitted", b"accepted."))
    assert not verified([secret], headers | {"webhook-id": "another"}, body)
    later = str(int(headers["webhook-timestamp"]) + 1)
    assert not verified([secret], headers | {"webhook-timestamp": later}, body)
    old = headers | {"webhook-timestamp": "1614265330"}
    old["webhook-signature"] = signature(secret, request.id, 1614265330, body)
    assert not verified([secret], old, body)
    assert verified([secret], old, body, tolerance=10**10)
    assert not verified([secret], headers | {"webhook-signature": "v1a,x"}, body)


async def test_an_event_arrives_signed_and_says_what_happened(hooks: Hooks) -> None:
    webhook = await hooks.register(url=hooks.receiver.at("/in?tenant=7"))
    application = await hooks.happen()
    began = datetime.now(UTC)
    await hooks.sender.drain()
    (request,) = hooks.receiver.requests
    assert (request.method, request.path) == ("POST", "/in?tenant=7")
    assert request.headers["content-type"] == "application/json"
    assert signed_by(webhook["secret"], request)
    assert not signed_by("whsec_" + "QUJD" * 11, request)
    assert abs(int(request.headers["webhook-timestamp"]) - began.timestamp()) < 30
    assert list(request.payload) == ["type", "timestamp", "data"]
    assert request.payload["type"] == facts.ApplicationSubmitted.TYPE
    assert request.payload["timestamp"] == "2026-02-02T09:00:00+00:00"
    data = request.payload["data"]
    assert data["application_id"] == data["event"]["subject"] == str(application.id)
    assert data["event"] == {
        "id": request.id,
        "subject": str(application.id),
        "sequence": 1,
        "effective_on": "2026-02-02",
    }
    (row,) = await hooks.deliveries()
    assert (row["event_id"], row["state"], row["tries"], row["next_try_at"]) == (request.id, "delivered", 1, None)
    (attempt,) = row["attempts"]
    assert (attempt["status"], attempt["error"], attempt["response"]) == (200, None, "ok")
    assert 0 <= attempt["took_ms"] < 5000
    client = await hooks.client(callers.global_manager())
    assert b'sojourn_webhook_tries_total{outcome="delivered"}' in metrics_page()[0]
    whole = (await client.get(f"/v1/webhooks/{webhook['id']}/deliveries/{row['id']}")).json()
    assert whole["body"] == request.payload


async def test_the_room_hears_itself_and_each_event_makes_one_delivery(flows: Flows) -> None:
    flow = await flows("applications")
    room = flow["applications"]
    room.runtime.settings.webhooks_loopback = True
    async with receiving() as receiver:
        world = await build(room)
        await flow.settle()
        client = await room.client(callers.global_manager())
        made = await client.post("/v1/webhooks", json={"url": receiver.url})
        application = await world.approved()
        await flow.settle()
        sender = Sender(room.runtime)
        await sender.drain()
        await sender.close()
    own = [r.payload for r in receiver.requests if r.payload["data"].get("application_id") == str(application.id)]
    assert [payload["type"].split(".")[1] for payload in own] == [
        "application-submitted",
        "application-accepted",
        "acceptance-note-signed",
        "requirement-fulfilled",
        "requirement-fulfilled",
        "approval-given",
        "approval-given",
        "application-approved",
    ]
    assert [payload["data"]["event"]["sequence"] for payload in own] == list(range(1, 9))
    assert all(signed_by(made.json()["secret"], request) for request in receiver.requests)
    assert len({request.id for request in receiver.requests}) == len(receiver.requests)


async def test_events_heard_twice_make_one_delivery_each(hooks: Hooks) -> None:
    await hooks.register()
    await hooks.world.apply()
    envelopes = await hooks.envelopes()
    await hooks.world.room.take(envelopes)
    await hooks.world.room.take(envelopes)
    await hooks.sender.drain()
    assert len(hooks.receiver.requests) == len(envelopes) == 2


async def test_commands_pay_nothing_for_webhooks(hooks: Hooks) -> None:
    await hooks.register()
    opportunity = await hooks.world.opportunity()
    await hooks.envelopes()
    await hooks.world.apply(opportunity)
    assert await hooks.sql("SELECT id FROM webhook_delivery") == []  # rows come with the hearing
    await hooks.hear_all()
    assert len(await hooks.sql("SELECT id FROM webhook_delivery")) == 1


async def test_a_failing_try_is_repeated_with_the_same_id_and_body_and_a_new_timestamp(hooks: Hooks) -> None:
    webhook = await hooks.register()
    hooks.receiver.answer_once(500, 302, 404)
    await hooks.happen()
    await hooks.sender.drain()
    (row,) = await hooks.deliveries()
    assert (row["state"], row["reason"], row["tries"]) == ("waiting", "http_500", 1)
    again, tried = (datetime.fromisoformat(at) for at in (row["next_try_at"], row["attempts"][0]["at"]))
    assert tried + timedelta(seconds=3) < again < datetime.now(UTC) + timedelta(seconds=6)
    assert await hooks.sender.step() == 0  # not before its time
    assert (await hooks.seen(webhook))["failing_since"] is not None
    for _ in range(3):
        await hooks.hurry()
        await hooks.sender.drain()
    (row,) = await hooks.deliveries()
    assert (row["state"], row["reason"], row["tries"]) == ("delivered", None, 4)
    assert [attempt["status"] for attempt in row["attempts"]] == [500, 302, 404, 200]
    assert len({request.id for request in hooks.receiver.requests}) == 1
    assert len({request.body for request in hooks.receiver.requests}) == 1
    assert all(signed_by(webhook["secret"], request) for request in hooks.receiver.requests)
    assert (await hooks.seen(webhook))["failing_since"] is None


async def test_after_ten_tries_a_delivery_has_failed_and_can_be_sent_by_hand(hooks: Hooks) -> None:
    webhook = await hooks.register()
    hooks.receiver.answer(500, body=b"no")
    await hooks.happen()
    for _ in range(12):
        await hooks.hurry()
        await hooks.sender.drain()
    (row,) = await hooks.deliveries()
    assert (row["state"], row["reason"], row["tries"], len(row["attempts"])) == ("failed", "http_500", 10, 10)
    assert len(hooks.receiver.requests) == 10
    hooks.receiver.answer(204)
    client = await hooks.client(callers.global_manager())
    retried = await client.post(f"/v1/webhooks/{webhook['id']}/deliveries/{row['id']}/retry")
    assert (retried.status_code, retried.json()["state"]) == (200, "waiting")
    await hooks.sender.drain()
    (row,) = await hooks.deliveries()
    assert (row["state"], row["tries"]) == ("delivered", 11)
    assert hooks.receiver.requests[-1].id == hooks.receiver.requests[0].id


async def test_a_receiver_that_never_answers_is_given_up_in_time(hooks: Hooks) -> None:
    hooks.settings.webhooks_timeout = 0.2
    hooks.receiver.gate = asyncio.Event()
    await hooks.register()
    await hooks.happen()
    await hooks.sender.drain()
    (row,) = await hooks.deliveries()
    assert (row["state"], row["reason"]) == ("waiting", "timeout")
    assert row["attempts"][0]["status"] is None
    assert 150 <= row["attempts"][0]["took_ms"] < 10_000


async def test_an_endpoint_that_asks_for_time_gets_it_and_rests_as_a_whole(hooks: Hooks) -> None:
    await hooks.register()
    await hooks.happen()
    for status in (503, 429):
        hooks.receiver.requests.clear()
        hooks.receiver.answer(status, headers={"Retry-After": "600"})
        await hooks.hurry()
        await hooks.sender.drain()
    await hooks.happen()
    await hooks.sender.drain()
    first, second = await hooks.deliveries()
    wait = datetime.fromisoformat(first["next_try_at"]) - datetime.now(UTC)
    assert timedelta(seconds=590) < wait <= timedelta(seconds=600)
    assert (second["state"], second["tries"]) == ("waiting", 0)  # the whole endpoint rests
    assert len(hooks.receiver.requests) == 1
    await hooks.hurry()
    hooks.receiver.answer(200)
    await hooks.sender.drain()
    assert {row["state"] for row in await hooks.deliveries()} == {"delivered"}


async def test_a_retry_after_of_another_answer_counts_for_nothing(hooks: Hooks) -> None:
    await hooks.register()
    hooks.receiver.answer(500, headers={"Retry-After": "86400"})
    await hooks.happen()
    await hooks.sender.drain()
    (row,) = await hooks.deliveries()
    assert datetime.fromisoformat(row["next_try_at"]) - datetime.now(UTC) < timedelta(seconds=6)


# --- endpoints that are done


async def test_gone_disables_at_once_is_noted_and_waits_for_the_owner(hooks: Hooks) -> None:
    webhook = await hooks.register()
    hooks.receiver.answer(410)
    await hooks.happen()
    await hooks.sender.drain()
    seen = await hooks.seen(webhook)
    assert (seen["state"], seen["reason"]) == ("disabled", "gone")
    (note,) = await hooks.sql("SELECT * FROM audit WHERE action = 'disable_webhook' AND subject = :id", webhook)
    assert (note.actor, note.reason) == ("system:applications", "gone")
    assert (note.before, note.after) == ({"state": "active"}, {"state": "disabled"})
    await hooks.happen()
    await hooks.hurry()
    await hooks.sender.drain()
    assert len(hooks.receiver.requests) == 1  # nothing more goes out
    client = await hooks.client(callers.global_manager())
    assert (await client.post(f"/v1/webhooks/{webhook['id']}/test")).status_code == 409
    hooks.receiver.answer(200)
    await hooks.put(webhook, {"url": hooks.receiver.at("/new")})
    await hooks.change(webhook, "resume", {})
    await hooks.sender.drain()
    assert {row["state"] for row in await hooks.deliveries()} == {"delivered"}
    assert [request.path for request in hooks.receiver.requests] == ["/", "/new", "/new"]


async def test_five_days_of_failures_disable_and_one_success_begins_anew(hooks: Hooks) -> None:
    webhook = await hooks.register()
    hooks.receiver.answer(500)
    await hooks.happen()
    await hooks.sender.drain()
    await hooks.sql("UPDATE webhook SET failing_since = failing_since - interval '4 days 23 hours'")
    await hooks.hurry()
    await hooks.sender.drain()
    assert (await hooks.seen(webhook))["state"] == "active"
    hooks.receiver.answer_once(200)
    await hooks.hurry()
    await hooks.sender.drain()
    assert (await hooks.seen(webhook))["failing_since"] is None
    await hooks.happen()
    await hooks.sender.drain()
    await hooks.sql("UPDATE webhook SET failing_since = failing_since - interval '5 days'")
    await hooks.hurry()
    await hooks.sender.drain()
    seen = await hooks.seen(webhook)
    assert (seen["state"], seen["reason"]) == ("disabled", "failing")


async def test_a_paused_endpoint_collects_and_a_resumed_one_gets_what_waited(hooks: Hooks) -> None:
    webhook = await hooks.register()
    await hooks.change(webhook, "pause")
    await hooks.happen()
    await hooks.sender.drain()
    assert hooks.receiver.requests == []
    assert [row["state"] for row in await hooks.deliveries()] == ["waiting"]
    await hooks.change(webhook, "resume", {})
    await hooks.sender.drain()
    assert len(hooks.receiver.requests) == 1
    await hooks.change(webhook, "pause")
    await hooks.happen()
    await hooks.change(webhook, "resume", {"skip_waiting": True})
    await hooks.sender.drain()
    assert len(hooks.receiver.requests) == 1
    assert [(row["state"], row["reason"]) for row in await hooks.deliveries()] == [
        ("delivered", None),
        ("skipped", "skipped_on_resume"),
    ]


# --- secrets


async def test_the_old_secret_signs_beside_the_new_one_until_the_grace_is_over(hooks: Hooks) -> None:
    webhook = await hooks.register()
    first = webhook["secret"]
    second = (await hooks.change(webhook, "secret", {}))["secret"]
    await hooks.happen()
    await hooks.sender.drain()
    third = (await hooks.change(webhook, "secret", {}))["secret"]
    await hooks.happen()
    await hooks.sender.drain()
    await hooks.sql("UPDATE webhook SET previous_until = clock_timestamp()")
    await hooks.happen()
    await hooks.sender.drain()
    fourth = (await hooks.change(webhook, "secret", {"leaked": True}))["secret"]
    await hooks.happen()
    await hooks.sender.drain()
    secrets = [first, second, third, fourth]
    assert len(set(secrets)) == 4
    signed = [[signed_by(secret, request) for secret in secrets] for request in hooks.receiver.requests]
    assert signed == [
        [True, True, False, False],
        [False, True, True, False],
        [False, False, True, False],
        [False, False, False, True],
    ]
    counts = [len(request.headers["webhook-signature"].split(" ")) for request in hooks.receiver.requests]
    assert counts == [2, 2, 1, 1]


async def test_a_test_event_goes_out_like_any_other(hooks: Hooks) -> None:
    webhook = await hooks.register(types=[facts.ApplicationApproved.TYPE])
    client = await hooks.client(callers.global_manager())
    made = await client.post(f"/v1/webhooks/{webhook['id']}/test")
    assert (made.status_code, made.json()["type"], made.json()["state"]) == (201, "webhooks.test.v1", "waiting")
    await hooks.sender.drain()
    seen = (await client.get(made.headers["Location"])).json()
    assert seen["state"] == "delivered"
    (request,) = hooks.receiver.requests
    assert signed_by(webhook["secret"], request)
    assert request.payload["data"]["webhook_id"] == webhook["id"]


# --- crashes and company


WORKER = """
import asyncio
from services.applications.main import service
from services.applications.sender import Sender
from shared.runtime import Runtime

async def main():
    await Sender(Runtime(service)).drain()

asyncio.run(main())
"""


async def test_a_worker_killed_between_the_post_and_the_record_sends_it_again_under_the_same_id(hooks: Hooks) -> None:
    webhook = await hooks.register()
    await hooks.happen()
    room, name = hooks.world.room, "SOJOURN_APPLICATIONS"
    url = room.runtime.settings.database_url.get_secret_value()
    env = os.environ | {f"{name}_DATABASE_URL": url, f"{name}_WEBHOOKS_LOOPBACK": "true", f"{name}_PORT": "1"}
    worker = await asyncio.create_subprocess_exec(sys.executable, "-c", WORKER, env=env, cwd=ROOT)
    hooks.receiver.heard = lambda _: worker.kill()  # it has the event and is about to say 200
    assert await worker.wait() == -9
    hooks.receiver.heard = lambda _: None
    assert [row["state"] for row in await hooks.deliveries()] == ["sending"]
    assert await hooks.sender.step() == 0  # nobody touches what is under a lease
    await hooks.sql("UPDATE webhook_delivery SET lease_until = clock_timestamp() - interval '1 second'")
    await hooks.sender.drain()
    await hooks.sender.drain()
    first, second = hooks.receiver.requests
    assert (first.id, first.body) == (second.id, second.body)
    assert signed_by(webhook["secret"], first)
    assert signed_by(webhook["secret"], second)
    (row,) = await hooks.deliveries()
    assert (row["state"], row["tries"], len(row["attempts"])) == ("delivered", 2, 1)


async def test_what_could_not_be_recorded_is_sent_again_when_its_lease_is_over(hooks: Hooks) -> None:
    await hooks.register()
    await hooks.happen()
    await hooks.sql("ALTER TABLE webhook_attempt ADD CONSTRAINT refused CHECK (false) NOT VALID")
    try:
        await hooks.sender.drain()
    finally:
        await hooks.sql("ALTER TABLE webhook_attempt DROP CONSTRAINT refused")
    assert [row["state"] for row in await hooks.deliveries()] == ["sending"]
    await hooks.sql("UPDATE webhook_delivery SET lease_until = clock_timestamp() - interval '1 second'")
    await hooks.sender.drain()
    await hooks.sender.drain()
    assert [row["state"] for row in await hooks.deliveries()] == ["delivered"]
    assert len({request.id for request in hooks.receiver.requests}) == 1


async def test_a_worker_that_is_told_to_stop_leaves_nothing_under_its_lease(hooks: Hooks) -> None:
    await hooks.register()
    await hooks.happen()
    hooks.receiver.gate = asyncio.Event()
    await hooks.sender.step()
    await _until(lambda: hooks.receiver.requests)
    await hooks.sender.close()
    (row,) = await hooks.deliveries()
    assert (row["state"], row["reason"]) == ("waiting", "sender_stopped")
    hooks.receiver.gate = None
    hooks.renew_sender()
    await hooks.hurry()
    await hooks.sender.drain()
    assert [row["state"] for row in await hooks.deliveries()] == ["delivered"]


async def test_an_answer_that_comes_after_the_lease_still_counts_as_arrived_and_a_late_no_undoes_nothing(
    hooks: Hooks,
) -> None:
    await hooks.register()
    await hooks.happen()
    claim = told.ClaimDeliveries(10, 4, timedelta(seconds=-1))
    room = hooks.world.room
    (late,) = await room.do(webhook_deliveries.claim_deliveries, claim)
    await room.do(webhook_deliveries.release_deliveries, told.ReleaseDeliveries())
    (present,) = await room.do(webhook_deliveries.claim_deliveries, claim)

    async def settle(work: told.Work, status: int) -> None:
        answer = told.Answer(status)
        command = told.SettleDelivery(work, answer, verdict(status), NOW, timedelta(days=5), 0.5)
        await room.do(webhook_deliveries.settle_delivery, command)

    await settle(late, 500)
    assert [row["state"] for row in await hooks.deliveries()] == ["sending"]  # the present sender has it
    await settle(late, 200)
    await settle(present, 500)
    (row,) = await hooks.deliveries()
    assert (row["state"], len(row["attempts"])) == ("delivered", 3)


async def test_two_senders_deliver_each_event_once(hooks: Hooks) -> None:
    await hooks.register()
    opportunity = await hooks.world.opportunity()
    await hooks.envelopes()
    for number in range(12):
        ep = callers.participant()
        await hooks.world.sign_up(ep, f"ep{number}@sojourn.example")
    assert opportunity
    await hooks.hear_all()
    other = Sender(hooks.world.room.runtime)
    await asyncio.gather(hooks.sender.drain(), other.drain())
    await hooks.sender.drain()
    await other.close()
    assert len(hooks.receiver.requests) == len({request.id for request in hooks.receiver.requests}) == 12


async def test_a_slow_endpoint_has_its_lanes_and_starves_nobody(hooks: Hooks) -> None:
    async with receiving() as slow:
        slow.gate = asyncio.Event()
        await hooks.register(url=slow.url)
        await hooks.register()
        for number in range(10):
            await hooks.world.sign_up(callers.participant(), f"ep{number}@sojourn.example")
        await hooks.hear_all()
        other = Sender(hooks.world.room.runtime)  # lanes are counted over all workers
        for _ in range(40):
            await asyncio.gather(hooks.sender.step(), other.step())
            await asyncio.sleep(0.01)
            if len(hooks.receiver.requests) == 10:
                break
        assert len(hooks.receiver.requests) == 10
        assert (len(slow.requests), slow.most_at_once) == (4, 4)
        assert hooks.receiver.most_at_once <= 4
        slow.gate.set()
        await asyncio.gather(hooks.sender.drain(), other.drain())
        await other.close()
        assert len(slow.requests) == 10


async def test_an_endpoint_that_fails_gets_one_lane(hooks: Hooks) -> None:
    hooks.receiver.answer(500)
    await hooks.register()
    await hooks.happen()
    await hooks.sender.drain()
    for number in range(3):
        await hooks.world.sign_up(callers.participant(), f"ep{number}@sojourn.example")
    await hooks.hear_all()
    await hooks.sender.drain()
    assert len(hooks.receiver.requests) == 4
    assert hooks.receiver.most_at_once == 1


async def test_events_of_one_application_arrive_in_order_unless_a_try_fails(hooks: Hooks) -> None:
    await hooks.register(types=[t.TYPE for t in (facts.ApplicationSubmitted, facts.ApplicationAccepted)])
    application = await hooks.world.apply()
    await hooks.world.accept(application)
    await hooks.hear_all()
    assert await hooks.sender.step() == 1  # the second waits for the first
    await hooks.sender.drain()
    assert [request.payload["data"]["event"]["sequence"] for request in hooks.receiver.requests] == [1, 2]
    again = await hooks.world.apply()
    await hooks.world.accept(again)
    await hooks.hear_all()
    hooks.receiver.answer_once(500)
    await hooks.sender.drain()  # a failed one doesn't hold up those behind it
    await hooks.hurry()
    await hooks.sender.drain()
    assert [request.payload["data"]["event"]["sequence"] for request in hooks.receiver.requests[2:]] == [1, 2, 1]


async def test_the_loop_of_the_worker_sends_by_itself(hooks: Hooks) -> None:
    hooks.settings.webhooks_poll = 0.05
    task = asyncio.create_task(send_webhooks(hooks.world.room.runtime))
    try:
        await hooks.register()
        await hooks.happen()
        await _until(lambda: hooks.receiver.requests)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


# --- by hand


async def test_a_time_is_replayed_with_what_failed_or_with_everything(hooks: Hooks) -> None:
    webhook, clock = await hooks.register(), hooks.world.room.clock
    for status in (200, 400, 400):
        clock.advance(timedelta(hours=1))
        hooks.receiver.answer_once(status)
        await hooks.happen()
        await hooks.sender.drain()
        await hooks.sql("UPDATE webhook_delivery SET state = 'failed' WHERE state = 'waiting'")
    ids = [request.id for request in hooks.receiver.requests]
    client = await hooks.client(callers.global_manager())
    path = f"/v1/webhooks/{webhook['id']}/replay"
    ten, eleven, noon = (f"2026-02-02T{hour}:00:00Z" for hour in (10, 11, 12))
    assert (await client.post(path, json={"since": eleven, "until": ten})).status_code == 422
    replayed = await client.post(path, json={"since": ten, "until": noon})
    assert replayed.json() == {"replayed": 1, "next_since": None}
    await hooks.sender.drain()
    assert [request.id for request in hooks.receiver.requests[3:]] == [ids[1]]
    everything = await client.post(path, json={"since": ten, "delivered": True})
    assert everything.json()["replayed"] == 3
    await hooks.sender.drain()
    assert {request.id for request in hooks.receiver.requests[4:]} == set(ids)
    assert (await client.post(path, json={"since": noon})).json()["replayed"] == 0


async def test_a_replay_goes_on_where_it_was_cut(hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_deliveries, "MOST_REPLAYED", 2)
    webhook, clock = await hooks.register(), hooks.world.room.clock
    for _ in range(3):
        clock.advance(timedelta(hours=1))
        await hooks.happen()
    await hooks.sql("UPDATE webhook_delivery SET state = 'failed'")
    client = await hooks.client(callers.global_manager())
    path = f"/v1/webhooks/{webhook['id']}/replay"
    first = (await client.post(path, json={"since": "2026-01-01T00:00:00Z"})).json()
    assert (first["replayed"], first["next_since"]) == (2, "2026-02-02T12:00:00Z")
    second = (await client.post(path, json={"since": first["next_since"]})).json()
    assert second == {"replayed": 1, "next_since": None}


async def test_the_log_is_paged_and_filtered(hooks: Hooks) -> None:
    webhook = await hooks.register()
    application = await hooks.world.apply()
    await hooks.world.accept(application)
    await hooks.hear_all()
    assert {row["type"] for row in await hooks.deliveries(type=facts.ApplicationAccepted.TYPE)} == {
        facts.ApplicationAccepted.TYPE
    }
    assert len(await hooks.deliveries(state="waiting")) == 3
    assert await hooks.deliveries(state="failed") == []
    client = await hooks.client(callers.global_manager())
    path = f"/v1/webhooks/{webhook['id']}/deliveries"
    page = await client.get(path, params={"limit": 2})
    rest = await client.get(page.links["next"]["url"])
    ids = [item["id"] for reply in (page, rest) for item in reply.json()["items"]]
    assert (len(page.json()["items"]), len(set(ids)), sorted(ids, reverse=True)) == (2, 3, ids)
    assert (await client.get(path, params={"state": "lost"})).status_code == 422


async def test_what_is_being_sent_is_not_sent_by_hand(hooks: Hooks) -> None:
    webhook = await hooks.register()
    await hooks.happen()
    await hooks.world.room.do(webhook_deliveries.claim_deliveries, told.ClaimDeliveries(1, 4, timedelta(minutes=1)))
    (row,) = await hooks.deliveries()
    client = await hooks.client(callers.global_manager())
    refused = await client.post(f"/v1/webhooks/{webhook['id']}/deliveries/{row['id']}/retry")
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "being-sent")


async def _until(true: Any) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.01)
