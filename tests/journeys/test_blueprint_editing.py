"""Editing a blueprint on the console, without a script: add, rename, move, remove, take back, publish."""

from copy import deepcopy
from typing import Any

import httpx
import pytest

from services.journeys.console.pages import doors
from services.journeys.designs import LIBRARY
from services.journeys.policy import editing
from services.journeys.policy.kinds import faults_of
from shared.testing import callers
from tests.journeys.others import Others
from tests.journeys.world import World

EP = LIBRARY.newest("blueprint", "ep")
assert EP is not None


def test_small_changes_leave_the_document_as_it_was_and_give_a_new_one() -> None:
    before = deepcopy(EP.document)
    made = editing.add_step(EP.document, "Alumni evening", "return", "en")
    made = editing.add_item(made, "alumni-evening", "touchpoints", "Invitation", "en")
    made = editing.move_item(made, "invitation", to="return")
    made = editing.move_step(made, "alumni-evening", -99)
    made = editing.change_step(made, "alumni-evening", {"title": "Seara alumnilor", "expected": ["learning"]}, "ro")
    made = editing.change_item(made, "invitation", {"owner": "SE", "due": None}, "en")
    assert made["steps"][0]["title"] == {"en": "Alumni evening", "ro": "Seara alumnilor"}
    assert made["steps"][-1]["items"][-1]["owner"] == "SE"
    assert faults_of("blueprint", made) == []
    made = editing.remove_item(editing.remove_step(made, "alumni-evening"), "invitation")
    assert made == before == EP.document


def test_an_item_moves_within_its_cell_and_no_further() -> None:
    step = next(one for one in EP.document["steps"] if one["id"] == "stay")
    row = [item["id"] for item in step["items"] if item["row"] == "touchpoints"]
    moved = editing.move_item(EP.document, row[1], by=-1)
    after = next(one for one in moved["steps"] if one["id"] == "stay")
    assert [item["id"] for item in after["items"] if item["row"] == "touchpoints"] == [row[1], row[0], *row[2:]]
    assert editing.move_item(EP.document, row[0], by=-1) == EP.document
    with pytest.raises(editing.CannotEdit):
        editing.move_item(EP.document, "nothing", by=1)


@pytest.fixture
async def browser_of(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    app = await world.room.app()
    monkeypatch.setattr(doors, "http_client", Others(world).client(app))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    cookies = {"sojourn_token": callers.token(world.se)}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8105", cookies=cookies) as client:
        yield client


async def test_a_draft_is_copied_changed_taken_back_and_published_by_forms(world: World, browser_of: Any) -> None:
    client, base = browser_of, "/console/blueprint/designs"
    copied = await client.post(f"{base}/{EP.id}/copy", data={"form-key": "k" * 20})
    edit = copied.headers["location"]
    rooms = await world.room.client(world.se)
    address = "/v1/designs/" + edit.split("/")[-2]

    async def change(version: int, **fields: str) -> httpx.Response:
        sent = {"form-key": f"key-{version}-{fields['do']}", "form-version": str(version), **fields}
        return await client.post(edit, data=sent)

    async def titles() -> list[str]:
        return [step["title"].get("en") for step in (await rooms.get(address)).json()["document"]["steps"]]

    assert (await change(1, do="add_step", title="Alumni evening", after="return")).status_code == 303
    assert (await titles())[-1] == "Alumni evening"
    await change(2, do="step_back", step="alumni-evening")
    assert (await titles())[-2] == "Alumni evening"
    await change(2, do="remove_step", step="alumni-evening")  # somebody else's view of it: refused
    assert "Alumni evening" in await titles()
    undone = await client.post(edit.replace("/edit", "/undo"), data={"form-key": "undo-undo-undo"})
    assert undone.status_code == 303
    assert (await titles())[-1] == "Alumni evening"
    await change(4, do="change_item", item="pickup-information", title="Pick-up sheet", row="frontstage", to="sign",
                 touchpoints="pickup-information", grace_days="2")  # fmt: skip
    document = (await rooms.get(address)).json()["document"]
    sign = next(step for step in document["steps"] if step["id"] == "sign")
    assert (sign["items"][-1]["row"], sign["items"][-1]["grace_days"]) == ("frontstage", 2)
    bad = await change(
        5, do="change_step", step="sign", title="Signs", of="application", begins="raised", ends="signed"
    )
    assert (await client.get(bad.headers["location"])).text.count("moments") >= 1
    assert (await client.post(edit.replace("/edit", "/publish"), data={"form-version": "5"})).status_code == 303
    assert (await rooms.get("/v1/designs/in-use?kind=blueprint&journey=ep")).json()["id"] == address.split("/")[-1]
    assert (await client.get("/console/blueprint?journey=ep")).text.count("Pick-up sheet") == 1
