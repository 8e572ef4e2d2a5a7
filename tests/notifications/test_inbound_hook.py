"""The hook of providers: signed, once, bounded; bounces, short messages and whole e-mails by JSON."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from services.notifications import views
from services.notifications.model import Person
from shared.contracts import notifications as said
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing import callers
from tests.notifications.letters import letter
from tests.notifications.world import World

numbers = pytest.mark.skipif("phone" not in Person.model_fields, reason="numbers are not heard yet")
SECRET = "a-secret-of-thirty-two-characters"


@pytest.fixture
async def hook(world: World) -> World:
    secrets = {"generic": SecretStr(SECRET)}
    world.room.runtime.settings = world.room.runtime.settings.model_copy(update={"inbound_secrets": secrets})
    await world.known()
    await world.run()
    return world


async def call(world: World, events: Any, secret: str = SECRET, **more: Any) -> httpx.Response:
    body = more.get("body") or json.dumps({"events": events}).encode()
    id_, stamp = more.get("id", str(new_id())), str(more.get("stamp", int(time.time()) - more.get("ago", 0)))
    signed = hmac.digest(secret.encode(), f"{id_}.{stamp}.".encode() + body, hashlib.sha256)
    headers = {"webhook-id": id_, "webhook-timestamp": stamp, "Content-Type": "application/json"}
    headers["webhook-signature"] = more.get("signature") or "v1," + base64.b64encode(signed).decode()
    client = await world.room.client()
    return await client.post(f"/v1/inbound/{more.get('provider', 'generic')}", content=body, headers=headers)


async def test_a_signed_bounce_closes_the_delivery(hook: World) -> None:
    delivery = (await hook.deliveries("pickup-information"))[0]
    event = {"kind": "bounced", "code": "5.1.1", "message_id": f"<{delivery.message_id}@sojourn.example>"}
    reply = await call(hook, [event])
    assert (reply.status_code, reply.json()) == (200, {"outcomes": ["bounce_hard"]})
    assert (await hook.deliveries("pickup-information"))[0].state == "bounced"
    assert len(await hook.room.said(said.ContactSuppressed)) == 1


async def test_the_same_call_again_changes_nothing(hook: World) -> None:
    delivery = (await hook.deliveries("pickup-information"))[0]
    events = [{"kind": "complained", "message_id": delivery.message_id}]
    first = await call(hook, events, id="once")
    again = await call(hook, events, id="once")
    assert (first.json()["outcomes"], again.json()["outcomes"]) == (["complaint"], ["known"])
    assert len(await hook.room.said(said.ContactSuppressed)) == 1


@pytest.mark.parametrize("more", [
    {"signature": "v1,AAAA"},
    {"signature": "v2,AAAA"},
    {"signature": ""},
    {"signature": "v1,ÿ"},
    {"stamp": 1},
    {"ago": 301},
    {"ago": -400},
    {"stamp": "9" * 30},
    {"stamp": "-1"},
    {"id": "x" * 300},
])  # fmt: skip
async def test_a_call_that_is_not_signed_now_is_refused(hook: World, more: dict[str, Any]) -> None:
    delivery = (await hook.deliveries("pickup-information"))[0]
    more = {name: value.encode("latin-1") if value == "v1,ÿ" else value for name, value in more.items()}
    event = {"kind": "bounced", "code": "5.1.1", "message_id": delivery.message_id}
    reply = await call(hook, [event], **({"secret": "other"} if not more.get("signature", "x") else {}), **more)
    assert reply.status_code == 401
    assert reply.json()["type"] == "/problems/unauthenticated"
    assert (await hook.deliveries("pickup-information"))[0].state == "sent"


async def test_another_secret_and_another_body_do_not_fit_the_signature(hook: World) -> None:
    assert (await call(hook, [{"kind": "bounced"}], secret="not-ours")).status_code == 401
    good = json.dumps({"events": [{"kind": "delayed"}]}).encode()
    stamp = str(int(time.time()))
    signed = base64.b64encode(hmac.digest(SECRET.encode(), f"a.{stamp}.".encode() + good, hashlib.sha256)).decode()
    reply = await call(hook, [{"kind": "bounced"}], id="a", stamp=stamp, signature=f"v1,{signed}")
    assert reply.status_code == 401


@pytest.mark.parametrize(("body", "status"), [
    (b"nonsense", 400),
    (b'{"events": []}', 422),
    (b'{"events": [{"kind": "dreamt"}]}', 422),
    (b'{"events": [{"kind": "message", "mail": "@@"}]}', 422),
    (b'{"events": ' + b"[" * 1000 + b"]" * 1000 + b"}", 400),
    (b'{"x": "' + b"a" * 1_100_000 + b'"}', 413),
])  # fmt: skip
async def test_a_signed_call_that_is_nonsense_is_told_so(hook: World, body: bytes, status: int) -> None:
    reply = await call(hook, None, body=body)
    assert (reply.status_code, reply.headers["Content-Type"]) == (status, "application/problem+json")


async def test_a_provider_that_nobody_set_up_is_not_there(hook: World) -> None:
    assert (await call(hook, [{"kind": "bounced"}], provider="other")).status_code == 404


@numbers
async def test_stop_by_sms_closes_that_channel_for_the_person(hook: World) -> None:
    await hook.sql("UPDATE person SET phone = '+40721000000'")
    reply = await call(hook, [{"kind": "message", "channel": "sms", "sender": "+40721000000", "text": "Stop"}])
    assert reply.json() == {"outcomes": ["stop"]}
    (closed,) = await hook.room.said(said.ContactSuppressed)
    assert (closed.recipient_id, closed.channel, closed.reason) == (hook.person_id, "sms", "unsubscribed")


@numbers
async def test_an_sms_in_words_is_a_question_of_whoever_has_the_number(hook: World) -> None:
    await hook.sql("UPDATE person SET phone = '+40721000000'")
    events = [{"kind": "message", "channel": "whatsapp", "sender": "+40721000000", "text": "Where do you wait?"}]
    assert (await call(hook, events)).json() == {"outcomes": ["question"]}
    page = await hook.room.read(views.list_questions, {}, None, Paging(limit=10), caller=callers.global_manager())
    (question,) = page.items
    assert (question.person_id, question.channel, question.application_id) == (
        hook.person_id, "whatsapp", hook.application_id
    )  # fmt: skip


async def test_a_whole_letter_comes_by_the_hook_as_well(hook: World) -> None:
    mail = letter("hello@sojourn.example", "Is there a gym?", Message_ID="<1@h>").as_bytes()
    reply = await call(hook, [{"kind": "message", "mail": base64.b64encode(mail).decode()}])
    assert reply.json() == {"outcomes": ["question"]}
