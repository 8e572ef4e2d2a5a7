"""The HTTP door of the scoring room: who may, what a bad request hears, and what a stranger never learns."""

import json
from datetime import timedelta
from math import exp
from typing import Any

import httpx
import pytest

from services.scoring.policy.interactions import Kind
from shared.access import Caller
from shared.ids import new_id
from shared.testing import callers
from tests.scoring.world import BROWSER, ELSEWHERE, NATIONAL, World

FIREFOX = {"User-Agent": BROWSER}


def visit(world: World, **values: Any) -> dict[str, Any]:
    at = world.room.clock.now().isoformat()
    return {"id": str(new_id()), "channel": "web", "kind": "page_view", "at": at, **values}


def call(world: World, **values: Any) -> dict[str, Any]:
    return visit(world, channel="phone", kind="call", person_id=str(world.person_id)) | values


def visits(world: World, *given: dict[str, Any]) -> dict[str, Any]:
    return {"visitor_id": str(world.visitor_id), "visits": list(given), "consent": {"analytics": True}}


def pointers(reply: httpx.Response) -> list[str]:
    assert reply.headers["Content-Type"] == "application/problem+json"
    return [error["pointer"] for error in reply.json()["errors"]]


# --- the way of a lead


async def test_a_stranger_becomes_a_lead_whose_visits_explain_the_score(world: World) -> None:
    stranger, ep = await world.room.client(), await world.room.client(world.ep)
    view = visit(world, kind="opportunity_view", opportunity_id=str(world.opportunity_id), campaign="spring-2026")
    sent = await stranger.post("/v1/visits", json=visits(world, visit(world), view), headers=FIREFOX)
    assert (sent.status_code, sent.json()) == (200, {"recorded": 2, "repeated": 0, "ignored": []})
    body = {"visitor_id": str(world.visitor_id), "person_id": str(world.person_id)}
    identified = await ep.post("/v1/identities", json=body)
    assert (identified.status_code, identified.json()["person_id"]) == (200, str(world.person_id))
    scored = (await ep.get(f"/v1/people/{world.person_id}/score")).json()
    assert scored["score"] == pytest.approx(1 / (1 + exp(1.1527 - 0.2426 - 0.2197)), abs=1e-4)
    assert [reason["text"] for reason in scored["reasons"]] == [
        "visited 1 opportunity in the last 14 days (+0.24)",
        "2 visits in the last 14 days (+0.22)",
    ]
    assert (scored["model"], scored["transition"], scored["state"]) == ("rules-1", "approved", "open")
    assert (scored["evidence"], scored["outcomes"], scored["interval"]) == ("rules, no own outcomes yet", 0, None)


async def test_the_course_can_be_read_page_by_page_and_as_of_a_moment(world: World) -> None:
    await world.to_approval()
    client = await world.room.client(world.se)
    path = f"/v1/people/{world.person_id}/score-history"
    whole = (await client.get(path)).json()["items"]
    first = (await client.get(path, params={"limit": 4})).json()
    rest = (await client.get(path, params={"limit": 4, "cursor": first["next"]})).json()
    assert first["items"] + rest["items"] == whole
    assert whole[-1]["outcome"] == "converted"
    then = (await client.get(path, params={"as_of": whole[2]["at"]})).json()["items"]
    assert then == whole[:3]
    before = (await client.get(path, params={"as_of": "2020-01-01T00:00:00Z"})).json()["items"]
    assert before == []


async def test_leads_are_sorted_by_score_and_those_approved_are_apart(world: World) -> None:
    cold, warm = World(world.room), World(world.room)
    for one in (cold, warm):
        await one.sign_up()
    await world.to_approval()
    await warm.apply()
    client = await world.room.client(world.se)
    found = [lead["person_id"] for lead in (await client.get("/v1/leads")).json()["items"]]
    assert found == [str(warm.person_id), str(cold.person_id)]
    (top,) = (await client.get("/v1/leads", params={"state": "converted"})).json()["items"]
    assert (top["person_id"], top["state"]) == (str(world.person_id), "converted")
    assert top["top_reasons"][0] == "the acceptance note is signed (+2.10)"
    assert len((await client.get("/v1/leads", params={"state": "any"})).json()["items"]) == 3


