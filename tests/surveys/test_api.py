"""The room over HTTP: the JSON twin of the page, lists and their scope, cases, scores."""

from typing import Any

import httpx
import pytest

from shared import links
from shared.testing import callers
from shared.web.app import create_app
from tests.surveys.world import World


async def asked(world: World) -> str:
    """The address of the JSON twin for somebody who was just invited."""
    return "/v1/answers/" + links.survey_token(await world.asked_shortly())


async def get(world: World, caller: Any, path: str, **params: Any) -> httpx.Response:
    return await (await world.room.client(caller)).get(path, params=params)


async def test_a_front_end_reads_the_survey_and_answers_it(world: World) -> None:
    address, client = await asked(world), await world.room.client()
    survey = (await client.get(address)).json()
    assert (survey["state"], survey["language"], survey["direction"]) == ("invited", "ro", "ltr")
    nps, ces, comment = survey["questions"]
    assert (nps["id"], nps["metric"], nps["low"], nps["high"], nps["required"]) == ("nps", "nps", 0, 10, True)
    assert (ces["low"], ces["high"]) == (1, 7)
    assert (comment["kind"], comment["required"], comment["max_length"]) == ("comment", False, 2000)
    reply = await client.post(address, json={"answers": {"nps": 9, "ces2": 6, "comment": None}})
    assert reply.status_code == 201
    assert reply.json()["thanks"].startswith("Mulțumim")
    again = await client.post(address, json={"answers": {"nps": 0, "ces2": 1}})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/answered-already")
    assert (await client.get(address)).json()["state"] == "answered"


@pytest.mark.parametrize(
    ("body", "status", "pointers"),
    [
        ({"answers": {"nps": 11, "ces2": 0}}, 422, ["#/answers/nps", "#/answers/ces2"]),
        ({"answers": {}}, 422, ["#/answers/nps", "#/answers/ces2"]),
        ({"answers": {"nps": 9, "ces2": 6, "csat": 5}}, 422, ["#/answers/csat"]),
        ({"answers": {"nps": 9.5, "ces2": 6}}, 422, ["#/answers/nps"]),
        ({"answers": {"nps": True, "ces2": 6}}, 422, ["#/answers/nps"]),
        ({"answers": {"nps": "9", "ces2": 6}}, 422, ["#/answers/nps"]),
        ({"answers": {"nps": 10**400, "ces2": 6}}, 422, ["#/answers/nps"]),
        ({"answers": {"nps": 9, "ces2": 6, "comment": "x" * 2001}}, 422, ["#/answers/comment"]),
        ({"answers": {"nps": 9, "ces2": 6}, "extra": 1}, 422, ["#/extra"]),
        ({"comment": "only words"}, 422, ["#/answers", "#/comment"]),
        ([], 422, ["#"]),
    ],
)
async def test_a_wrong_answer_is_pointed_at(world: World, body: Any, status: int, pointers: list[str]) -> None:
    reply = await (await world.room.client()).post(await asked(world), json=body)
    assert reply.status_code == status
    assert [error["pointer"] for error in reply.json()["errors"]] == pointers


async def test_a_token_that_opens_nothing_is_not_found(world: World) -> None:
    reply = await (await world.room.client()).get("/v1/answers/" + "x" * 72)
    assert (reply.status_code, reply.json()["type"]) == (404, "/problems/link-unknown")


