"""Persona maps: what ships, what is refused, live figures and words beside items; another field by a file alone."""

import copy
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.journeys import designs
from services.journeys.estimating import Estimating
from services.journeys.handlers import designs as writing
from services.journeys.policy.editing import add_item, move_item, remove_item
from services.journeys.policy.evidence import counted, figures_of
from services.journeys.policy.persona_maps import STEPS, MapRow, blank_map, map_faults
from services.journeys.views import designs as reading
from shared.contracts import surveys
from shared.testing import callers
from tests.journeys.world import World

ROOT = Path(__file__).parents[2]
MAPS = [one for one in designs.LIBRARY.designs if one.kind == "persona-map"]
EP = next(one for one in MAPS if one.journey == "ep")


@pytest.mark.parametrize("one", MAPS, ids=lambda one: one.journey)
def test_each_shipped_map_fills_every_cell_in_three_languages(one: designs.Shipped) -> None:
    for step in one.document["steps"]:
        assert {item["row"] for item in step["items"]} == set(MapRow), step["id"]
    texts = [item["title"] for step in one.document["steps"] for item in step["items"]]
    texts += [one.document["title"], *one.document["persona"]["needs"], one.document["persona"]["goal"]]
    assert [text for text in texts if set(text) != {"en", "ro", "ar"}] == []


def test_customers_members_and_another_field_have_a_map() -> None:
    assert {(one.journey, one.document["customer"]) for one in MAPS} == {
        ("ep", "ep"), ("enabler", "enabler"), ("member", "member"), ("museum", "other"),
    }  # fmt: skip


def test_what_a_map_names_as_evidence_is_told_by_the_system() -> None:
    """Touchpoints are entries of the plan, steps are moments of the funnel."""
    from services.journeys.policy.blueprints import MOMENTS, Unit
    from services.notifications import plan

    codes = {entry.code for entry in plan.shipped().touchpoints}
    units = {"ep": Unit.person, "enabler": Unit.enabler, "member": Unit.member}
    for one in MAPS:
        for item in (item for step in one.document["steps"] for item in step["items"]):
            evidence = item.get("evidence", {})
            assert evidence.get("touchpoint") in {None, *codes}, item["id"]
            moments = {*MOMENTS[units[one.document["customer"]]], "alumna"} if evidence.get("step") else set()
            assert evidence.get("step") in {None, *moments}, item["id"]


def test_faults_say_where_they_are() -> None:
    blank = blank_map("Title", "Ana", "A goal", "ep", "en")
    assert map_faults(blank) == []
    turned = {**blank, "steps": blank["steps"][::-1]}
    assert map_faults(turned)[0][0] == ("steps",)
    added = add_item(blank, "act", "thinks", "Which one?", "en")
    twice = copy.deepcopy(added)
    twice["steps"][5]["items"] = [dict(twice["steps"][3]["items"][0])]
    assert map_faults(twice)[0][0] == ("steps", 5, "items", 0, "id")
    wrong = copy.deepcopy(added)
    wrong["steps"][3]["items"][0]["evidence"] = {"measure": "luck:experience"}
    assert map_faults(wrong)[0][0] == ("steps", 3, "items", 0, "evidence", "measure")
    assert next(place for place, _ in map_faults({**blank, "persona": {}}))[0] == "persona"


def test_items_are_added_moved_and_removed_by_what_edits_any_design() -> None:
    document = blank_map("Title", "Ana", "A goal", "ep", "en")
    for title in ("First", "Second"):
        document = add_item(document, "act", "does", title, "en")
    document = move_item(document, "second", by=-1)
    assert [item["id"] for item in document["steps"][3]["items"]] == ["second", "first"]
    document = move_item(document, "first", to="share")
    document = remove_item(document, "second")
    assert [[item["id"] for item in step["items"]] for step in document["steps"]] == [[], [], [], [], [], ["first"]]
    assert [step["id"] for step in document["steps"]] == list(STEPS)


def test_another_field_is_a_file_and_no_code() -> None:
    python = [file for folder in ("services", "shared") for file in (ROOT / folder).rglob("*.py")]
    assert [file.name for file in python if "museum" in file.read_text("utf-8").lower()] == []
    files = {file.name for file in (ROOT / "services/journeys/designs").glob("museum*.yaml")}
    assert files == {"museum.yaml", "museum-map.yaml"}


