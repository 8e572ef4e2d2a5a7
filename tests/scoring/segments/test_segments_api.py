"""Segments at the door: made, changed, read, compared; sheets, searches and corridors asked for and worked out."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.scoring import handlers
from services.scoring.commands import KeepReport
from services.scoring.handlers.segment_reports import keep_search
from services.scoring.handlers.segment_work import searched
from services.scoring.policy.interactions import Kind
from services.scoring.policy.segments.catalogue import Party
from shared.contracts import notifications
from shared.contracts.applications import EnablerRegistered
from shared.ids import new_id
from shared.testing import builders, callers
from tests.scoring.segments.test_found import planted
from tests.scoring.segments.test_membership import APPLIED, BUSY, TALENT, profile
from tests.scoring.world import ELSEWHERE, HOSTING, WORLD, World

SEGMENTS = "/v1/segments"


async def posted(client: httpx.AsyncClient, condition: Any = APPLIED, **values: Any) -> dict[str, Any]:
    reply = await client.post(SEGMENTS, json={"party": "ep", "name": "Some", "condition": condition, **values})
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


def version(number: int) -> dict[str, str]:
    return {"If-Match": f'"{number}"'}


async def test_a_segment_is_made_changed_and_retired_version_by_version(world: World) -> None:
    client = await world.room.client(world.se)
    made = await posted(client, {"all": [TALENT, BUSY]})
    assert made["in_words"] == "(wants.products has one of talent and visits.14 at least 3)"
    path = f"{SEGMENTS}/{made['id']}"
    assert (await client.put(f"{path}/rule", json={"condition": BUSY})).status_code == 428
    changed = await client.put(f"{path}/rule", json={"condition": BUSY}, headers=version(1))
    assert (changed.status_code, changed.json()["rule"], changed.headers["ETag"]) == (200, 2, '"2"')
    assert (await client.put(f"{path}/rule", json={"condition": TALENT}, headers=version(1))).status_code == 412
    assert (await client.post(f"{path}/retirement", headers=version(2))).json()["state"] == "retired"
    assert [one["id"] for one in (await client.get(SEGMENTS, params={"state": "retired"})).json()["items"]] == [
        made["id"]
    ]
    assert (await client.get(SEGMENTS, params={"state": "active"})).json()["items"] == []


async def test_a_rule_that_makes_no_sense_is_refused_with_a_pointer(world: World) -> None:
    client = await world.room.client(world.se)
    wrong: list[tuple[Any, str]] = [
        ({"field": "visits.90", "op": "like", "value": 1}, "#/condition/op"),
        ({"all": [{"field": "__class__", "op": "is", "value": "x"}]}, "#/condition/all/0/field"),
        ({"any": [TALENT] * 61}, "#/condition/any"),
        ({}, "#/condition"),
    ]
    for condition, pointer in wrong:
        reply = await client.post(SEGMENTS, json={"party": "ep", "name": "Some", "condition": condition})
        assert reply.status_code == 422
        assert reply.json()["errors"][0]["pointer"].startswith(pointer)


async def test_whoever_is_beside_or_below_sees_nothing_of_it(world: World) -> None:
    made = await posted(await world.room.client(world.se))
    strangers = [callers.sending_manager(ELSEWHERE), callers.national_manager(ELSEWHERE)]
    for caller in strangers:
        client = await world.room.client(caller)
        for place in ("", "/members", "/course", "/rules", "/sheet", "/plans"):
            assert (await client.get(f"{SEGMENTS}/{made['id']}{place}")).status_code == 404
        changed = await client.put(f"{SEGMENTS}/{made['id']}/rule", json={"condition": BUSY}, headers=version(1))
        assert changed.status_code == 404
        compared = await client.get("/v1/segment-comparison", params={"segment": made["id"]})
        assert compared.status_code == 422
        asked = await client.post("/v1/corridors", json={"segment_id": made["id"]})
        assert asked.status_code == 422
    for caller in (world.ep, callers.enabler()):
        client = await world.room.client(caller)
        assert (await client.get(SEGMENTS)).status_code == 403


async def test_the_sheet_has_what_was_counted_and_what_is_meant_to_be_done(world: World) -> None:
    await world.apply()
    for _ in range(3):
        await World(world.room).sign_up()
    client = await world.room.client(world.se)
    made = await posted(client)
    path = f"{SEGMENTS}/{made['id']}"
    await handlers.refresh_all(world.room.runtime)
    assert (await client.get(f"{path}/sheet")).json()["figures"] is None
    assert (await client.post(f"{path}/counting")).status_code == 202
    await handlers.work_all(world.room.runtime)
    figures = (await client.get(f"{path}/sheet")).json()["figures"]
    assert (figures["size"], figures["rest"], figures["entered"], figures["left"]) == (1, 3, 1, 0)
    assert (figures["conversion"], figures["nps"], figures["growth"]) == (None, None, None)
    assert figures["converted"]["n"] == 1
    words = {"position": "The safe first time", "programme": "Ask Ioana", "target": True, "reason": "It grows"}
    written = await client.put(f"{path}/plan", json=words, headers=version(1))
    assert (written.status_code, written.json()["number"]) == (200, 1)
    sheet = (await client.get(f"{path}/sheet")).json()
    assert (sheet["plan"]["programme"], sheet["plan"]["target"], sheet["version"]) == ("Ask Ioana", True, 2)
    blanked = await client.post(f"{path}/plans/1/blanking", headers=version(2))
    assert (blanked.json()["programme"], blanked.json()["target"]) == ("", True)
    compared = await client.get("/v1/segment-comparison", params=[("segment", made["id"]), ("segment", made["id"])])
    assert [one["segment"]["id"] for one in compared.json()] == [made["id"]]


async def test_figures_are_counted_each_day_by_themselves(world: World) -> None:
    client = await world.room.client(world.se)
    made = await posted(client)
    await handlers.work_all(world.room.runtime)
    first = (await client.get(f"{SEGMENTS}/{made['id']}/sheet")).json()["figures"]
    await world.apply()
    world.room.clock.advance(timedelta(days=1))
    await handlers.refresh_all(world.room.runtime)
    await handlers.work_all(world.room.runtime)
    then = (await client.get(f"{SEGMENTS}/{made['id']}/sheet")).json()["figures"]
    assert (first["size"], then["size"], first["as_of"] < then["as_of"]) == (0, 1, True)


async def test_a_search_among_few_says_so(world: World) -> None:
    client = await world.room.client(world.se)
    asked = await client.post("/v1/segment-searches", json={"party": "ep"})
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    await handlers.work_all(world.room.runtime)
    found = (await client.get(asked.headers["Location"])).json()
    assert (found["state"], found["report"]["finding"], found["report"]["people"]) == ("done", "not_enough_people", 1)
    frozen = await client.post(f"{asked.headers['Location']}/freezing", json={"cluster": 0, "name": "Some"})
    assert frozen.status_code == 422
    other = await world.room.client(callers.sending_manager(ELSEWHERE))
    assert (await other.get(asked.headers["Location"])).status_code == 404


async def walked(world: World, people: int = 12) -> None:
    """Some who get a letter, browse, are called and apply; some who browse and stop."""
    letter = {"touchpoint": "welcome", "channel": "email", "language": "ro", "document": None, "proves": None}
    letter |= {"audience": "ep", "application_id": None, "sending_entity_id": None, "hosting_entity_id": None}
    for number in range(people):
        one = World(world.room, opportunity_id=world.opportunity_id)
        await one.sign_up()
        await one.identify()
        world.room.clock.advance(timedelta(hours=1))
        about = letter | {"touchpoint_id": new_id(), "person_id": one.person_id}
        await world.room.hear(notifications.TouchpointSent(**about))
        world.room.clock.advance(timedelta(hours=5))
        await one.browse(Kind.opportunity_view)
        await one.browse(Kind.opportunity_view)
        if number % 3:
            world.room.clock.advance(timedelta(hours=30))
            await one.record(Kind.call)
            await one.apply()
        await world.room.hear(profile(one.person_id))
    world.room.clock.advance(timedelta(days=91))


async def corridor(world: World, client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    asked = await client.post("/v1/corridors", json={"transition": "applied", **body})
    assert asked.status_code == 202
    await handlers.work_all(world.room.runtime)
    return dict((await client.get(asked.headers["Location"])).json())


async def test_a_corridor_is_mined_from_what_was_heard_and_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await walked(world)
    client = await world.room.client(world.se)
    made = await posted(client, TALENT)
    await handlers.refresh_all(world.room.runtime)
    mined = await corridor(world, client, segment_id=made["id"])
    report = mined["report"]
    assert (mined["state"], report["enough"], report["cases"]) == ("done", True, 12)
    assert (report["conversion"]["part"], report["conversion"]["n"]) == (8, 12)
    edges = {(one["first"], one["then"]): one for one in report["edges"]}
    again = edges["opportunity_view:web", "opportunity_view:web"]
    assert (again["cases"], again["wait"]["median"]) == (12, 0.0)
    assert ("registered", "touchpoint:welcome") in edges
    assert not [pair for pair in edges if "call:phone" in pair]  # eight people are too few to be told of
    listed = await client.get("/v1/corridors", params={"segment": made["id"], "transition": "applied"})
    assert [one["id"] for one in listed.json()["items"]] == [mined["id"]]
    assert (await client.get("/v1/corridors", params={"transition": "approved"})).json()["items"] == []


async def test_of_few_people_no_corridor_is_told(world: World) -> None:
    client = await world.room.client(world.se)
    mined = await corridor(world, client)
    assert (mined["report"]["enough"], mined["report"]["cases"], mined["report"]["edges"]) == (False, 0, [])


async def test_the_page_of_a_corridor_opens_by_its_link_alone(world: World) -> None:
    client, stranger = await world.room.client(world.se), await world.room.client()
    mined = await corridor(world, client)
    link = (await client.get(f"/v1/corridors/{mined['id']}/page")).json()["address"]
    path = "/" + link.split("/", 3)[3]
    page = await stranger.get(path)
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    for wrong in (path[:-1] + ("B" if path[-1] == "A" else "A"), path + "A", "/k/x"):
        assert (await stranger.get(wrong)).status_code == 404
    other = await world.room.client(callers.sending_manager(ELSEWHERE))
    assert (await other.get(f"/v1/corridors/{mined['id']}/page")).status_code == 404


async def test_nothing_is_made_of_a_segment_that_is_not_there(world: World) -> None:
    client = await world.room.client(world.se)
    nowhere: UUID = new_id()
    assert (await client.post("/v1/corridors", json={"segment_id": str(nowhere)})).status_code == 422
    assert (await client.post(f"{SEGMENTS}/{nowhere}/counting")).status_code == 404
    assert (
        await client.post(f"/v1/segment-searches/{nowhere}/freezing", json={"cluster": 0, "name": "x"})
    ).status_code == 404


async def test_enablers_walk_a_corridor_of_their_own(world: World) -> None:
    await world.room.hear(builders.entity(HOSTING, path=[WORLD, HOSTING]))
    for number in range(11):
        enabler = new_id()
        await world.room.hear(EnablerRegistered(enabler_id=enabler, hosting_entity_id=HOSTING, kind="company"))
        world.room.clock.advance(timedelta(days=2))
        if number % 2:
            await world.room.hear(builders.opportunity(new_id(), enabler_id=enabler))
    world.room.clock.advance(timedelta(days=91))
    client = await world.room.client(callers.hosting_manager(HOSTING))
    report = (await corridor(world, client, transition="posted", party="enabler"))["report"]
    assert (report["cases"], report["conversion"]["part"], report["time"]["median"]) == (11, 5, 2.0)
    wrong = await client.post("/v1/corridors", json={"transition": "applied", "party": "enabler"})
    assert wrong.json()["errors"][0]["pointer"] == "#/transition"
    assert (await client.post("/v1/corridors", json={"transition": "applied"})).status_code == 422


async def test_a_found_segment_becomes_one_with_a_rule(world: World) -> None:
    client = await world.room.client(world.se)
    asked = (await client.post("/v1/segment-searches", json={"party": "ep"})).json()
    rows, _ = planted(1)
    await world.room.do(keep_search, KeepReport(UUID(asked["id"]), searched(rows, Party.ep, 1)))
    found = (await client.get(f"/v1/segment-searches/{asked['id']}")).json()["report"]
    assert (found["finding"], len(found["found"])) == ("found", 3)
    path = f"/v1/segment-searches/{asked['id']}/freezing"
    frozen = (await client.post(path, json={"cluster": 1, "name": "Planners"})).json()
    assert (frozen["condition"], frozen["search_id"]) == (found["found"][1]["condition"], asked["id"])
    assert (await client.post(path, json={"cluster": 9, "name": "Nobody"})).status_code == 422
    other = await world.room.client(callers.sending_manager(ELSEWHERE))
    assert (await other.post(path, json={"cluster": 1, "name": "Theirs"})).status_code == 404
