"""By the shipped plan, an EP whose address takes no mail finds all of it in the feed, documents with their page too."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from services.notifications import plan
from services.notifications.policy import Audience, Kind, Medium
from shared.contracts import papers as said
from shared.testing import callers
from tests.notifications.world import World

SHIPPED = plan.parse(plan.DEFAULT.read_text("utf-8"))


@pytest.fixture
async def shipped(world: World) -> AsyncIterator[World]:
    with plan.using(SHIPPED):
        yield world


def test_every_message_for_an_ep_has_the_feed_behind_the_mail() -> None:
    told = [entry for entry in SHIPPED.touchpoints if entry.audience is Audience.ep and entry.kind is Kind.message]
    assert {entry.channels for entry in told} == {(Medium.email, Medium.feed)}
    others = [
        entry for entry in SHIPPED.touchpoints if entry.audience is not Audience.ep and entry.kind is Kind.message
    ]
    assert not [entry.code for entry in others if Medium.feed in entry.channels]


@pytest.fixture
async def browser(world: World) -> httpx.AsyncClient:
    return await world.room.client()


async def test_a_closed_address_is_told_in_the_feed_and_nothing_is_lost_or_doubled(
    shipped: World, browser: httpx.AsyncClient
) -> None:
    world = shipped
    await world.known()
    world.verdicts["ioana@sojourn.example"] = "550 5.1.1 no such user"
    for day in range(2, 13):
        await world.at(datetime(2026, 2, day, 12, tzinfo=UTC))
    client = await world.room.client(callers.participant(world.person_id))
    items = (await client.get("/v1/feed", params={"limit": 50})).json()["items"]
    told = [item["touchpoint"] for item in items]
    assert len(told) == len(set(told))
    states = await world.states()
    others = {entry.code for entry in SHIPPED.touchpoints if entry.audience is not Audience.ep}
    assert {code for code, state in states.items() if state == "sent"} - others == set(told)
    assert not [code for code, state in states.items() if state in ("failed", "skipped")]
    assert {"pickup-information", "policies-papers", "insurance-papers"} <= set(told)
    sheet = next(item for item in items if item["touchpoint"] == "pickup-information")
    path = re.sub(r"^https?://[^/]+", "", sheet["link"])
    assert (await browser.get(path)).status_code == 200
    assert (await browser.post(path, data={"do": "open"})).status_code == 303
    assert [one.kind for one in await world.room.said(said.DocumentOpened)] == ["pickup-sheet"]


async def test_who_wants_no_nudges_gets_none_in_the_feed_either(shipped: World) -> None:
    world = shipped
    await world.known()
    ep = await world.room.client(callers.participant(world.person_id))
    await world.at(datetime(2026, 2, 2, 12, tzinfo=UTC))
    top = await world.room.client(callers.global_manager())
    wish = {"recipient_id": str(world.person_id), "budget": "care"}
    assert (await top.post("/v1/suppressions", json=wish)).status_code == 201
    await world.at(datetime(2026, 2, 20, 12, tzinfo=UTC))
    states = await world.calendar()
    assert (str(states["flight-reminder"].state), states["flight-reminder"].reason) == ("skipped", "suppressed_by_hand")
    items = (await ep.get("/v1/feed", params={"limit": 50})).json()["items"]
    assert "flight-reminder" not in {item["touchpoint"] for item in items}