async def test_the_same_answer_with_the_same_key_is_taken_once(world: World) -> None:
    address, client = await asked(world), await world.room.client()
    key = {"Idempotency-Key": "phone-1"}
    body = {"answers": {"nps": 9, "ces2": 6}}
    first = await client.post(address, json=body, headers=key)
    second = await client.post(address, json=body, headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second.headers["idempotency-replayed"] == "true"


async def test_lists_show_what_concerns_the_caller_and_never_a_link(world: World) -> None:
    invited = await world.complete()
    await world.answer(invited, comment="Thanks, Marta")
    token = links.survey_token(invited)
    for friend in (world.ep, world.se, world.he, world.mc, callers.auditor()):
        reply = await get(world, friend, "/v1/invitations")
        assert [item["id"] for item in reply.json()["items"]] == [str(invited)]
        one = await get(world, friend, f"/v1/invitations/{invited}")
        scores = {given["metric"]: given["score"] for given in one.json()["answer"]["scores"]}
        assert scores == {"nps": 9, "ces2": 6}
        assert one.headers["etag"] == '"2"'
        assert token not in reply.text + one.text
        assert links.digest(token) not in reply.text + one.text
    for stranger in (callers.participant(), callers.hosting_manager(world.sending)):
        assert (await get(world, stranger, "/v1/invitations")).json()["items"] == []
        assert (await get(world, stranger, f"/v1/invitations/{invited}")).status_code == 404
    assert (await get(world, callers.enabler(), "/v1/invitations")).json()["items"] == []
    assert (await get(world, None, "/v1/invitations")).status_code == 401


@pytest.mark.parametrize(("state", "found"), [("invited", 1), ("delivered", 0), ("answered", 1), ("expired", 0)])
async def test_invitations_are_listed_by_state(world: World, state: str, found: int) -> None:
    await world.answer(await world.complete(world.another_stay()))
    await world.complete()
    assert len((await get(world, world.he, "/v1/invitations", state=state)).json()["items"]) == found


async def test_a_participant_asks_for_the_own_address_and_it_opens_the_page(world: World) -> None:
    invited = await world.complete()
    client = await world.room.client(world.ep)
    reply = await client.post(f"/v1/invitations/{invited}/link", headers={"Idempotency-Key": "k"})
    assert (reply.status_code, reply.headers["cache-control"]) == (200, "no-store")
    address = reply.json()["address"]
    assert address.startswith(str(world.room.runtime.kernel.surveys_url))
    assert (await client.get(httpx.URL(address).path)).status_code == 200
    for other in (world.he, world.se):
        refused = await (await world.room.client(other)).post(f"/v1/invitations/{invited}/link")
        assert refused.status_code == 403


async def test_a_case_goes_from_detractor_to_closure(world: World) -> None:
    await world.answer(await world.complete(), nps=3, comment="Nobody met me.")
    he, se = await world.room.client(world.he), await world.room.client(world.se)
    (case,) = (await he.get("/v1/cases", params={"state": "open"})).json()["items"]
    assert (case["cause"], case["owner"], case["overdue"], case["version"]) == ("detractor", "hosting", False, 1)
    path = f"/v1/cases/{case['id']}"
    assert (await he.post(f"{path}/acknowledgement")).status_code == 428
    first = await he.post(f"{path}/acknowledgement", headers={"If-Match": '"1"'})
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    assert (await se.post(f"{path}/acknowledgement", headers={"If-Match": '"1"'})).status_code == 412
    second = await se.post(f"{path}/acknowledgement", headers={"If-Match": '"2"'})
    assert second.json()["state"] == "acknowledged"
    closing = {"outcome": "solved", "note": "Called and apologised."}
    assert (await se.post(f"{path}/closure", json=closing, headers={"If-Match": "*"})).status_code == 403
    bad = await he.post(f"{path}/closure", json={"outcome": "whatever", "note": ""}, headers={"If-Match": "*"})
    assert [error["pointer"] for error in bad.json()["errors"]] == ["#/outcome", "#/note"]
    closed = await he.post(f"{path}/closure", json=closing, headers={"If-Match": "*"})
    assert (closed.json()["state"], closed.json()["outcome"]) == ("closed", "solved")
    assert (await get(world, world.ep, path)).json()["note"] == "Called and apologised."


async def test_a_participant_reports_a_case(world: World) -> None:
    await world.complete()
    client = await world.room.client(world.ep)
    body = {"application_id": str(world.stay["application_id"]), "report": "The room has no heating."}
    reply = await client.post("/v1/cases", json=body)
    assert (reply.status_code, reply.headers["location"]) == (201, f"/v1/cases/{reply.json()['id']}")
    assert reply.json()["cause"] == "reported"
    foreign = await (await world.room.client(callers.participant())).post("/v1/cases", json=body)
    assert foreign.json()["errors"][0]["pointer"] == "#/application_id"


async def test_a_score_over_http(world: World) -> None:
    for _ in range(5):
        await world.answer(await world.complete(world.another_stay()), nps=10)
    reply = await get(world, world.he, "/v1/scores", metric="nps", since="2026-05-01", until="2026-05-31")
    score = reply.json()
    assert (score["n"], score["enough"], score["score"]) == (5, True, 100.0)
    assert score["interval"]["method"] == "adjusted-wald"
    assert (await get(world, world.ep, "/v1/scores", metric="nps")).status_code == 403


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({}, "#/metric"),
        ({"metric": "happiness"}, "#/metric"),
        ({"metric": "nps", "since": "2026-02-29"}, "#/since"),
        ({"metric": "nps", "since": "2026-06-01", "until": "2026-05-01"}, "#/until"),
        ({"metric": "nps", "until": "9999-12-31"}, "#/until"),
        ({"metric": "nps", "entity_id": "me"}, "#/entity_id"),
    ],
)
async def test_a_wrong_question_for_a_score_is_pointed_at(world: World, query: dict[str, str], pointer: str) -> None:
    reply = await get(world, world.he, "/v1/scores", **query)
    assert reply.status_code == 422
    assert [error["pointer"] for error in reply.json()["errors"]] == [pointer]


async def test_every_operation_is_described(world: World) -> None:
    document = create_app(world.room.service, world.room.runtime).openapi()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert {operation["operationId"] for operation in operations} >= {"answer_survey", "get_score", "close_case"}
    assert all(operation.get("description") for operation in operations)
