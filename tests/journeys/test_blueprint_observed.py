"""The observed blueprint: figures of steps and cells from facts, and planted moments of truth found again."""

from typing import Any

import pytest

from services.journeys.designs import LIBRARY
from services.journeys.estimating import Estimating
from shared.testing import callers
from shared.testing.rooms import Room
from tests.journeys.population import Population

EP = LIBRARY.newest("blueprint", "ep")
assert EP is not None


@pytest.fixture
async def observed(room: Room) -> Any:
    await Population().settle(room)
    client = await room.client(callers.global_manager())
    asked = await client.post("/v1/estimates/blueprint", json={"params": {"design": str(EP.id)}})
    assert asked.status_code == 202, asked.text
    assert await Estimating(room.runtime).step()
    found = (await client.get(f"/v1/estimates/blueprint?design={EP.id}")).json()
    assert found["state"] == "ready", found
    return found["result"]


def item_of(observed: Any, step: str, item: str) -> Any:
    (found,) = [one["items"][item] for one in observed["steps"] if one["id"] == step]
    return found


async def test_planted_truths_are_found_and_harmless_touchpoints_are_not(observed: Any) -> None:
    marks = {name: item["marks"] for step in observed["steps"] for name, item in step["items"].items() if item["marks"]}
    assert "moment_of_truth" in marks["pickup-information"]
    assert "moment_of_truth" in marks["first-weeks"]
    assert "moment_of_truth" in marks["call-to-sign"]
    assert "non_quality" in marks["call-to-sign"]
    for harmless in ("preparation-booklet", "visa-papers", "host-contact", "departure-document"):
        assert "moment_of_truth" not in marks.get(harmless, [])
    assert observed["looks"] >= observed["tested"] > 5
