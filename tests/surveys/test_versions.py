"""Questionnaires over HTTP: published once, never changed, an id measures one thing for ever."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

import httpx
import pytest
import yaml
from sqlalchemy import text

from shared import links
from shared.contracts import applications as facts
from shared.contracts import surveys as said
from shared.testing import callers
from tests.surveys.questionnaires import EVERY_ANSWER, EVERY_KIND
from tests.surveys.world import World

EVERYTHING = yaml.safe_load(EVERY_KIND)
ALL = "/v1/questionnaires"
WORDS = {"kind": "comment", "id": "comment", "max_length": 99, "text": {"en": "More"}}


@pytest.fixture
async def global_manager(world: World) -> httpx.AsyncClient:
    return await world.room.client(callers.global_manager())


def other(**changes: Any) -> dict[str, Any]:
    return deepcopy(EVERYTHING) | changes


async def wrong(client: httpx.AsyncClient, **body: Any) -> dict[str, str]:
    """The faults of a version that is refused, by pointer."""
    reply = await client.post(ALL, json=body)
    assert reply.status_code == 422, reply.text
    return {error["pointer"]: error["detail"] for error in reply.json()["errors"]}


async def test_what_ships_is_listed_and_read(world: World) -> None:
    client = await world.room.client(world.he)
    items = {one["questionnaire"]: one for one in (await client.get(ALL)).json()["items"]}
    assert {"after-completion", "first-weeks", "enabler-feedback", "team-pulse"} <= items.keys()
    assert all(one["newest"] and one["shipped"] for one in items.values())
    assert items["enabler-feedback"]["party"] == "enabler"
    first = (await client.get(f"{ALL}/after-completion/versions/1")).json()
    assert [one["metric"] for one in first["measures"]] == ["nps", "ces2"]
    assert first["content"]["questions"][0]["text"]["ro"].startswith("Cât de probabil")
    for path in (f"{ALL}/nothing", f"{ALL}/after-completion/versions/99"):
        assert (await client.get(path)).status_code == 404
    for stranger in (callers.participant(), callers.enabler()):
        assert (await (await world.room.client(stranger)).get(ALL)).status_code == 403


async def test_a_published_version_is_there_at_once_and_for_every_process(
    world: World, global_manager: httpx.AsyncClient
) -> None:
    reply = await global_manager.post(ALL, json={"yaml": EVERY_KIND})
    assert (reply.status_code, reply.headers["location"]) == (201, f"{ALL}/every-kind/versions/1")
    second = other(version=2)
    second["questions"] = [one for one in second["questions"] if one["id"] != "often"]
    reply = await global_manager.post(ALL, json={"content": second})
    assert reply.json()["notes"] == ["the question often is gone"]
    assert (reply.json()["shipped"], reply.json()["content"]) == (False, second)
    versions = (await global_manager.get(f"{ALL}/every-kind")).json()["items"]
    assert [(one["version_number"], one["newest"]) for one in versions] == [(1, False), (2, True)]


async def test_only_managers_of_countries_and_above_publish(world: World) -> None:
    for caller, status in ((world.he, 403), (world.se, 403), (callers.auditor(), 403), (world.mc, 201)):
        assert (await (await world.room.client(caller)).post(ALL, json={"yaml": EVERY_KIND})).status_code == status


async def test_a_version_that_is_wrong_is_told_all_of_it_with_pointers(global_manager: httpx.AsyncClient) -> None:
    broken = other(languages=["en", "xx"], title={"en": "No\x07", "xx": "x"})
    broken["questions"][0]["metric"] = "happiness"
    broken["questions"][4]["options"][0]["text"] = {"en": 1}
    faults = await wrong(global_manager, content=broken)
    assert set(faults) == {
        "#/content/title/en",
        "#/content/questions/0/metric",
        "#/content/questions/4/options/0/text/en",
    }
    holed = other(languages=["en", "sv"])
    holed["questions"][9]["when"]["any"][0]["question"] = "mood"
    faults = await wrong(global_manager, yaml=yaml.safe_dump(holed))
    assert faults["#/yaml/questions/9/when"] == "Why: it depends on the question mood, which there is not."
    assert faults["#/yaml/title"] == "Title has no text in sv."
    assert faults["#/yaml/questions/4/options/1/text"] == "Found_by/options/else has no text in sv."
    for language, pointer in (("xx", "#/content/languages"), ("EN", "#/content/languages/1")):
        spoken = other(languages=["en", language])
        for _, texts in _texts(spoken):
            texts[language] = "x"
        assert pointer in await wrong(global_manager, content=spoken)


def _texts(value: Any) -> list[tuple[str, dict[str, str]]]:
    """Every text of a document."""
    found: list[tuple[str, dict[str, str]]] = []
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if isinstance(inner, dict) and set(inner) == {"en"}:
            found.append((str(key), inner))
        else:
            found += _texts(inner)
    return found


@pytest.mark.parametrize(
    "body",
    [{}, {"yaml": "a: [", "content": {}}, {"yaml": "a: ["}, {"yaml": "- 1"}, {"content": {}}, {"yaml": "[" * 400}],
)
async def test_what_is_no_questionnaire_is_refused(global_manager: httpx.AsyncClient, body: dict[str, Any]) -> None:
    assert await wrong(global_manager, **body)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (lambda new: new.update(version=1), "#/content/version"),
        (lambda new: new.update(version=3), "#/content/version"),
        (lambda new: new.update(party=None, sections=[], questions=[WORDS]), "#/content/party"),
        (lambda new: new["questions"][0].update(about="work"), "#/content/questions/0"),
        (lambda new: new["questions"][1].update(metric="ces1"), "#/content/questions/1"),
        (lambda new: new["questions"][2].update(standard="duration"), "#/content/questions/2"),
        (lambda new: new["questions"][3].update(kind="expectation"), "#/content/questions/3"),
        (lambda new: new["questions"][5].update(several=False, most=None), "#/content/questions/5"),
    ],
)  # fmt: skip
async def test_an_id_measures_the_same_in_every_version(
    global_manager: httpx.AsyncClient, change: Any, pointer: str
) -> None:
    assert (await global_manager.post(ALL, json={"content": EVERYTHING})).status_code == 201
    new = other(version=2)
    change(new)
    assert set(await wrong(global_manager, content=new)) == {pointer}


async def answered(world: World, answers: dict[str, Any], draft: bool = False) -> dict[str, Any]:
    """Somebody is asked every kind of question, and answers."""
    invited = await world.complete(world.another_stay())
    async with world.room.runtime.database.engine.begin() as connection:
        every = "UPDATE invitation SET questionnaire = 'every-kind', questionnaire_version = 1 WHERE id = :id"
        await connection.execute(text(every), {"id": invited})
    address = f"/v1/answers/{links.survey_token(invited)}" + ("/draft" if draft else "")
    reply = await (await world.room.client()).post(address, json={"answers": answers})
    assert reply.status_code in (200, 201), reply.text
    return {"id": invited}


async def test_an_answer_to_every_kind_is_kept_and_said_whole(world: World, global_manager: httpx.AsyncClient) -> None:
    await global_manager.post(ALL, json={"yaml": EVERY_KIND})
    await answered(world, EVERY_ANSWER)
    async with world.room.runtime.database.engine.connect() as connection:
        rows = (await connection.execute(text("SELECT question, part, value, word, words FROM given"))).all()
    assert sorted(map(tuple, rows), key=str) == sorted(
        [
            ("nps", "", 9, None, None), ("ease", "", 6, None, None), ("pickup", "", None, "yes", None),
            ("room", "", 5, None, None), ("found_by", "", None, "else", "A poster in the canteen"),
            ("helped", "buddy", None, "buddy", None), ("helped", "team", None, "team", None),
            ("standards", "insurance", None, "not_needed", None), ("standards", "first_day_of_work", None, "no", None),
            ("hopes", "living_basics", 7, None, None), ("often", "call", None, "daily", None),
            ("why", "", None, None, "Nobody came."),
        ],
        key=str,
    )  # fmt: skip
    (event,) = await world.room.said(said.SurveyAnswered)
    assert event.standards == {"arrival_pickup": "yes", "insurance": "not_needed", "first_day_of_work": "no"}
    assert [item.item for item in (*event.expectations, *event.perceptions)] == ["living_basics", "accommodation"]
    assert "canteen" not in event.model_dump_json()


async def test_the_words_of_an_erased_person_are_gone_from_every_question(
    world: World, global_manager: httpx.AsyncClient
) -> None:
    await global_manager.post(ALL, json={"yaml": EVERY_KIND})
    await answered(world, EVERY_ANSWER)
    (event,) = await world.room.said(said.SurveyAnswered)
    await world.room.hear_erased(facts.PersonDetails, event.person_id)
    async with world.room.runtime.database.engine.connect() as connection:
        left = (await connection.execute(text("SELECT count(*), count(words), count(word) FROM given"))).one()
    assert tuple(left) == (12, 0, 7)


async def test_partial_answers_show_where_people_stop(world: World, global_manager: httpx.AsyncClient) -> None:
    await global_manager.post(ALL, json={"yaml": EVERY_KIND})
    path = f"{ALL}/every-kind/versions/1/drop-off"
    for _ in range(3):
        await answered(world, EVERY_ANSWER)
    await answered(world, {"nps": 9})
    await answered(world, {"nps": 9, "room": 4}, draft=True)
    few = (await global_manager.get(path)).json()
    assert (few["invited"], few["started"], few["open"], few["enough"], few["questions"]) == (5, 4, 1, False, [])
    world.room.clock.advance(timedelta(days=90))
    seen = (await global_manager.get(path)).json()
    assert (seen["started"], seen["finished"], seen["partial"], seen["enough"]) == (5, 4, 1, True)
    by_question = {one["question"]: (one["reached"], one["answered"], one["left"]) for one in seen["questions"]}
    assert by_question["nps"] == (5, 5, 0)
    assert by_question["ease"] == (5, 3, 0)  # passed over by one, who went on
    assert by_question["room"] == (5, 4, 0)
    assert by_question["found_by"] == (4, 3, 1)
    assert by_question["comment"] == (4, 3, 1)
    strangers = await world.room.client(callers.hosting_manager(world.sending))
    assert (await strangers.get(path)).json()["invited"] == 0


async def test_a_preview_walks_through_every_page_and_keeps_nothing(
    world: World, global_manager: httpx.AsyncClient
) -> None:
    link = (await global_manager.get(f"{ALL}/after-completion/versions/2/preview")).json()
    browser, path = await world.room.client(), httpx.URL(link["address"]).path
    before = await world.room.said()
    first = await browser.get(path, params={"lang": "ar"})
    assert (first.status_code, 'dir="rtl"' in first.text, 'name="nps"' in first.text) == (200, True, True)
    second = await browser.post(path, data={"step": "overall", "go": "next", "nps": "3"})
    assert 'name="standards.insurance"' in second.text
    last = await browser.post(path, data={"step": "experience", "go": "next"})
    assert 'name="went_wrong"' in last.text  # also what only some are asked
    assert 'name="standards.insurance"' in (await browser.post(path, data={"step": "experience", "go": "back"})).text
    assert "Thank you!" in (await browser.post(path, data={"step": "words", "go": "send"})).text
    assert await world.room.said() == before
    assert (await browser.get(path[:-1] + ("A" if path[-1] != "A" else "B"))).status_code == 404


async def test_the_team_pulse_is_asked_as_it_ships(global_manager: httpx.AsyncClient) -> None:
    newest = (await global_manager.get(f"{ALL}/team-pulse/versions/1")).json()["content"]
    assert set(await wrong(global_manager, content=newest | {"version": 2})) == {"#/content/id"}


async def test_what_is_published_is_asked_and_the_one_that_was_asked_is_answered(
    world: World, global_manager: httpx.AsyncClient
) -> None:
    earlier = await world.complete(world.another_stay())
    shipped = (await global_manager.get(f"{ALL}/after-completion")).json()["items"][-1]["version_number"]
    newest = (await global_manager.get(f"{ALL}/after-completion/versions/{shipped}")).json()["content"]
    newest |= {"version": shipped + 1}
    assert (await global_manager.post(ALL, json={"content": newest})).status_code == 201
    later = await world.complete()
    client = await world.room.client()
    asked = [
        (await client.get("/v1/answers/" + links.survey_token(id_))).json()["questionnaire_version"]
        for id_ in (earlier, later)
    ]
    assert asked == [shipped, shipped + 1]
