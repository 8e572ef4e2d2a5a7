"""Providers: a signed HTTP call, files, and what production refuses; SMS and the like leave through one port."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.notifications.channels import Parcel, providers
from services.notifications.channels.http import HttpProvider
from services.notifications.channels.setup import provider_secret
from services.notifications.commands import Outcome
from services.notifications.policy import Budget, Medium, Plan
from services.notifications.sender import Sender
from shared.contracts import notifications as said
from shared.outward.post import Post
from shared.settings import Mode
from tests.applications.receiver import receiving, signed_by
from tests.notifications.plans import care, using
from tests.notifications.world import World

PARCEL = Parcel("m-1", Medium.sms, "notice", "en", "+40721000000", "Ioana", "Title", "Text")
INSIDE = [
    "https://127.0.0.1/", "https://localhost:8443/", "https://169.254.169.254/latest/meta-data/", "https://[::1]/",
    "https://10.0.0.7/", "https://192.168.1.1/", "https://[fd00:ec2::254]/", "https://[::ffff:127.0.0.1]/",
    "https://0.0.0.0/", "https://2130706433/",
]  # fmt: skip


def send_with(world: World, **settings: Any) -> None:
    runtime = world.room.runtime
    runtime.settings = runtime.settings.model_copy(update=settings)
    world.sender.close()
    world.sender = Sender(runtime)


async def test_an_sms_goes_out_as_a_signed_call_and_a_repetition_has_the_same_id(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    using(monkeypatch, Plan("test", 1, (care("notice", Budget.owed, Medium.sms, Medium.email),)))
    async with receiving() as provider:
        send_with(world, sms_provider=provider.at("/sms"), provider_loopback=True)
        provider.answer_once(503)
        await world.known(phone="+40721000000", language="en")
        await world.run()
        (row,) = await world.deliveries("notice")
        assert (row.state, row.reason) == ("pending", "provider_delayed_503")
        await world.hurry()
        await world.run()
        secret = provider_secret(world.room.runtime.kernel, world.room.runtime.settings, Medium.sms)
        first, second = provider.requests
    assert first.id == second.id == row.message_id
    assert first.path == "/sms"
    assert signed_by(secret, first)
    assert signed_by(secret, second)
    assert not signed_by(provider_secret(world.room.runtime.kernel, world.room.runtime.settings, Medium.push), first)
    assert first.payload["to"] == {"address": "+40721000000", "name": "Ioana Șerban"}
    assert (first.payload["channel"], first.payload["touchpoint"], first.payload["language"]) == ("sms", "notice", "en")
    assert first.payload["text"]
    (sent,) = await world.room.said(said.TouchpointSent)
    assert sent.channel == "sms"
    assert world.inbox() == []


@pytest.mark.parametrize(("status", "reason"), [(422, "provider_refused_422"), (410, "provider_refused_410")])
async def test_what_a_provider_refuses_goes_out_by_email(
    world: World, monkeypatch: pytest.MonkeyPatch, status: int, reason: str
) -> None:
    using(monkeypatch, Plan("test", 1, (care("notice", Budget.owed, Medium.sms, Medium.email),)))
    async with receiving() as provider:
        send_with(world, sms_provider=provider.url, provider_loopback=True)
        provider.answer(status)
        await world.known(phone="+40721000000")
        await world.run()
    rows = {row.channel: (row.state, row.reason) for row in await world.deliveries("notice")}
    assert rows == {"sms": ("failed", reason), "email": ("sent", None)}
    assert len(world.inbox()) == 1
    assert bool(await world.room.said(said.ContactSuppressed)) is (status == 410)


async def test_no_phone_is_no_reason_to_be_silent(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    using(monkeypatch, Plan("test", 1, (care("notice", Budget.owed, Medium.whatsapp, Medium.email),)))
    send_with(world, whatsapp_provider="file")
    await world.known(phone=None)
    await world.run()
    rows = {row.channel: (row.state, row.reason) for row in await world.deliveries("notice")}
    assert rows == {"whatsapp": ("cancelled", "no_address"), "email": ("sent", None)}


async def test_a_file_a_message(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    using(monkeypatch, Plan("test", 1, (care("notice", Budget.owed, Medium.push), care("mail", Budget.owed))))
    send_with(world, push_provider="file", email_provider="file")
    await world.known()
    await world.run()
    folder: Path = world.room.runtime.kernel.data_dir / "messages"
    (push,) = await world.deliveries("notice")
    (mail,) = await world.deliveries("mail")
    told = orjson.loads((folder / "push" / f"{push.message_id}.json").read_bytes())
    assert told["to"]["address"] == str(world.person_id)
    assert b"Message-ID: <" + mail.message_id.encode() in (folder / "email" / f"{mail.message_id}.eml").read_bytes()


@pytest.mark.parametrize("url", INSIDE)
async def test_in_production_no_provider_is_called_inside_the_network(world: World, url: str) -> None:
    """The setting is loopback, too: production doesn't mind it."""
    runtime = world.room.runtime
    runtime.kernel = runtime.kernel.model_copy(update={"mode": Mode.production})
    runtime.settings = runtime.settings.model_copy(update={"sms_provider": url, "provider_loopback": True})
    try:
        provider = providers(runtime)[Medium.sms]
    except ValueError:
        return
    async with provider.session() as session:
        outcome, reason = await session.send(PARCEL)
    await provider.close()
    assert outcome is (Outcome.later if reason == "provider_name_unknown" else Outcome.refused)
    assert reason in ("provider_address_refused", "provider_name_unknown")


async def test_a_name_that_leads_inside_is_refused_when_it_is_called() -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return ["93.184.215.14", "169.254.169.254"]

    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    provider = HttpProvider("https://sms.example/", secret, Post(resolve=resolve), 2, lambda: datetime.now(UTC))
    assert await provider.send(PARCEL) == (Outcome.refused, "provider_address_refused")
    await provider.close()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"sms_provider": "file"}, "production mode refuses a file"),
        ({"sms_provider": "http://sms.example/"}, "https"),
        ({"sms_provider": "smtp"}, "needs a URL"),
        ({"chat_provider": "https://user:secret@chat.example/"}, "no user and no password"),
        ({"push_provider": "https://push.example:22/"}, "port"),
        ({"push_provider": "gopher://push.example/"}, "https"),
    ],
)
def test_production_refuses_providers_that_make_no_sense(world: World, settings: dict[str, str], words: str) -> None:
    runtime = world.room.runtime
    runtime.kernel = runtime.kernel.model_copy(update={"mode": Mode.production})
    runtime.settings = runtime.settings.model_copy(update=settings)
    with pytest.raises(ValueError, match=words):
        providers(runtime)
