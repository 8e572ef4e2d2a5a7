"""The in-app feed: whose it is, in which order it changes, and that a stream loses nothing when it breaks."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest

from services.notifications.policy import Budget, Medium, Plan
from shared.access import Caller
from shared.contracts.applications import PersonDetails
from shared.ids import new_id
from shared.testing import callers
from shared.testing.callers import token
from tests.browsers import served
from tests.notifications.plans import care, using
from tests.notifications.world import World

PLAN = Plan("test", 1, tuple(care(f"note-{n}", Budget.owed, Medium.feed) for n in range(3)))


@pytest.fixture(autouse=True)
def _plan(monkeypatch: pytest.MonkeyPatch) -> None:
    using(monkeypatch, PLAN)


async def more(world: World) -> None:
    """Three more items."""
    world.stay = {**world.stay, "application_id": new_id()}
    await world.approve()
    await world.run()


async def test_a_person_reads_their_feed_and_marks_what_was_read(world: World) -> None:
    await world.known(language="en")
    await world.run()
    client = await world.room.client(callers.participant(world.person_id))
    feed = (await client.get("/v1/feed")).json()
    assert (len(feed["items"]), feed["unread"], feed["position"]) == (3, 3, 3)
    assert [item["position"] for item in feed["items"]] == [3, 2, 1]
    assert feed["items"][0]["title"]
    assert "Uppsala" in feed["items"][0]["body"]
    read = await client.post("/v1/feed/read", json={"items": [feed["items"][1]["id"]]})
    assert len(read.json()["read"]) == 1
    after = (await client.get("/v1/feed")).json()
    assert (after["unread"], after["position"]) == (2, 4)
    await client.post("/v1/feed/read", json={"up_to": 4})
    assert (await client.get("/v1/feed")).json()["unread"] == 0
    assert (await client.post("/v1/feed/read", json={"up_to": 99})).json()["read"] == []
    for bad in ({}, {"items": [], "up_to": 1}):
        assert (await client.post("/v1/feed/read", json=bad)).status_code == 422


async def test_nobody_reads_somebody_elses_feed(world: World) -> None:
    await world.known()
    await world.run()
    mine = (await (await world.room.client(callers.participant(world.person_id))).get("/v1/feed")).json()["items"]
    other = await world.room.client(callers.participant())
    assert (await other.get("/v1/feed")).json()["items"] == []
    assert (await other.post("/v1/feed/read", json={"items": [mine[0]["id"]]})).json()["read"] == []
    manager = await world.room.client(callers.global_manager())
    assert (await manager.get("/v1/feed")).status_code == 403


async def test_a_feed_comes_in_portions(world: World) -> None:
    await world.known()
    await world.run()
    client = await world.room.client(callers.participant(world.person_id))
    first = (await client.get("/v1/feed", params={"limit": 2})).json()
    rest = (await client.get("/v1/feed", params={"limit": 2, "before": first["next_before"]})).json()
    assert [item["position"] for item in first["items"] + rest["items"]] == [3, 2, 1]
    assert rest["next_before"] is None


async def test_a_forgotten_persons_feed_has_no_words(world: World) -> None:
    await world.known()
    await world.run()
    await world.room.hear_erased(PersonDetails, world.person_id)
    client = await world.room.client(callers.participant(world.person_id))
    items = (await client.get("/v1/feed")).json()["items"]
    assert {(item["title"], item["body"], item["link"]) for item in items} == {(None, None, None)}


async def events(base: str, caller: Caller, count: int, last: int | None = None) -> list[tuple[int, dict[str, Any]]]:
    """The next so many events of a stream, which is then cut off."""
    headers = {"Authorization": f"Bearer {token(caller)}", "Accept": "text/event-stream"}
    headers |= {"Last-Event-ID": str(last)} if last is not None else {}
    found: list[tuple[int, dict[str, Any]]] = []
    position = 0
    async with (
        asyncio.timeout(20), httpx.AsyncClient(base_url=base, headers=headers, timeout=20) as client,
        client.stream("GET", "/v1/feed/stream", params={"after": 0} if last is None else None) as reply,
    ):  # fmt: skip
        assert reply.headers["content-type"].startswith("text/event-stream")
        async for line in reply.aiter_lines():
            if line.startswith("id: "):
                position = int(line[4:])
            if line.startswith("data: "):
                found.append((position, orjson.loads(line[6:])))
            if len(found) == count:
                return found
    return found


async def test_a_stream_tells_what_comes_and_goes_on_where_it_broke(world: World) -> None:
    await world.known()
    await world.run()
    ep = callers.participant(world.person_id)
    async with served(world.room) as base:
        first = await events(base, ep, 2)
        assert [position for position, _ in first] == [1, 2]
        await more(world)  # while nobody listens
        second = await events(base, ep, 4, last=2)
        assert [position for position, _ in second] == [3, 4, 5, 6]
        waiting = asyncio.create_task(events(base, ep, 3, last=6))
        await asyncio.sleep(0.5)
        await more(world)  # while somebody does
        third = await waiting
        assert [position for position, _ in third] == [7, 8, 9]
        ids = {UUID(item["id"]) for _, item in [*first, *second, *third]}
        assert len(ids) == 9
        reading = asyncio.create_task(events(base, ep, 1, last=9))
        await asyncio.sleep(0.3)
        client = await world.room.client(ep)
        await client.post("/v1/feed/read", json={"items": [str(next(iter(ids)))]})
        ((position, item),) = await reading
        assert position == 10
        assert item["read_at"] is not None


async def test_a_stream_ends_with_the_token_and_after_one_look_for_who_asks_for_none(world: World) -> None:
    await world.known()
    await world.run()
    ep = callers.participant(world.person_id)
    client, path = await world.room.client(ep), "/v1/feed/stream?after=0"
    soon = int(datetime.now(UTC).timestamp()) + 2
    short = {"Accept": "text/event-stream", "Authorization": f"Bearer {token(ep, exp=soon)}"}
    async with asyncio.timeout(30):
        once, until = [(await client.get(path, headers=given)).text for given in ({"Accept": "*/*"}, short)]
    assert once.count("event: item") == until.count("event: item") == len(PLAN.touchpoints)
