"""Fact sheets: written by section, inherited from above, published as versions, taken back, reviewed in time."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.notifications import plan
from services.notifications.plan.checks import FACTS
from services.notifications.policy import missing
from services.notifications.policy.fact_sheets import Section, effective
from services.notifications.views.fact_sheets import Sheets
from shared.contracts.seminars import FactSheetPublished
from shared.ids import new_id
from shared.testing import builders, callers
from shared.testing.rooms import Room
from tests.notifications.world import World

COUNTRY, LOCAL = new_id(), new_id()
BUS = {"en": "Bus 801 leaves from Sky City.", "sv": "Buss 801 går från Sky City."}


@pytest.fixture
async def tree(room: Room) -> Room:
    """A country with one committee, and a committee elsewhere."""
    await room.hear(builders.entity(COUNTRY, kind="national", path=[builders.WORLD, COUNTRY]))
    await room.hear(builders.entity(LOCAL, path=[builders.WORLD, COUNTRY, LOCAL]))
    await room.hear(builders.entity(builders.SENDING))
    return room


async def keeper(room: Room) -> httpx.AsyncClient:
    return await room.client(callers.hosting_manager(LOCAL))


async def put(client: httpx.AsyncClient, section: str, texts: dict[str, str], entity: Any = LOCAL, **more: Any) -> Any:
    path = f"/v1/entities/{entity}/fact-sheet/sections/{section}"
    return await client.put(path, json={"texts": texts, **more}, headers={"If-Match": "*"})


async def publish(client: httpx.AsyncClient, entity: Any = LOCAL) -> Any:
    return await client.post(f"/v1/entities/{entity}/fact-sheet/publication", headers={"If-Match": "*"})


async def shown(client: httpx.AsyncClient, entity: Any = LOCAL, language: str = "sv") -> dict[str, Any]:
    reply = await client.get(f"/v1/entities/{entity}/fact-sheet", params={"language": language})
    assert reply.status_code == 200, reply.text
    return {one["section"]: (one["text"], one["entity_id"], one["number"]) for one in reply.json()["sections"]}


async def test_a_section_is_written_then_published_and_only_then_read(tree: Room) -> None:
    client = await keeper(tree)
    draft = (await put(client, "airport", BUS, review_on="2026-09-01")).json()
    assert (draft["version"], draft["published"], draft["unpublished"]) == (1, 0, ["airport"])
    assert draft["sections"][0]["changed_by"] == f"he-{LOCAL}"
    assert await shown(client) == {}
    published = (await publish(client)).json()
    assert (published["published"], published["unpublished"]) == (1, [])
    assert await shown(client) == {"airport": (BUS["sv"], str(LOCAL), 1)}
    (event,) = await tree.said(FactSheetPublished)
    assert (event.entity_id, event.number, event.changed) == (LOCAL, 1, ["airport"])
    assert "Bus" not in event.model_dump_json()


async def test_what_is_empty_comes_from_above_and_says_from_where(tree: Room) -> None:
    national = await tree.client(callers.national_manager(COUNTRY))
    for section, text in (("airport", "By train."), ("money", "Cards only.")):
        await put(national, section, {"en": text}, COUNTRY)
    await publish(national, COUNTRY)
    client = await keeper(tree)
    await put(client, "airport", BUS)
    await put(client, "money", {"en": "  ", "sv": ""})
    await publish(client)
    assert await shown(client) == {
        "airport": (BUS["sv"], str(LOCAL), 1),
        "money": ("Cards only.", str(COUNTRY), 1),
    }
    await put(client, "airport", {})
    await publish(client)
    assert (await shown(client))["airport"] == ("By train.", str(COUNTRY), 1)


async def test_nothing_new_is_no_version(tree: Room) -> None:
    client = await keeper(tree)
    assert (await publish(client)).json()["type"] == "/problems/nothing-new"
    await put(client, "airport", BUS)
    await publish(client)
    assert (await publish(client)).status_code == 409


async def test_a_change_needs_the_version_that_was_seen(tree: Room) -> None:
    client = await keeper(tree)
    path = f"/v1/entities/{LOCAL}/fact-sheet/sections/money"
    body = {"texts": {"en": "Cards."}}
    assert (await client.put(path, json=body)).status_code == 428
    assert (await client.put(path, json=body, headers={"If-Match": '"1"'})).status_code == 412
    reply = await client.put(path, json=body, headers={"If-Match": '"0"'})
    assert (reply.status_code, reply.headers["etag"]) == (200, '"1"')
    same = await client.put(path, json=body, headers={"If-Match": '"1"'})
    assert same.headers["etag"] == '"1"'


async def test_an_earlier_version_counts_again_as_a_new_one_and_history_says_who(tree: Room) -> None:
    client = await keeper(tree)
    await put(client, "airport", {"en": "old"})
    await publish(client)
    await put(client, "airport", {"en": "new"})
    await put(client, "money", {"en": "Cards."})
    await publish(client)
    path = f"/v1/entities/{LOCAL}/fact-sheet"
    assert (await client.post(f"{path}/reversion", json={"number": 9}, headers={"If-Match": "*"})).status_code == 404
    back = (await client.post(f"{path}/reversion", json={"number": 1}, headers={"If-Match": "*"})).json()
    assert (back["published"], back["unpublished"]) == (3, [])
    assert await shown(client) == {"airport": ("old", str(LOCAL), 3)}
    versions = (await client.get(f"{path}/versions")).json()["items"]
    assert [(one["number"], one["reverts_to"]) for one in versions] == [(3, 1), (2, None), (1, None)]
    second = (await client.get(f"{path}/versions/2")).json()
    assert second["sections"] == {"airport": {"en": "new"}, "money": {"en": "Cards."}}
    changes = (await client.get(f"{path}/history")).json()["items"]
    told = [(one["section"], one["before"]["texts"], one["after"]["texts"]) for one in changes]
    assert told[:2] == [("airport", {}, {"en": "old"}), ("airport", {"en": "old"}, {"en": "new"})]
    assert ("money", {"en": "Cards."}, {}) in told


@pytest.mark.parametrize(
    ("texts", "pointer"),
    [
        ({"Swedish": "x"}, "#/texts/Swedish"),
        ({"en": "x" * 4001}, "#/texts/en"),
        ({"en": "\u202egnp.exe"}, "#/texts/en"),
        ({"en": "a\u0007b"}, "#/texts/en"),
        ({f"a{letter}": "x" for letter in "abcdefghijklm"}, "#/texts"),
        ({"en": 3}, "#/texts/en"),
    ],
)
async def test_texts_that_can_not_be_kept_are_refused_where_they_are(
    tree: Room, texts: dict[str, str], pointer: str
) -> None:
    reply = await put(await keeper(tree), "airport", texts)
    assert reply.status_code == 422
    assert pointer in [error["pointer"] for error in reply.json()["errors"]]


async def test_a_text_is_data_whatever_it_looks_like(tree: Room) -> None:
    client = await keeper(tree)
    evil = "{{ 7 * 7 }} {% for x in y %} <script>alert(1)</script> #eval(read)"
    await put(client, "customs", {"en": evil})
    await publish(client)
    assert (await shown(client))["customs"][0] == evil


async def test_managers_of_others_are_not_let_in_and_eps_of_the_host_are(tree: Room) -> None:
    client = await keeper(tree)
    await put(client, "airport", BUS)
    await publish(client)
    path = f"/v1/entities/{LOCAL}/fact-sheet"
    stranger = await tree.client(callers.sending_manager(builders.SENDING))
    for reply in (
        await stranger.get(path), await stranger.get(f"{path}/draft"), await stranger.get(f"{path}/history"),
        await put(stranger, "airport", {"en": "mine"}), await publish(stranger),
    ):  # fmt: skip
        assert reply.status_code == 404
    stay = builders.experience(hosting_entity_id=LOCAL)
    await tree.hear(builders.approved(stay))
    ep, nobody = await tree.client(callers.participant(stay["person_id"])), await tree.client(callers.participant())
    assert (await shown(ep))["airport"][0] == BUS["sv"]
    assert (await ep.get(f"{path}/draft")).status_code == 403
    assert (await nobody.get(path)).status_code == 404
    assert (await stranger.get(path)).status_code == 200  # an EP of theirs goes there
    assert (await ep.get(f"/v1/entities/{new_id()}/fact-sheet")).status_code == 404


async def test_a_section_that_was_not_looked_at_in_time_is_listed(tree: Room) -> None:
    client = await keeper(tree)
    owner = new_id()
    await put(client, "money", {"en": "Cards."}, review_on="2020-01-01", owner_id=str(owner))
    await put(client, "airport", BUS, review_on="2150-01-01")
    (late,) = (await client.get("/v1/fact-sheet-reviews")).json()["items"]
    assert (late["section"], late["overdue"], late["owner_id"]) == ("money", True, str(owner))
    assert len((await client.get("/v1/fact-sheet-reviews", params={"until": "2150-01-02"})).json()["items"]) == 2
    stranger = await tree.client(callers.sending_manager(builders.SENDING))
    assert (await stranger.get("/v1/fact-sheet-reviews")).json()["items"] == []


async def test_documents_get_the_nearest_texts_in_the_readers_language(tree: Room) -> None:
    client = await keeper(tree)
    await put(client, "airport", BUS)
    await publish(client)
    sheets = await tree.read(Sheets.of, [LOCAL, builders.SENDING])
    (told,) = sheets.told(LOCAL, ["sv"])
    assert (told.section, told.text, told.sheet) == (Section.airport, BUS["sv"], (LOCAL, 1))
    assert sheets.told(builders.SENDING, ["sv"]) == []


@pytest.mark.parametrize(
    ("texts", "wanted", "language"),
    [
        ({"en": "e", "sv": "s"}, ["ro"], "en"),
        ({"sv": "s", "ro": "r"}, ["ro"], "ro"),
        ({"pt-BR": "b"}, ["pt-PT"], "pt-BR"),
        ({"fi": "f"}, [], "fi"),
    ],
)
def test_the_language_is_the_readers_then_english_then_any(
    texts: dict[str, str], wanted: list[str], language: str
) -> None:
    (told,) = effective([("sheet", {"money": texts})], wanted)
    assert told.language == language


async def test_the_day_of_the_review_makes_a_task_that_writing_the_section_ends(tree: Room) -> None:
    client = await keeper(tree)
    tree.clock.set(datetime(2026, 2, 1, 9, tzinfo=UTC))
    with plan.using(plan.parse(plan.DEFAULT.read_text("utf-8"))):
        await put(client, "money", {"en": "Cards."}, review_on="2026-03-02")
        await put(client, "money", {"en": "Cards."}, review_on="2026-03-01")
        tree.clock.set(datetime(2026, 3, 1, 7, 59, tzinfo=UTC))  # 8:59 in Stockholm
        await tree.due()
        assert await tasks(client) == []
        tree.clock.set(datetime(2026, 3, 1, 8, 0, tzinfo=UTC))
        await tree.due()
        await tree.due()
        assert await tasks(client) == [("fact-sheet-review", "open")]
        await put(client, "money", {"en": "Cards, seldom cash."}, review_on="2027-03-01")
        assert await tasks(client) == [("fact-sheet-review", "done")]
        tree.clock.set(datetime(2026, 3, 5, 8, 0, tzinfo=UTC))
        await tree.due()
        assert len(await tasks(client)) == 1


async def tasks(client: httpx.AsyncClient) -> list[tuple[str, str]]:
    items = (await client.get("/v1/tasks")).json()["items"]
    return [(one["code"], one["state"]) for one in items]


async def test_a_document_names_the_versions_that_it_quoted(world: World) -> None:
    await world.hear_people(language="sv")
    await world.hear_places()
    await world.hear_dossier()
    client = await world.room.client(callers.global_manager())
    for text in ("first", "second"):
        await put(client, "money", {"sv": text}, builders.HOSTING)
        await publish(client, builders.HOSTING)
    await world.approve()
    await world.run()
    await put(client, "money", {"sv": "third"}, builders.HOSTING)
    await publish(client, builders.HOSTING)
    (sent,) = await world.deliveries("preparation-booklet")
    document = (await client.get(f"/v1/documents/{sent.document_id}")).json()
    assert document["quotes"] == [{"entity_id": str(builders.HOSTING), "number": 2}]


def test_a_plan_can_need_a_section() -> None:
    facts = {"person": {}, "host_facts": {"money": "Cards."}}
    needs = ["person", "host_facts.money", "host_facts.airport", "home_facts.money"]
    assert missing(needs, facts) == ["host_facts.airport", "home_facts.money"]
    assert "host_facts.departure_steps" in FACTS


async def test_a_message_that_waits_for_a_section_goes_out_when_it_is_published(world: World) -> None:
    small = plan.current()
    booklet = small.entry("preparation-booklet")
    assert booklet is not None
    needy = replace(booklet, needs=(*booklet.needs, "host_facts.money"))
    with plan.using(replace(small, touchpoints=(needy,))):
        await world.known()
        await world.run()
        (waiting,) = await world.deliveries("preparation-booklet")
        assert (waiting.state, waiting.waiting_for) == ("pending", ["host_facts.money"])
        client = await world.room.client(callers.global_manager())
        await put(client, "money", {"en": "Cards."}, builders.HOSTING)
        await publish(client, builders.HOSTING)
        await world.run()
        (sent,) = await world.deliveries("preparation-booklet")
        assert sent.state == "sent"
