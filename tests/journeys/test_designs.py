"""Designs as data: drafts, versions, scope, what differs, undo, and the designs that ship."""

from copy import deepcopy
from json import dumps
from typing import Any

import pytest

from services.journeys.designs import LIBRARY, DesignFault, read
from services.journeys.policy.blueprints import Row, in_language
from services.journeys.policy.designs import differences
from services.journeys.policy.kinds import faults_of
from shared.contracts.journeys import JourneyDesigned
from shared.ids import new_id
from shared.testing import callers
from shared.testing.rooms import Room
from tests.journeys.world import CLUJ, UPPSALA, World

FAIR: dict[str, Any] = {
    "title": "Career fair",
    "steps": [
        {
            "id": "booth",
            "title": {"en": "Comes to the booth", "ro": "Vine la stand"},
            "items": [{"id": "flyer", "row": "touchpoints", "title": "Takes a flyer", "owner": "SE"}],
        },
        {"id": "later", "title": "Signs up later", "items": []},
    ],
}


def changed(**values: Any) -> dict[str, Any]:
    return deepcopy(FAIR) | values


async def draft(client: Any, content: Any = FAIR, **more: Any) -> Any:
    body = {"kind": "blueprint", "journey": "career-fair", "content": content, **more}
    return await client.post("/v1/designs", json=body)


