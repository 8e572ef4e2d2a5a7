"""Improvements: on the board, with history, and figures before and after that say how far they can be trusted."""

from datetime import UTC, datetime
from random import Random
from typing import Any

import httpx
import pytest

from services.journeys.console.pages import doors
from services.journeys.estimating import Estimating
from services.journeys.policy.improvements import Heap, around, change, compared
from shared.ids import new_id
from shared.testing import builders, callers
from tests.journeys.others import Others
from tests.journeys.population import Population
from tests.journeys.world import CLUJ, UPPSALA, World

IDEA = {"journey": "ep", "kind": "insight", "title": "A picture of the meeting point", "step": "prepare",
        "item": "pickup-information"}  # fmt: skip


async def test_an_improvement_goes_from_insight_to_launch_and_its_history_is_kept(world: World) -> None:
    client = await world.room.client(world.se)
    assert (await client.post("/v1/improvements", json=IDEA)).status_code == 403  # for everybody: the global team's
    made = await client.post("/v1/improvements", json=IDEA | {"entity_id": str(CLUJ)})
    assert made.status_code == 201, made.text
    address = made.headers["Location"]
    body = {name: made.json()[name] for name in ("title", "step", "item")}
    launched = body | {"kind": "launched"}
    assert (await client.put(address, json=launched, headers={"If-Match": '"1"'})).status_code == 422
    done = await client.put(address, json=launched | {"launched_on": "2026-01-15"}, headers={"If-Match": '"1"'})
    assert (done.json()["kind"], done.headers["ETag"]) == ("launched", '"2"')
    past = (await client.get(f"{address}/history")).json()["items"]
    assert (past[0]["before"]["kind"], past[0]["after"]["kind"], past[1]["version"]) == ("insight", "launched", 1)
    nowhere = await client.post("/v1/improvements", json=IDEA | {"entity_id": str(CLUJ), "step": "moon"})
    assert nowhere.json()["errors"][0]["pointer"] == "#/step"
    other = await world.room.client(callers.hosting_manager(UPPSALA))
    assert (await other.get(address)).status_code == 404
    assert (await other.get("/v1/improvements")).json()["items"] == []
    assert await world.room.said() == []  # free text is no fact: nothing is said of it


async def test_before_and_after_a_launch_beside_those_without_it(world: World) -> None:
    room, launch = world.room, datetime(2025, 8, 1, tzinfo=UTC)
    population = Population(size=3000, launched=launch, planted=False)
    await population.settle(room)
    host = population.committees[0]
    await room.hear(builders.entity(host, path=[host]))
    client = await room.client(callers.global_manager())
    launched = IDEA | {"kind": "launched", "launched_on": "2025-08-01", "entity_id": str(host)}
    made = (await client.post("/v1/improvements", json=launched)).json()
    await client.post("/v1/estimates/improvement", json={"params": {"improvement": made["id"], "days": 150}})
    assert await Estimating(room.runtime).step()
    found = (await client.get(f"/v1/estimates/improvement?improvement={made['id']}&days=150")).json()["result"]
    (measure,) = [one for one in found["measures"] if one["by"] == "touchpoint:pickup-information"]
    figures = measure["figures"]
    assert figures["doubts"] == ["as_if_alike"]
    assert figures["change"]["low"] <= 0.45 <= figures["change"]["high"]  # planted: 0.5 before, 0.95 after
    assert figures["against_others"]["low"] <= 0.45 <= figures["against_others"]["high"]
    assert min(figures[name]["n"] for name in ("before", "after", "others_before", "others_after")) >= 30


def test_a_difference_says_what_to_doubt() -> None:
    heaps = {
        "here:earlier": Heap(200, 0.5, 0.25),
        "here:before": Heap(200, 0.3, 0.21),
        "here:after": Heap(200, 0.5, 0.25),
    }
    told = around(heaps)
    assert told["change"]["low"] > 0
    assert told["doubts"] == ["no_control", "was_moving"]  # back to where it had been
    few = around({"here:before": Heap(5, 0.2, 0.2), "here:after": Heap(400, 0.9, 0.1)})
    assert few["change"] is None
    assert few["doubts"] == ["too_few", "no_control"]
    others = heaps | {"there:before": Heap(200, 0.3, 0.21), "there:after": Heap(200, 0.5, 0.25)}
    assert abs(around(others)["against_others"]["estimate"]) < 1e-9
    assert change(Heap(40, 1.0, 0.0), Heap(40, 1.0, 0.0)).high > 0  # type: ignore[union-attr]


def test_intervals_of_changes_cover_the_truth() -> None:
    chance, covered = Random(4), [0, 0]

    def heap(mean: float, n: int) -> Heap:
        values = [float(chance.random() < mean) for _ in range(n)]
        found = sum(values) / n
        return Heap(n, found, sum((value - found) ** 2 for value in values) / (n - 1))

    for _ in range(1500):
        here, there = (heap(0.5, 60), heap(0.7, 80)), (heap(0.4, 70), heap(0.5, 90))
        plain, other = change(*here), compared(here, there)
        assert plain is not None
        assert other is not None
        covered[0] += plain.low <= 0.2 <= plain.high
        covered[1] += other.low <= 0.1 <= other.high
    assert min(covered) / 1500 >= 0.93, covered


@pytest.fixture
async def browser_of(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    app = await world.room.app()
    others = Others(world)
    others.answers["/v1/members"] = {"items": [
        {"id": str(new_id()), "given_name": "Ana", "family_name": "Pop", "role": "manager", "status": "active"}
    ], "next": None}  # fmt: skip
    monkeypatch.setattr(doors, "http_client", others.client(app))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    cookies = {"sojourn_token": callers.token(world.se)}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8105", cookies=cookies) as client:
        yield client


async def test_the_board_takes_a_proposal_and_shows_what_is_wrong_beside_the_field(
    world: World, browser_of: Any
) -> None:
    form = await browser_of.get("/console/improvements/new?journey=ep&step=prepare&item=pickup-information")
    assert 'value="prepare/pickup-information" selected' in form.text
    assert "Ana Pop" in form.text
    sent = {"form-key": "a-key-of-a-form", "title": "", "kind": "insight", "place": "prepare"}
    wrong = await browser_of.post("/console/improvements/new?journey=ep", data=sent)
    assert wrong.status_code == 422
    assert 'id="f-title-error"' in wrong.text
    done = await browser_of.post("/console/improvements/new?journey=ep", data=sent | {"title": "<b>Photo</b>"})
    assert done.status_code == 303
    board = await browser_of.get(done.headers["location"])
    assert "&lt;b&gt;Photo&lt;/b&gt;" in board.text
    (one,) = (await (await world.room.client(world.se)).get("/v1/improvements")).json()["items"]
    page = await browser_of.get(f"/console/improvements/{one['id']}")
    assert page.status_code == 200
    assert page.text.count("<b>Photo") == 0