async def test_pages_of_leads_lose_nobody_when_scores_are_equal(world: World) -> None:
    for _ in range(6):
        await World(world.room).sign_up()
    client, found, cursor = await world.room.client(world.se), [], None
    while True:
        page = (await client.get("/v1/leads", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        found += [lead["person_id"] for lead in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert len(found) == len(set(found)) == 7


async def test_an_undone_identification_is_gone_and_undone_once(world: World) -> None:
    await world.identify()
    client = await world.room.client(world.se)
    linked = await client.get(f"/v1/people/{world.person_id}/identities")
    assert [one["visitor_id"] for one in linked.json()] == [str(world.visitor_id)]
    path = f"/v1/identities/{world.visitor_id}"
    assert (await client.delete(path)).status_code == 204
    assert (await client.delete(path)).status_code == 404
    assert (await client.get(f"/v1/people/{world.person_id}/identities")).json() == []


async def test_a_score_that_did_not_change_is_not_sent_again(world: World) -> None:
    client, path = await world.room.client(world.se), f"/v1/people/{world.person_id}/score"
    seen = await client.get(path)
    assert (await client.get(path, headers={"If-None-Match": seen.headers["ETag"]})).status_code == 304
    await world.record(Kind.call)
    assert (await client.get(path, headers={"If-None-Match": seen.headers["ETag"]})).status_code == 200


# --- who may


@pytest.mark.parametrize(
    ("caller", "score", "leads"),
    [
        ("own", 200, 403),
        ("own manager", 200, 1),
        ("nation", 200, 1),
        ("world", 200, 2),
        ("auditor", 200, 2),
        ("service", 200, 2),
        ("other participant", 404, 403),
        ("other manager", 404, 0),
        ("host", 403, 0),
        ("enabler", 403, 403),
        ("nobody", 401, 401),
    ],
)
async def test_a_score_is_for_the_lead_and_those_who_look_after_it(
    world: World, caller: str, score: int, leads: int
) -> None:
    """Of the two leads the second is the enabler who posted the opportunity: the hosting side's."""
    who: dict[str, Caller | None] = {
        "own": world.ep,
        "own manager": world.se,
        "nation": callers.national_manager(NATIONAL),
        "world": callers.global_manager(),
        "auditor": callers.auditor(),
        "service": callers.service(),
        "other participant": callers.participant(),
        "other manager": callers.sending_manager(ELSEWHERE),
        "host": callers.hosting_manager(ELSEWHERE),
        "enabler": callers.enabler(),
        "nobody": None,
    }
    client = await world.room.client(who[caller])
    for path in ("score", "score-history", "identities"):
        assert (await client.get(f"/v1/people/{world.person_id}/{path}")).status_code == score
    listed = await client.get("/v1/leads")
    assert (len(listed.json()["items"]) if listed.status_code == 200 else listed.status_code) == leads


async def test_only_managers_and_services_record_interactions(world: World) -> None:
    body = {"interactions": [call(world)]}
    replies = {}
    for name, caller in {"ep": world.ep, "auditor": callers.auditor(), "nobody": None, "se": world.se}.items():
        client = await world.room.client(caller)
        replies[name] = (await client.post("/v1/interactions", json=body)).status_code
    assert replies == {"ep": 403, "auditor": 403, "nobody": 401, "se": 200}


async def test_a_stranger_learns_nothing_about_a_visitor_and_can_name_no_person(world: World) -> None:
    await world.identify()
    stranger = await world.room.client()
    known = await stranger.post("/v1/visits", json=visits(world, visit(world)), headers=FIREFOX)
    unknown = {**visits(world, visit(world)), "visitor_id": str(new_id())}
    other = await stranger.post("/v1/visits", json=unknown, headers=FIREFOX)
    assert (known.status_code, known.content) == (other.status_code, other.content)
    named = visits(world, visit(world, person_id=str(world.person_id)))
    refused = await stranger.post("/v1/visits", json=named, headers=FIREFOX)
    assert (refused.status_code, pointers(refused)) == (422, ["#/visits/0/person_id"])


@pytest.mark.parametrize("agent", ["Googlebot/2.1", "curl/8.5.0", ""])
async def test_what_a_machine_sends_is_taken_and_moves_no_score(world: World, agent: str) -> None:
    await world.identify()
    before = (await world.score()).score
    stranger = await world.room.client()
    sent = await stranger.post("/v1/visits", json=visits(world, visit(world)), headers={"User-Agent": agent})
    assert (sent.status_code, sent.json()["recorded"]) == (200, 1)
    assert (await world.score()).score == before


# --- once


async def test_a_batch_sent_twice_counts_once_with_and_without_an_idempotency_key(world: World) -> None:
    client, body = await world.room.client(world.se), {"interactions": [call(world)]}
    first = await client.post("/v1/interactions", json=body, headers={"Idempotency-Key": "k1"})
    again = await client.post("/v1/interactions", json=body, headers={"Idempotency-Key": "k1"})
    assert (again.content, again.headers["Idempotency-Replayed"]) == (first.content, "true")
    third = await client.post("/v1/interactions", json=body)
    assert third.json() == {"recorded": 0, "repeated": 1, "ignored": []}
    assert [reason.text for reason in (await world.score()).reasons] == [
        "1 personal contact in the last 30 days (+0.24)"
    ]


# --- bad input


async def test_five_hundred_interactions_are_taken_and_a_thousand_refused(world: World) -> None:
    client = await world.room.client(world.se)
    taken = await client.post("/v1/interactions", json={"interactions": [call(world) for _ in range(500)]})
    assert (taken.status_code, taken.json()["recorded"]) == (200, 500)
    refused = await client.post("/v1/interactions", json={"interactions": [call(world) for _ in range(1000)]})
    assert (refused.status_code, pointers(refused)) == (422, ["#/interactions"])


async def test_a_stranger_sends_fifty_at_most(world: World) -> None:
    stranger = await world.room.client()
    for count, status in ((50, 200), (51, 422)):
        body = visits(world, *[visit(world) for _ in range(count)])
        assert (await stranger.post("/v1/visits", json=body, headers=FIREFOX)).status_code == status


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"channel": "telepathy"}, "#/interactions/1/channel"),
        ({"kind": "abduction"}, "#/interactions/1/kind"),
        ({"at": "2199-12-31T00:00:00Z"}, "#/interactions/1/at"),
        ({"at": "9999-12-31T23:59:59Z"}, "#/interactions/1/at"),
        ({"at": "1969-07-20T20:17:00Z"}, "#/interactions/1/at"),
        ({"at": "2026-02-29T09:00:00Z"}, "#/interactions/1/at"),
        ({"at": "2026-02-02T09:00:00"}, "#/interactions/1/at"),
        ({"at": "yesterday"}, "#/interactions/1/at"),
        ({"id": "7"}, "#/interactions/1/id"),
        ({"campaign": "x; DROP TABLE lead"}, "#/interactions/1/campaign"),
        ({"campaign": "a\x00b"}, "#/interactions/1/campaign"),
        ({"colour": "blue"}, "#/interactions/1/colour"),
        ({"person_id": None}, "#/interactions/1"),
        ({"visitor_id": "0198f2a4-5b1c-7e7a-9c55-6f1f2f3b4c5d"}, "#/interactions/1"),
        ({"person_id": "0198f2a4-5b1c-7e7a-9c55-6f1f2f3b4c5d"}, "#/interactions/1/person_id"),
        ({"kind": "opportunity_view"}, "#/interactions/1"),
    ],
)
async def test_a_wrong_interaction_is_pointed_to_and_none_is_recorded(
    world: World, values: dict[str, Any], pointer: str
) -> None:
    client = await world.room.client(world.se)
    good = call(world)
    refused = await client.post("/v1/interactions", json={"interactions": [good, call(world, **values)]})
    assert (refused.status_code, pointers(refused)) == (422, [pointer])
    alone = await client.post("/v1/interactions", json={"interactions": [good]})
    assert alone.json() == {"recorded": 1, "repeated": 0, "ignored": []}


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"channel": "phone"}, "#/visits/0/channel"),
        ({"kind": "call"}, "#/visits/0/kind"),
        ({"kind": "email_click"}, "#/visits/0/kind"),
        ({"kind": "opportunity_view"}, "#/visits/0"),
    ],
)
async def test_a_stranger_tells_only_what_a_browser_can_know(
    world: World, values: dict[str, Any], pointer: str
) -> None:
    stranger = await world.room.client()
    refused = await stranger.post("/v1/visits", json=visits(world, visit(world, **values)), headers=FIREFOX)
    assert (refused.status_code, pointers(refused)) == (422, [pointer])