async def test_a_journey_is_added_by_its_file_alone(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The museum's file with other names in it: listed, read, copied, changed and published like those that ship."""
    for name in ("museum.yaml", "museum-map.yaml"):
        text = (designs.FOLDER / name).read_text("utf-8").replace("journey: museum", "journey: library")
        (tmp_path / name).write_text(text, "utf-8")
    for module in (reading, writing):
        monkeypatch.setattr(module, "LIBRARY", designs.Library(tmp_path))
    client = await world.room.client(callers.global_manager())
    listed = (await client.get("/v1/designs", params={"journey": "library"})).json()["items"]
    assert sorted(one["kind"] for one in listed) == ["blueprint", "persona-map"]
    shown = next(one for one in listed if one["kind"] == "persona-map")
    evidence = (await client.get(f"/v1/persona-maps/{shown['id']}/evidence")).json()
    assert (evidence["customer"], evidence["state"], evidence["items"]) == ("other", "absent", [])
    draft = await client.post(f"/v1/designs/{shown['id']}/copies", json={})
    path, version = draft.headers["Location"], draft.headers["ETag"]
    document = add_item(draft.json()["document"], "share", "does", "Borrows a book", "en")
    changed = await client.put(path, json={"content": document}, headers={"If-Match": version})
    used = await client.post(f"{path}/publication", headers={"If-Match": changed.headers["ETag"]})
    assert (used.status_code, used.json()["state"]) == (200, "published")
    asked = {"kind": "persona-map", "journey": "library", "persona": shown["persona"]}
    assert (await client.get("/v1/designs/in-use", params=asked)).json()["number"] == 2


async def test_figures_stand_beside_the_items_that_name_them(world: World) -> None:
    await world.whole_story()
    client = await world.room.client(callers.global_manager())
    path = f"/v1/persona-maps/{EP.id}/evidence"
    assert (await client.get(path)).json()["state"] == "absent"
    await client.post("/v1/estimates/persona-evidence", json={"params": {"customer": "ep"}})
    assert await Estimating(world.room.runtime).step()
    found = (await client.get(path)).json()
    figures = {one["item"]: one["figures"] for one in found["items"]}
    (recommends,) = figures["recommends"]
    assert (recommends["kind"], recommends["n"], recommends["value"]) == ("score", 1, -100.0)
    (effort,) = figures["effort"]
    assert (effort["name"], effort["n"], effort["value"]) == ("ces2:experience", 1, 3.0)
    (paper,) = figures["pickup-paper"]
    assert (paper["kind"], paper["done"], paper["n"], paper["value"]) == ("touchpoint", 1, 1, 1.0)
    assert figures["worth-it"] == []
    other = await world.room.client(callers.sending_manager(UUID(int=7)))
    assert (await other.get(path)).json()["state"] == "absent"


async def test_words_are_shown_to_who_sees_the_conversation_until_they_are_forgotten(world: World) -> None:
    await world.whole_story()
    for caller, seen in ((world.se, 1), (world.he, 1), (callers.sending_manager(UUID(int=7)), 0)):
        client = await world.room.client(caller)
        items = (await client.get("/v1/quotes")).json()["items"]
        assert len(items) == seen
    client = await world.room.client(world.se)
    (quote,) = (await client.get("/v1/quotes", params={"group": "detractor"})).json()["items"]
    assert (quote["text"], quote["score"], quote["person_id"]) == ("Nobody met me.", 4, str(world.person_id))
    assert (await client.get("/v1/quotes", params={"group": "promoter"})).json()["items"] == []
    await world.room.hear_erased(surveys.SurveyComment, UUID(quote["invitation_id"]))
    assert (await client.get("/v1/quotes")).json()["items"] == []
    assert (await (await world.room.client(world.ep)).get("/v1/quotes")).status_code == 403


def test_counts_become_figures_by_their_name() -> None:
    data: dict[str, Any] = {
        "scores": [["nps:experience", 10, 30], ["nps:experience", 3, 10], ["ces2:experience", 7, 5]],
        "apart": [["nps:experience@after-completion", 10, 30]], "touchpoints": [["pickup-information", 9, 10, 8]],
        "channels": [["web", 30], ["phone", 10]], "steps": [["applied", 100, 40]], "watch_days": 180,
    }  # fmt: skip
    known = counted(data)
    nps, share, channel, step = figures_of(
        {"measure": "nps:experience", "touchpoint": "pickup-information", "channel": "web", "step": "applied"}, known
    )
    assert (nps["n"], nps["value"]) == (40, 50.0)
    assert nps["low"] < 50 < nps["high"]
    assert (share["n"], share["value"], share["done"]) == (10, 0.8, 9)
    assert (channel["value"], step["value"]) == (0.75, 0.4)
    (apart,) = figures_of({"measure": "nps:experience", "questionnaire": "after-completion"}, known)
    assert (apart["n"], apart["value"]) == (30, 100.0)
    (nothing,) = figures_of({"channel": "post"}, known)
    assert (nothing["n"], nothing["value"]) == (0, None)
