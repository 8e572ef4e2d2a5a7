"""Sheets over HTTP: made, answered by several people, undone, decided, forgotten; templates and past decisions."""

import asyncio
import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import yaml
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.access import Caller
from shared.contracts.applications import EnablerDetails, EnablerRegistered
from shared.contracts.sheets import BenchmarkDecided
from shared.ids import new_id
from shared.testing import builders, callers
from shared.testing.rooms import Room
from tests.scoring.sheets import GO_NO_GO, IDS, answered, made
from tests.scoring.world import ELSEWHERE, HOSTING, NATIONAL, SENDING, WORLD, World

WIN, LOSE = "+++++ +++++ +++-- +++--", "----- +---- +++-- ++---"


async def ours(room: Room, entity: UUID = SENDING) -> httpx.AsyncClient:
    return await room.client(callers.sending_manager(entity))


def tag(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


async def give(client: httpx.AsyncClient, sheet: str, criterion: str, answer: str, version: int, **more: Any) -> Any:
    path = f"/v1/sheets/{sheet}/columns/{more.pop('column', 'ours')}/answers/{criterion}"
    return await client.put(path, json={"answer": answer, **more}, headers=tag(version))


async def version_of(client: httpx.AsyncClient, sheet: str) -> int:
    found: int = (await client.get(f"/v1/sheets/{sheet}")).json()["version"]
    return found


async def decide(client: httpx.AsyncClient, sheet: str, **body: Any) -> httpx.Response:
    return await client.post(f"/v1/sheets/{sheet}/decisions", json=body, headers=tag(await version_of(client, sheet)))


def pointers(reply: httpx.Response) -> list[str]:
    return [error["pointer"] for error in reply.json()["errors"]]


# --- the way of a sheet


async def test_a_sheet_compares_us_with_competitors_and_says_go_with_what_decided(world: World) -> None:
    client = await ours(world.room)
    sheet = (await made(client))["id"]
    await answered(client, sheet, WIN)
    await answered(client, sheet, LOSE, "a")
    there = await answered(client, sheet, "+++++ +++?? ????? ?????", "b")
    us, a, b = there["columns"]
    assert [one["key"] for one in there["columns"]] == ["ours", "a", "b"]
    assert (us["whole"]["score"], us["rank"], a["rank"], b["rank"]) == (pytest.approx(0.6), 1, 2, None)
    assert a["duel"] == {"better": 10, "worse": 0, "equal": 10, "unknown": 0}
    assert (b["whole"]["score"], b["whole"]["known_share"]) == (1, pytest.approx(0.4))
    assert (b["whole"]["low"], b["whole"]["high"]) == (pytest.approx(-0.2), 1)
    assert us["groups"]["win"]["score"] == pytest.approx(0.2)
    verdict = there["verdict"]
    assert (verdict["code"], verdict["settled"]) == ("go", True)
    assert sum(verdict["contributions"].values()) == pytest.approx(us["whole"]["score"])
    assert verdict["holds"][0]["turns_to"] == "no_go"


async def test_a_decision_keeps_what_it_rested_on_while_the_sheet_goes_on(world: World) -> None:
    client = await ours(world.room)
    sheet = (await made(client))["id"]
    await answered(client, sheet, WIN)
    first = await decide(client, sheet)
    assert (first.status_code, first.json()["rule"], first.json()["decision"]) == (201, "go", "go")
    await give(client, sheet, "project", "minus", 1, note="They stopped it.")
    second = await decide(client, sheet, decision="no_go", reason="Their project is gone.")
    assert (second.json()["rule"], second.json()["decision"], second.json()["number"]) == ("go", "no_go", 2)
    kept = (await client.get(first.headers["Location"])).json()
    assert kept == first.json()
    assert kept["record"]["answers"]["ours"]["project"] == "plus"
    assert kept["record"]["versions"]["ours"]["project"] == 1
    assert kept["record"]["levels"][1] == {"code": "go", "score": 0.2, "groups": -0.2, "lead": 0}
    assert kept["record"]["groups"][0]["criteria"][0] == {"id": "project", "weight": 1, "must": False}
    said = await world.room.said(BenchmarkDecided)
    assert [(one.number, one.rule, one.decision) for one in said] == [(1, "go", "go"), (2, "go", "no_go")]
    assert (said[0].score, said[0].rank, said[0].columns) == (pytest.approx(0.6), 1, 3)
    assert said[0].enabler_id is None


async def test_deciding_against_the_rule_takes_a_reason(world: World) -> None:
    client = await ours(world.room)
    sheet = (await made(client))["id"]
    undecided = await decide(client, sheet)
    assert undecided.json()["decision"] == "not_enough_known"
    refused = await decide(client, sheet, decision="go")
    assert (refused.status_code, pointers(refused)) == (422, ["#/reason"])
    unknown = await decide(client, sheet, decision="maybe", reason="x")
    assert (unknown.status_code, pointers(unknown)) == (422, ["#/decision"])


async def test_nobody_decides_on_answers_that_they_have_not_seen(world: World) -> None:
    client = await ours(world.room)
    sheet = (await made(client))["id"]
    seen = await version_of(client, sheet)
    await give(client, sheet, "project", "plus", 0)
    stale = await client.post(f"/v1/sheets/{sheet}/decisions", json={}, headers=tag(seen))
    assert stale.status_code == 412
    assert (await client.post(f"/v1/sheets/{sheet}/decisions", json={})).status_code == 428


async def test_a_decision_cannot_be_changed_even_by_hand(world: World) -> None:
    client = await ours(world.room)
    sheet = (await made(client))["id"]
    await answered(client, sheet, WIN)
    await decide(client, sheet)
    for statement in ("UPDATE sheet_decision SET decision = 'no_go'", "DELETE FROM sheet_decision"):
        with pytest.raises(DBAPIError, match="never changed"):
            async with world.room.runtime.database.engine.begin() as connection:
                await connection.execute(text(statement))


# --- several people at once


async def test_two_managers_do_not_overwrite_each_other_unseen(world: World) -> None:
    one, other = await ours(world.room), await world.room.client(callers.national_manager(NATIONAL))
    sheet = (await made(one))["id"]
    assert (await give(one, sheet, "budget", "plus", 0)).headers["ETag"] == '"1"'
    assert (await give(other, sheet, "budget", "minus", 0)).status_code == 412
    assert (await give(other, sheet, "project", "minus", 0)).status_code == 200, "another cell is free"
    changed = await give(other, sheet, "budget", "minus", 1)
    assert (changed.json()["answer"], changed.json()["version"]) == ("minus", 2)
    path = f"/v1/sheets/{sheet}/columns/ours/answers/budget"
    assert (await one.put(path, json={"answer": "plus"})).status_code == 428


async def test_of_answers_given_at_the_same_moment_one_is_taken(world: World) -> None:
    client = await ours(world.room)
    sheet = (await made(client))["id"]
    replies = await asyncio.gather(*(give(client, sheet, "budget", answer, 0) for answer in ("plus", "minus") * 3))
    assert sorted(reply.status_code for reply in replies) == [200, *[412] * 5]
    course = (await client.get(f"/v1/sheets/{sheet}/answers")).json()["items"]
    assert [one["version"] for one in course] == [1]


async def test_many_answers_are_taken_together_or_not_at_all(world: World) -> None:
    client = await ours(world.room)
    sheet = (await made(client))["id"]
    await give(client, sheet, "budget", "plus", 0)
    rows = [{"criterion": name, "answer": "minus", "version": 0} for name in IDS[:5]]
    stale = await client.post(f"/v1/sheets/{sheet}/answers", json={"answers": rows})
    assert (stale.status_code, pointers(stale)) == (412, ["#/answers/3/version"])
    there = (await client.get(f"/v1/sheets/{sheet}")).json()
    assert [cell["criterion"] for cell in there["cells"]] == ["budget"]
    wrong = [{"criterion": "nothing", "answer": "plus", "version": 0}, {**rows[0], "column": "f"}, rows[1], rows[1]]
    refused = await client.post(f"/v1/sheets/{sheet}/answers", json={"answers": wrong})
    assert pointers(refused) == ["#/answers/0/criterion", "#/answers/1/column", "#/answers/3"]


async def test_an_answer_can_be_undone_step_by_step_and_the_course_keeps_all(world: World) -> None:
    client = await ours(world.room)
    sheet = (await made(client))["id"]
    await give(client, sheet, "budget", "plus", 0, note="They said so.", evidence="https://example.org/1")
    await give(client, sheet, "budget", "minus", 1)
    path = f"/v1/sheets/{sheet}/columns/ours/answers/budget/undo"
    undone = (await client.post(path, headers=tag(2))).json()
    assert (undone["answer"], undone["note"], undone["version"]) == ("plus", "They said so.", 3)
    assert (await client.post(path, headers=tag(2))).status_code == 412
    assert (await client.post(path, headers=tag(3))).json()["answer"] == "open"
    nothing = await client.post(path, headers=tag(4))
    assert (nothing.status_code, nothing.json()["type"]) == (409, "/problems/nothing-to-undo")
    course = (await client.get(f"/v1/sheets/{sheet}/answers", params={"criterion": "budget"})).json()["items"]
    assert [(one["version"], one["answer"], one["undoes"]) for one in course] == [
        (1, "plus", None), (2, "minus", None), (3, "plus", 2), (4, "open", 1),
    ]  # fmt: skip


async def test_a_sheet_can_be_read_as_it_stood(world: World) -> None:
    client = await ours(world.room)
    sheet = (await made(client))["id"]
    await answered(client, sheet, WIN)
    then = world.room.clock.now().isoformat()
    world.room.clock.advance(timedelta(days=3))
    for name in IDS[:10]:
        await give(client, sheet, name, "minus", 1)
    await client.request("DELETE", f"/v1/sheets/{sheet}/columns/a", headers=tag(await version_of(client, sheet)))
    before = (await client.get(f"/v1/sheets/{sheet}", params={"as_of": then})).json()
    now = (await client.get(f"/v1/sheets/{sheet}")).json()
    assert (before["verdict"]["code"], now["verdict"]["code"]) == ("go", "no_go")
    assert [len(one["columns"]) for one in (before, now)] == [3, 2]
    for path in ("", "/page"):
        long_ago = await client.get(f"/v1/sheets/{sheet}{path}", params={"as_of": "2020-01-01T00:00:00Z"})
        assert long_ago.status_code == 404, "there was no such sheet"


async def test_columns_come_go_and_are_named(world: World) -> None:
    client = await ours(world.room)
    sheet = (await made(client))["id"]
    path = f"/v1/sheets/{sheet}/columns"
    await give(client, sheet, "budget", "plus", 0, column="a")
    version = await version_of(client, sheet)
    gone = await client.request("DELETE", f"{path}/a", headers=tag(version))
    assert [one["key"] for one in gone.json()["columns"]] == ["ours", "b"]
    again = await client.post(path, json={"name": "Third"}, headers=tag(version + 1))
    assert [(one["key"], one["name"]) for one in again.json()["columns"]][1] == ("a", "Third")
    assert again.json()["cells"] == [], "the letter is the same, the competitor is another"
    renamed = await client.put(f"{path}/ours", json={"name": "We"}, headers=tag(version + 2))
    assert renamed.json()["columns"][0]["name"] == "We"
    assert (await client.request("DELETE", f"{path}/ours", headers=tag(version + 3))).status_code == 409
    for _ in range(4):
        version = await version_of(client, sheet)
        assert (await client.post(path, json={"name": "x"}, headers=tag(version))).status_code == 200
    full = await client.post(path, json={"name": "x"}, headers=tag(await version_of(client, sheet)))
    assert full.json()["type"] == "/problems/no-column-left"


# --- whose


async def test_a_sheet_is_for_the_managers_of_its_entity_and_above(world: World) -> None:
    people: list[tuple[Caller | None, int, int]] = [
        (callers.hosting_manager(SENDING), 200, 200), (callers.national_manager(NATIONAL), 200, 200),
        (callers.global_manager(), 200, 200), (callers.auditor(), 200, 403), (callers.service(), 200, 403),
        (callers.sending_manager(ELSEWHERE), 404, 404), (callers.hosting_manager(ELSEWHERE), 404, 404),
        (callers.enabler(), 403, 403), (world.ep, 403, 403), (None, 401, 401),
    ]  # fmt: skip
    sheet = (await made(await ours(world.room)))["id"]
    for who, read, write in people:
        client = await world.room.client(who)
        for path in ("", "/answers", "/decisions", "/page"):
            assert (await client.get(f"/v1/sheets/{sheet}{path}")).status_code == read, (who, path)
        path = f"/v1/sheets/{sheet}/columns/ours/answers/budget"
        assert (await client.put(path, json={"answer": "plus"}, headers={"If-Match": "*"})).status_code == write, who
        listed = await client.get("/v1/sheets")
        assert (len(listed.json()["items"]) if listed.status_code == 200 else read) == {200: 1, 404: 0}.get(read, read)


async def test_sheets_are_made_for_ones_own_entities_only(world: World) -> None:
    client, above = await ours(world.room), await world.room.client(callers.global_manager())
    body = {"template": "go-no-go", "about": "prospect", "name": "x"}
    refused = await client.post("/v1/sheets", json={**body, "entity_id": str(ELSEWHERE)})
    assert (refused.status_code, pointers(refused)) == (422, ["#/entity_id"])
    assert pointers(await above.post("/v1/sheets", json=body)) == ["#/entity_id"]
    assert (await above.post("/v1/sheets", json={**body, "entity_id": str(ELSEWHERE)})).status_code == 201
    assert pointers(await client.post("/v1/sheets", json={**body, "template": "none"})) == ["#/template"]
    assert pointers(await client.post("/v1/sheets", json={**body, "about": "market"})) == ["#/about"]
    assert (await client.post("/v1/sheets", json={**body, "name": None})).status_code == 422


async def hosted(world: World) -> tuple[httpx.AsyncClient, UUID]:
    """An enabler of a hosting entity, and that entity's manager."""
    await world.room.hear(builders.entity(HOSTING, path=[WORLD, HOSTING]))
    enabler = new_id()
    await world.room.hear(EnablerRegistered(enabler_id=enabler, hosting_entity_id=HOSTING, kind="company"))
    return await world.room.client(callers.hosting_manager(HOSTING)), enabler


async def test_a_sheet_about_an_enabler_belongs_to_its_host(world: World) -> None:
    client, enabler = await hosted(world)
    sheet = await made(client, about="enabler", enabler_id=str(enabler), name=None)
    assert (sheet["entity_id"], sheet["enabler_id"]) == (str(HOSTING), str(enabler))
    body = {"template": "go-no-go", "about": "enabler", "enabler_id": str(enabler)}
    other = await (await ours(world.room)).post("/v1/sheets", json=body)
    assert (other.status_code, pointers(other)) == (422, ["#/enabler_id"])


async def test_a_copy_begins_with_the_answers_by_the_newest_version_and_leaves_the_words(world: World) -> None:
    nation, client = await world.room.client(callers.national_manager(NATIONAL)), await ours(world.room)
    old = (await made(client))["id"]
    await answered(client, old, WIN)
    await answered(client, old, LOSE, "b")
    await give(client, old, "budget", "minus", 1, note="They said so.")
    content = edited()
    content["groups"][0]["criteria"].pop(1)
    assert (await nation.post("/v1/sheet-templates", json={"content": content})).status_code == 201
    new = await made(client, copy_of=old, rivals=[])
    assert (new["template_version"], [one["name"] for one in new["columns"]]) == (101, [None, "Fjord AB", "Lumen"])
    cells = {(cell["column"], cell["criterion"]): cell for cell in new["cells"]}
    assert len(cells) == 19 * 2
    assert (cells["ours", "budget"]["answer"], cells["ours", "budget"]["note"]) == ("minus", None)
    assert cells["ours", "budget"]["version"] == 1
    assert (await client.get(f"/v1/sheets/{old}")).json()["template_version"] == 1
    body = {"template": "go-no-go", "about": "prospect", "name": "x", "copy_of": old}
    elsewhere = await (await ours(world.room, ELSEWHERE)).post("/v1/sheets", json=body)
    assert pointers(elsewhere) == ["#/copy_of"]
    await client.post(f"/v1/sheets/{old}/erasure", headers={"If-Match": "*"})
    assert pointers(await client.post("/v1/sheets", json=body)) == ["#/copy_of"]


async def test_a_prospect_can_become_an_enabler(world: World) -> None:
    client, enabler = await hosted(world)
    sheet = await made(client)
    path = f"/v1/sheets/{sheet['id']}"
    changed = await client.patch(path, json={"enabler_id": str(enabler)}, headers=tag(sheet["version"]))
    assert (changed.json()["about"], changed.json()["enabler_id"]) == ("enabler", str(enabler))
    assert changed.json()["name"] == "Norrsken Lab"


# --- forgetting


async def with_words(client: httpx.AsyncClient, **values: Any) -> str:
    sheet: str = (await made(client, **values))["id"]
    await answered(client, sheet, WIN)
    await give(client, sheet, "budget", "minus", 1, note="Maja Lind said so", evidence="https://example.org/maja")
    await decide(client, sheet, decision="no_go", reason="Maja Lind refused")
    await client.put(
        f"/v1/sheets/{sheet}/outcome", json={"ending": "lost", "on": "2026-01-01", "reason": "Maja"}, headers=tag(0)
    )
    return sheet


async def words_left(room: Room) -> str:
    tables = ("sheet", "sheet_column", "sheet_answer", "sheet_decision", "sheet_outcome")
    async with room.runtime.database.engine.connect() as connection:
        rows = [(await connection.execute(text(f"SELECT t::text FROM {name} t"))).scalars().all() for name in tables]
    return "\n".join(line for one in rows for line in one)


async def test_an_erased_enabler_leaves_no_words_in_its_sheets_and_their_scores_stay(world: World) -> None:
    client, enabler = await hosted(world)
    sheet = await with_words(client, about="enabler", enabler_id=str(enabler), name="Norrsken Lab of Maja Lind")
    assert "Maja" in await words_left(world.room)
    await world.room.hear_erased(EnablerDetails, enabler)
    left = await words_left(world.room)
    assert not any(word in left for word in ("Maja", "maja", "Norrsken", "Fjord", "Lumen"))
    there = (await client.get(f"/v1/sheets/{sheet}")).json()
    assert (there["name"], there["decision"]["reason"], there["outcome"]["reason"]) == (None, None, None)
    assert there["decision"]["decision"] == "no_go"
    assert there["columns"][0]["whole"]["score"] == pytest.approx(0.5)
    refused = await give(client, sheet, "project", "minus", 1, note="again")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/erased")
    body = {"template": "go-no-go", "about": "enabler", "enabler_id": str(enabler)}
    assert pointers(await client.post("/v1/sheets", json=body)) == ["#/enabler_id"]


async def test_an_erasure_that_is_heard_first_holds(world: World) -> None:
    enabler = new_id()
    await world.room.hear(builders.entity(HOSTING, path=[WORLD, HOSTING]))
    await world.room.hear_erased(EnablerDetails, enabler)
    await world.room.hear(EnablerRegistered(enabler_id=enabler, hosting_entity_id=HOSTING, kind="company"))
    client = await world.room.client(callers.hosting_manager(HOSTING))
    body = {"template": "go-no-go", "about": "enabler", "enabler_id": str(enabler)}
    assert (await client.post("/v1/sheets", json=body)).status_code == 422


async def test_a_prospect_can_be_forgotten_by_hand(world: World) -> None:
    client = await ours(world.room)
    sheet = await with_words(client)
    version = await version_of(client, sheet)
    path = f"/v1/sheets/{sheet}/erasure"
    assert (await client.post(path, headers=tag(version))).json()["name"] is None
    assert "Maja" not in await words_left(world.room)
    assert (await client.post(path, headers=tag(version + 1))).status_code == 200
    outcome = {"ending": "won", "on": "2026-01-01"}
    told = await client.put(f"/v1/sheets/{sheet}/outcome", json=outcome, headers=tag(1))
    assert (told.status_code, told.json()["ending"]) == (200, "won")


# --- outcomes and the track record


async def test_outcomes_are_told_of_decided_sheets_and_corrected_by_version(world: World) -> None:
    client = await ours(world.room)
    sheet = (await made(client))["id"]
    path, won = f"/v1/sheets/{sheet}/outcome", {"ending": "won", "on": "2026-01-05", "reason": "Signed."}
    early = await client.put(path, json=won, headers=tag(0))
    assert early.json()["type"] == "/problems/not-decided"
    await answered(client, sheet, WIN)
    await decide(client, sheet)
    assert (await client.put(path, json=won, headers=tag(0))).headers["ETag"] == '"1"'
    assert (await client.put(path, json=won, headers=tag(0))).status_code == 412
    lost = await client.put(path, json={"ending": "lost", "on": "2026-01-06"}, headers=tag(1))
    assert (lost.json()["version"], lost.json()["ending"]) == (2, "lost")
    seen = await client.get(f"/v1/sheets/{sheet}")
    assert seen.json()["outcome"]["ending"] == "lost"
    await client.put(path, json=won, headers=tag(2))
    again = await client.get(f"/v1/sheets/{sheet}", headers={"If-None-Match": seen.headers["ETag"]})
    assert (again.status_code, again.json()["outcome"]["ending"]) == (200, "won")
    future = await client.put(path, json={"ending": "won", "on": "2199-01-01"}, headers=tag(3))
    assert pointers(future) == ["#/on"]


async def test_the_track_record_takes_only_what_was_decided_before_the_outcome(world: World) -> None:
    client = await ours(world.room)
    for signs, ending, days in (
        (WIN, "won", 5),
        (LOSE, "lost", 5),
        (WIN, "lost", 0),
        (WIN, "withdrawn", 5),
        (WIN, None, 0),
    ):
        sheet = (await made(client))["id"]
        await answered(client, sheet, signs)
        await decide(client, sheet)
        if ending:
            world.room.clock.advance(timedelta(days=days))
            on = world.room.clock.now().date().isoformat()
            told = await client.put(f"/v1/sheets/{sheet}/outcome", json={"ending": ending, "on": on}, headers=tag(0))
            assert told.status_code == 200, told.text
    found = (await client.get("/v1/sheets/track-record")).json()
    counts = {name: found[name] for name in ("decided", "cases", "pending", "withdrawn", "decided_too_late")}
    assert counts == {"decided": 5, "cases": 2, "pending": 1, "withdrawn": 1, "decided_too_late": 1}
    assert found["rule_right"] == {"part": 2, "n": 2, "rate": None, "low": None, "high": None}
    assert (found["enough_data"], found["suggestion"]["why"]) == (False, "too_few_outcomes")
    assert found["suggestion"]["only_a_suggestion"]
    elsewhere = await (await ours(world.room, ELSEWHERE)).get("/v1/sheets/track-record")
    assert elsewhere.json()["decided"] == 0
    before = (await client.get("/v1/sheets/track-record", params={"as_of": "2020-01-01T00:00:00Z"})).json()
    assert (before["decided"], before["cases"]) == (0, 0)


# --- templates


def edited(**values: Any) -> dict[str, Any]:
    content = GO_NO_GO.model_dump(mode="json", exclude_none=True)
    content["groups"][0]["criteria"][0]["weight"] = 7
    return content | values


async def test_a_new_version_is_for_new_sheets_below_its_nation_and_old_sheets_keep_theirs(world: World) -> None:
    nation, client = await world.room.client(callers.national_manager(NATIONAL)), await ours(world.room)
    old = await made(client)
    published = await nation.post("/v1/sheet-templates", json={"content": edited()})
    assert (published.status_code, published.json()["version_number"]) == (201, 101)
    new = await made(client)
    assert (old["template_version"], new["template_version"]) == (1, 101)
    await give(client, new["id"], "project", "plus", 0)
    await give(client, old["id"], "project", "plus", 0)
    plus = [(await client.get(f"/v1/sheets/{one['id']}")).json()["columns"][0]["whole"]["plus"] for one in (old, new)]
    assert plus == [1, 7]
    other = await ours(world.room, ELSEWHERE)
    assert (await made(other))["template_version"] == 1
    assert (await other.get(published.headers["Location"])).status_code == 404
    assert (await client.get(published.headers["Location"])).json()["content"]["groups"][0]["criteria"][0][
        "weight"
    ] == 7
    for everybody in (await world.room.client(callers.global_manager()),):
        assert (await everybody.post("/v1/sheet-templates", json={"content": edited()})).json()["version_number"] == 102
    assert (await made(other))["template_version"] == 102
    assert (await made(client))["template_version"] == 101, "the nearest goes before the newest"
    assert (await made(client, template_version=102))["template_version"] == 102
    listed = (await other.get("/v1/sheet-templates/go-no-go")).json()["items"]
    assert [one["version_number"] for one in listed] == [1, 102]


async def test_the_template_in_the_documents_can_be_published_decided_by_and_reported_on(world: World) -> None:
    nation = await world.room.client(callers.national_manager(NATIONAL))
    above = await world.room.client(callers.global_manager())
    document = (await nation.get("/openapi.json")).json()
    body = document["paths"]["/v1/sheet-templates"]["post"]["requestBody"]["content"]["application/json"]
    example = body.get("example") or document["components"]["schemas"]["PublishTemplate"]["examples"][0]
    assert (await nation.post("/v1/sheet-templates", json=example)).status_code == 201
    sheet = (await made(nation, template="fit", rivals=[]))["id"]
    await give(nation, sheet, "mentor", "plus", 0)
    assert (await decide(nation, sheet)).json()["decision"] == "yes"
    for client in (nation, above):
        found = await client.get("/v1/sheets/track-record", params={"template": "fit"})
        assert (found.status_code, found.json()["decided"]) == (200, 1)
    assert (await above.get("/v1/sheets/track-record", params={"template": "none"})).status_code == 404


async def test_a_template_may_come_as_yaml_and_all_its_faults_are_told(world: World) -> None:
    nation = await world.room.client(callers.national_manager(NATIONAL))
    new = yaml.safe_dump(edited(id="fit"), allow_unicode=True)
    assert (await nation.post("/v1/sheet-templates", json={"yaml": new})).status_code == 201
    broken = edited()
    broken["groups"][3]["criteria"][4]["weight"] = 0
    broken["levels"][1]["surprise"] = 1
    refused = await nation.post("/v1/sheet-templates", json={"content": broken})
    assert set(pointers(refused)) == {"#/content/groups/3/criteria/4/weight", "#/content/levels/1/surprise"}
    unread = await nation.post("/v1/sheet-templates", json={"yaml": "a: [1"})
    assert pointers(unread) == ["#/yaml"]
    kind = await nation.post("/v1/sheet-templates", json={"content": edited(about=["market"])})
    assert pointers(kind) == ["#/content/about"]
    local = await (await ours(world.room)).post("/v1/sheet-templates", json={"content": edited()})
    assert local.status_code == 403


# --- out of the room


async def test_no_cell_of_the_file_is_a_formula(world: World) -> None:
    client = await ours(world.room)
    sheet = (await made(client, name="=cmd|'/c calc'!A1", rivals=["+1", "@x"]))["id"]
    await give(client, sheet, "budget", "plus", 0, note="-2+3", column="a")
    reply = await client.get("/v1/sheets/export")
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(reply.text)))
    assert len(rows) == 60
    assert not [value for row in rows for value in row.values() if value[:1] in "=+-@" and value]
    (row,) = [row for row in rows if row["note"]]
    assert (row["column_name"], row["number"], row["answer"], row["note"]) == ("'+1", "1.4", "plus", "'-2+3")
    elsewhere = await (await ours(world.room, ELSEWHERE)).get("/v1/sheets/export")
    assert len(elsewhere.text.splitlines()) == 1