async def test_a_visit_of_tomorrow_or_of_last_month_is_refused_but_a_clock_may_be_a_minute_fast(world: World) -> None:
    stranger, now = await world.room.client(), world.room.clock.now()
    times = {timedelta(minutes=1): 200, timedelta(hours=1): 422, timedelta(days=-6): 200, timedelta(days=-30): 422}
    for away, status in times.items():
        body = visits(world, visit(world, at=(now + away).isoformat()))
        assert (await stranger.post("/v1/visits", json=body, headers=FIREFOX)).status_code == status


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ('{"interactions": NaN}', 400),
        ("[" * 100, 400),
        ("[]", 422),
        ('{"interactions": []}', 422),
        ('{"interactions": {}}', 422),
        ('{"interactions": [7]}', 422),
        (json.dumps({"interactions": "x" * 1_100_000}), 413),
    ],
)
async def test_a_body_that_is_no_batch_is_a_problem_and_never_a_crash(world: World, body: str, status: int) -> None:
    client = await world.room.client(world.se)
    headers = {"Content-Type": "application/json"}
    reply = await client.post("/v1/interactions", content=body, headers=headers)
    assert (reply.status_code, reply.headers["Content-Type"]) == (status, "application/problem+json")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/people/7/score", 422),
        ("/v1/people/0198f2a4-5b1c-7e7a-9c55-6f1f2f3b4c5d/score", 404),
        ("/v1/people/0198f2a4-5b1c-7e7a-9c55-6f1f2f3b4c5d/score-history", 404),
        ("/v1/leads?limit=1000000", 422),
        ("/v1/leads?cursor=nonsense", 422),
        ("/v1/leads?state=lost", 422),
    ],
)
async def test_a_question_that_makes_no_sense_is_a_problem(world: World, path: str, status: int) -> None:
    client = await world.room.client(world.se)
    reply = await client.get(path)
    assert (reply.status_code, reply.headers["Content-Type"]) == (status, "application/problem+json")


async def test_an_as_of_without_a_zone_is_refused(world: World) -> None:
    client = await world.room.client(world.se)
    path = f"/v1/people/{world.person_id}/score-history"
    reply = await client.get(path, params={"as_of": "2026-02-02T09:00:00"})
    assert (reply.status_code, pointers(reply)) == (422, ["#/as_of"])


async def test_identifying_as_somebody_else_is_refused(world: World) -> None:
    client = await world.room.client(callers.participant())
    body = {"visitor_id": str(new_id()), "person_id": str(world.person_id)}
    refused = await client.post("/v1/identities", json=body)
    assert (refused.status_code, pointers(refused)) == (422, ["#/person_id"])
