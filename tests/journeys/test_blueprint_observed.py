"""The observed blueprint: figures of steps and cells from facts, and planted moments of truth found again."""

from typing import Any

import pytest

from services.journeys.designs import LIBRARY
from services.journeys.estimating import Estimating
from services.surveys.policy.standards import STANDARDS
from shared.contracts.surveys import Party
from shared.ids import new_id
from shared.testing import builders, callers
from shared.testing.rooms import Room
from tests.journeys.population import SENDING, Population

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


async def test_an_enablers_word_on_standards_stands_in_the_cells_of_the_enablers_journey(room: Room) -> None:
    """As told by events; the EP's words on the same stay are of the EP's journey alone."""
    enabler, stay = LIBRARY.newest("blueprint", "enabler"), builders.experience()
    assert enabler is not None
    measured = {code for step in enabler.document["steps"] for item in step["items"] for code in _standards(item)}
    assert measured == {*STANDARDS[Party.enabler]}
    words = {"enabler_preparation": "no", "enabler_timeline": "yes"}
    await room.hear(builders.answered(stay, party="enabler", standards=words))
    await room.hear(builders.answered(stay, standards={"insurance": "yes"}))
    client = await room.client(callers.global_manager())
    await client.post("/v1/estimates/blueprint", json={"params": {"design": str(enabler.id)}})
    assert await Estimating(room.runtime).step()
    found = (await client.get(f"/v1/estimates/blueprint?design={enabler.id}")).json()["result"]
    (told,) = item_of(found, "prepare", "booklet")["standards"]
    assert (told["code"], told["said_yes"]["part"], told["said_yes"]["n"]) == ("enabler_preparation", 0, 1)
    cell = f"/v1/designs/{enabler.id}/steps/prepare/items/booklet/occurrences?what=standards"
    (behind,) = (await client.get(cell)).json()["items"]
    assert (behind["code"], behind["state"]) == ("enabler_preparation", "no")
    assert (behind["enabler_id"], behind["person_id"]) == (str(stay["enabler_id"]), None)
    ips = f"/v1/designs/{EP.id}/steps/prepare/items/ops/occurrences?what=standards"
    assert (await client.get(ips)).json()["items"] == []


def _standards(item: Any) -> list[str]:
    return list(item.get("measured", {}).get("standards", []))


async def test_each_scope_segment_and_customer_has_figures_of_its_own(room: Room) -> None:
    await Population(size=200).settle(room)
    await room.hear(builders.entity(SENDING, path=[SENDING]))
    chief, other = await room.client(callers.global_manager()), await room.client(callers.sending_manager(new_id()))
    enabler = LIBRARY.newest("blueprint", "enabler")
    assert enabler is not None
    talent = (await chief.post("/v1/segments", json={"name": "Talent", "rule": {"products": ["talent"]}})).json()
    assert "id" in talent, talent

    async def passages(client: Any, design: Any, segment: str | None = None) -> dict[str, int]:
        body = {"params": {"design": str(design.id)}, "segment": segment}
        assert (await client.post("/v1/estimates/blueprint", json=body)).status_code == 202
        await Estimating(room.runtime).step()
        narrowed = {"design": str(design.id)} | ({"segment": segment} if segment else {})
        found = (await client.get("/v1/estimates/blueprint", params=narrowed)).json()
        assert found["state"] == "ready", found
        return {one["id"]: one["passage"]["n"] for one in found["result"]["steps"] if one["passage"]}

    every = await passages(chief, EP)
    assert every["wait"] == 200
    assert 0 < (await passages(chief, EP, talent["id"]))["wait"] < 100
    assert (await passages(other, EP))["wait"] == 0
    assert (await passages(await room.client(callers.sending_manager(SENDING)), EP))["wait"] == 200
    assert (await passages(chief, enabler)).keys() == {"meet", "raise", "choose", "prepare", "host", "again"}