async def test_a_design_is_drafted_changed_published_and_retired_and_says_so(room: Room) -> None:
    client = await room.client(callers.global_manager())
    made = await draft(client)
    assert made.status_code == 201, made.text
    design, address = made.json(), made.headers["Location"]
    assert (design["number"], design["state"], design["shipped"]) == (1, "draft", False)
    assert (await client.put(address, json={"content": FAIR})).status_code == 428
    stale = await client.put(address, json={"content": FAIR}, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    written = await client.put(address, json={"content": changed(title="The fair")}, headers={"If-Match": '"1"'})
    assert (written.status_code, written.headers["ETag"]) == (200, '"2"')
    published = await client.post(f"{address}/publication", headers={"If-Match": '"2"'})
    assert published.json()["state"] == "published"
    (said,) = await room.said(JourneyDesigned)
    assert (said.journey, said.number, said.replaces) == ("career-fair", 1, None)
    assert "The fair" not in str(said)
    refused = await client.put(address, json={"content": FAIR}, headers={"If-Match": '"3"'})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/not-a-draft")
    second = (await draft(client)).json()
    assert second["number"] == 2
    await client.post(f"/v1/designs/{second['id']}/publication", headers={"If-Match": '"1"'})
    in_use = await client.get("/v1/designs/in-use?kind=blueprint&journey=career-fair")
    assert in_use.json()["id"] == second["id"]
    assert (await client.get(address)).json()["state"] == "retired"
    retired = await client.post(f"/v1/designs/{second['id']}/retirement", headers={"If-Match": '"2"'})
    assert retired.json()["state"] == "retired"
    assert (await client.get("/v1/designs/in-use?kind=blueprint&journey=career-fair")).status_code == 404


async def test_every_fault_of_a_document_is_told_with_its_place(room: Room) -> None:
    client = await room.client(callers.global_manager())
    bad = changed(colour="red")
    bad["steps"][0]["items"][0]["row"] = "roof"
    reply = await draft(client, bad)
    assert reply.status_code == 422
    places = {error["pointer"] for error in reply.json()["errors"]}
    assert places == {"#/content/colour", "#/content/steps/0/items/0/row"}
    twice = changed()
    twice["steps"][1]["id"] = "booth"
    assert (await draft(client, twice)).json()["errors"][0]["pointer"] == "#/content/steps/1/id"
    no_yaml = await client.post("/v1/designs", json={"kind": "blueprint", "journey": "x", "yaml": "a: [1"})
    assert no_yaml.json()["errors"][0]["pointer"] == "#/yaml"
    nothing = await client.post("/v1/designs", json={"kind": "horoscope", "journey": "x", "content": FAIR})
    assert nothing.json()["errors"][0]["pointer"] == "#/kind"


def test_a_passage_goes_forward_between_moments_of_its_kind() -> None:
    one = changed()
    one["steps"][0]["passes"] = {"of": "application", "begins": "approved", "ends": "submitted"}
    assert faults_of("blueprint", one)[0][0] == ("steps", 0, "passes", "ends")
    one["steps"][0]["passes"] = {"of": "application", "begins": "raised", "ends": "approved"}
    assert faults_of("blueprint", one)[0][0] == ("steps", 0, "passes", "begins")
    assert faults_of("blueprint", ["not", "a", "document"])


async def test_a_draft_says_again_what_it_said_before(room: Room) -> None:
    client = await room.client(callers.global_manager())
    address = (await draft(client)).headers["Location"]
    await client.put(address, json={"content": changed(title="Two")}, headers={"If-Match": '"1"'})
    await client.put(address, json={"content": changed(title="Three")}, headers={"If-Match": '"2"'})
    past = (await client.get(f"{address}/past")).json()["items"]
    assert [one["version"] for one in past] == [2, 1]
    back = await client.post(f"{address}/restoration", json={"version": 2}, headers={"If-Match": '"3"'})
    assert back.json()["document"]["title"] == "Two"
    again = await client.post(f"{address}/restoration", json={"version": 3}, headers={"If-Match": '"4"'})
    assert again.json()["document"]["title"] == "Three"
    never = await client.post(f"{address}/restoration", json={"version": 9}, headers={"If-Match": '"5"'})
    assert never.json()["errors"][0]["pointer"] == "#/version"


async def test_a_committee_designs_for_itself_and_below_and_sees_what_is_above(world: World) -> None:
    room = world.room
    cluj, uppsala = await room.client(world.se), await room.client(callers.hosting_manager(UPPSALA))
    assert (await draft(cluj)).status_code == 403
    foreign = await draft(cluj, entity_id=str(UPPSALA))
    assert foreign.json()["errors"][0]["pointer"] == "#/entity_id"
    own = await draft(cluj, entity_id=str(CLUJ))
    assert own.status_code == 201
    address = own.headers["Location"]
    assert (await uppsala.get(address)).status_code == 404
    change = {"content": changed(title="Mine now")}
    assert (await uppsala.put(address, json=change, headers={"If-Match": '"1"'})).status_code == 404
    everybodys = await draft(await room.client(callers.global_manager()))
    assert (await cluj.get(everybodys.headers["Location"])).status_code == 404  # a draft isn't for everybody's eyes
    chief = await room.client(callers.global_manager())
    await chief.post(f"{everybodys.headers['Location']}/publication", headers={"If-Match": '"1"'})
    in_use = "/v1/designs/in-use?kind=blueprint&journey=career-fair"
    assert (await cluj.get(in_use)).json()["entity_id"] is None
    await cluj.post(f"{address}/publication", headers={"If-Match": '"1"'})
    assert (await cluj.get(in_use)).json()["entity_id"] == str(CLUJ)
    assert (await uppsala.get(in_use)).json()["entity_id"] is None


async def test_what_ships_is_copied_and_never_changed(world: World) -> None:
    chief, cluj = await world.room.client(callers.global_manager()), await world.room.client(world.se)
    shipped = LIBRARY.newest("blueprint", "ep")
    assert shipped is not None
    listed = (await chief.get("/v1/designs?journey=ep&kind=blueprint")).json()["items"]
    assert [(one["id"], one["state"], one["shipped"]) for one in listed] == [(str(shipped.id), "published", True)]
    refused = await chief.put(f"/v1/designs/{shipped.id}", json={"content": FAIR}, headers={"If-Match": '"1"'})
    assert refused.json()["type"] == "/problems/shipped"
    copy = await cluj.post(f"/v1/designs/{shipped.id}/copies", json={})
    assert (copy.json()["entity_id"], copy.json()["number"]) == (str(CLUJ), shipped.number + 1)
    diff = await cluj.get(f"/v1/designs/{copy.json()['id']}/diff?against={shipped.id}")
    assert diff.json()["differences"] == []
    ours = (await chief.post(f"/v1/designs/{shipped.id}/copies", json={})).json()
    await chief.post(f"/v1/designs/{ours['id']}/publication", headers={"If-Match": '"1"'})
    assert (await chief.get(f"/v1/designs/{shipped.id}")).json()["state"] == "retired"
    assert (await chief.get("/v1/designs/in-use?kind=blueprint&journey=ep")).json()["id"] == ours["id"]
    nowhere = await chief.post(f"/v1/designs/{new_id()}/copies", json={})
    assert nowhere.status_code == 404


def test_the_difference_names_parts_by_their_id() -> None:
    other = deepcopy(FAIR)
    other["steps"].reverse()
    other["steps"][1]["items"][0]["owner"] = "HE"
    other["steps"][0]["items"].append({"id": "mail", "row": "frontstage", "title": "A mail"})
    found = {(one.pointer, str(one.turn)) for one in differences(FAIR, other)}
    assert found == {
        ("/steps/booth/items/flyer/owner", "changed"), ("/steps/later/items/mail", "added"), ("/steps", "moved"),
    }  # fmt: skip
    assert list(differences(FAIR, deepcopy(FAIR))) == []


def test_the_shipped_blueprints_speak_three_languages_and_measure_what_there_is() -> None:
    for journey in ("ep", "enabler"):
        design = LIBRARY.newest("blueprint", journey)
        assert design is not None
        texts = [design.document["title"]]
        for step in design.document["steps"]:
            texts += [step["title"], *(item["title"] for item in step["items"])]
        assert all(text.keys() == {"en", "ro", "ar"} for text in texts)
        rows = {item["row"] for step in design.document["steps"] for item in step["items"]}
        assert rows == set(Row)


def test_a_file_that_says_too_much_is_refused_by_name() -> None:
    with pytest.raises(DesignFault, match=r"x\.yaml"):
        read("kind: blueprint", "x.yaml")
    with pytest.raises(DesignFault, match="steps"):
        read("{kind: blueprint, journey: x, number: 1, document: {title: A, steps: []}}", "x.yaml")


def test_a_text_is_read_in_the_readers_language_or_in_what_there_is() -> None:
    assert in_language({"en": "Apply", "ro": "Aplică"}, "ro") == "Aplică"
    assert in_language({"en": "Apply"}, "ar") == "Apply"
    assert in_language("Plain", "ro") == "Plain"


async def test_whatever_is_sent_is_refused_with_words_and_never_an_error_of_ours(room: Room) -> None:
    client = await room.client(callers.global_manager())
    client.headers["Content-Type"] = "application/json"
    paths = ("/v1/designs", "/v1/designs/in-use", "/v1/improvements")
    endless = {"of": "person", "begins": "x", "ends": "y", "days": 1e400}
    shipped = LIBRARY.newest("blueprint", "ep")
    assert shipped is not None
    texts = ["\u0000", "😀" * 30, "a" * 300, "‮", "{}", "../..", "0", "-1", "null"]
    documents: list[Any] = [
        {}, {"title": "x"}, {"title": {"en": "a\u0000b"}, "steps": []}, {"steps": {}},
        {"title": "\ud800", "steps": []}, {"title": 1, "steps": [1, None]},
        changed(steps=[{"id": "a", "title": "A", "passes": endless}]),
        changed(title={"xx-" + "y" * 50: "t"}), changed(description="d" * 5000),
    ]  # fmt: skip
    for document in documents:
        reply = await client.post(
            "/v1/designs", content=dumps({"kind": "blueprint", "journey": "j", "content": document})
        )
        assert reply.status_code in (400, 422), reply.text
    for text in texts:
        asked = {"kind": text, "journey": text, "state": text, "cursor": text, "language": text, "segment": text}
        for path in (*paths, f"/v1/designs/{shipped.id}/blueprint.svg"):
            assert (await client.get(path, params=asked)).status_code in (400, 404, 422)
        for body in ({"yaml": text}, {"yaml": f"title: {text}"}, {"content": {"title": text, "steps": [text]}}):
            sent = dumps({"kind": "blueprint", "journey": "j", **body})
            assert (await client.post("/v1/designs", content=sent)).status_code in (400, 422)
        cell = f"/v1/designs/{shipped.id}/steps/prepare/items/pickup-information/occurrences"
        assert (await client.get(cell, params={"cursor": text})).status_code in (400, 422)
        assert (await client.post("/v1/improvements", content=dumps({"kind": text, "title": text}))).status_code == 422
        estimate = await client.get("/v1/estimates/blueprint", params={"design": text})
        assert estimate.status_code in (400, 422)
