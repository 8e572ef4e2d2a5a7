"""Leads and hand-overs at the HTTP door: who may, which version, and what a bad request hears."""

from typing import Any

import pytest

from shared.access import Caller
from shared.ids import new_id
from shared.testing import callers
from tests.scoring.leads_world import Leads
from tests.scoring.world import HOSTING, SENDING, WORLD

MANAGER, HOST = callers.sending_manager(SENDING), callers.hosting_manager(HOSTING)
CALLERS: dict[str, Caller | None] = {
    "sending": MANAGER,
    "hosting": HOST,
    "nation": callers.national_manager(WORLD),
    "world": callers.global_manager(),
    "auditor": callers.auditor(),
    "service": callers.service(),
    "elsewhere": callers.sending_manager(new_id()),
    "participant": callers.participant(),
    "enabler": callers.enabler(),
    "nobody": None,
}
LEADS = {"sending": 1, "hosting": 1, "nation": 2, "world": 2, "auditor": 2, "service": 2, "elsewhere": 0}


@pytest.mark.parametrize("name", CALLERS)
async def test_each_side_sees_its_own_leads_and_customers_none(leads: Leads, name: str) -> None:
    person, enabler_id = await leads.person(applied=False), await leads.enabler()
    client = await leads.room.client(CALLERS[name])
    listed = await client.get("/v1/leads")
    refused = 401 if name == "nobody" else 403
    assert (len(listed.json()["items"]) if listed.status_code == 200 else listed.status_code) == LEADS.get(
        name, refused
    )
    mine = {"sending": [person], "hosting": [enabler_id]}.get(name, [person, enabler_id] if LEADS.get(name) else [])
    for lead in (person, enabler_id):
        expected = 200 if lead in mine else 404 if name in LEADS else refused
        assert (await client.get(f"/v1/leads/{lead}")).status_code == expected


async def test_a_lead_is_assigned_once_by_version_and_key(leads: Leads) -> None:
    member, person = await leads.member(), await leads.person()
    client = await leads.room.client(MANAGER)
    path, body = f"/v1/leads/{person}/hand-over", {"member_id": str(member)}
    assert (await client.post(path, json=body)).status_code == 428
    assert (await client.post(path, json=body, headers={"If-Match": '"99"'})).status_code == 412
    seen = await client.get(f"/v1/leads/{person}")
    headers = {"If-Match": seen.headers["ETag"], "Idempotency-Key": "k1"}
    given = await client.post(path, json=body, headers=headers)
    assert (given.status_code, given.headers["Location"]) == (201, f"/v1/hand-overs/{given.json()['id']}")
    assert (await client.post(path, json=body, headers=headers)).headers["Idempotency-Replayed"] == "true"
    refusal = await client.post(
        f"/v1/hand-overs/{given.json()['id']}/refusal", json={"reason": "no_time"}, headers={"If-Match": '"1"'}
    )
    assert (refusal.status_code, refusal.json()["state"], refusal.headers["ETag"]) == (200, "returned", '"2"')


async def test_capacities_are_set_with_the_version_that_was_read(leads: Leads) -> None:
    member = await leads.member()
    client = await leads.room.client(MANAGER)
    path = f"/v1/entities/{SENDING}/calling"
    before = await client.get(path)
    assert (before.json()["calls_per_week"], before.headers["ETag"]) == (0, '"0"')
    put = await client.put(path, json={"calls_per_week": 8}, headers={"If-Match": '"0"'})
    assert (put.status_code, put.json()["calls_per_week"], put.headers["ETag"]) == (200, 8, '"1"')
    assert (await client.put(path, json={"calls_per_week": 9}, headers={"If-Match": '"0"'})).status_code == 412
    own = await client.put(f"/v1/callers/{member}", json={"calls_per_week": 2}, headers={"If-Match": '"1"'})
    assert (own.status_code, own.json()["left"]) == (200, 2)
    (listed,) = (await client.get(f"/v1/entities/{SENDING}/callers")).json()
    assert (listed["member_id"], listed["capacity"], listed["parties"]) == (str(member), 2, ["ep"])


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("contacts", {"channel": "phone", "kind": "flyer", "at": "2026-02-27T05:00:00Z"}, "#/"),
        ("contacts", {"channel": "phone", "kind": "call", "at": "2199-02-27T05:00:00Z"}, "#/at"),
        ("contacts", {"channel": "phone", "kind": "call", "at": "2026-02-27T05:00:00Z", "note": "hi"}, "#/note"),
        ("hand-over", {"member_id": "7"}, "#/member_id"),
    ],
)
async def test_a_wrong_body_is_pointed_to(leads: Leads, path: str, body: dict[str, Any], pointer: str) -> None:
    person = await leads.person(applied=False)
    client = await leads.room.client(MANAGER)
    reply = await client.post(f"/v1/leads/{person}/{path}", json=body, headers={"If-Match": '"1"'})
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["pointer"].startswith(pointer.rstrip("/"))


@pytest.mark.parametrize(
    "path",
    ["leads?stage=lost", "leads?lifecycle=new", "leads?sort=age", "lead-funnel?days=0", "contact-times?days=9999"],
)
async def test_a_question_that_makes_no_sense_is_a_problem(leads: Leads, path: str) -> None:
    client = await leads.room.client(MANAGER)
    assert (await client.get(f"/v1/{path}")).status_code == 422


async def test_figures_and_definitions_answer_when_there_is_nothing(leads: Leads) -> None:
    client = await leads.room.client(MANAGER)
    page = (await client.get("/v1/leads")).json()
    assert page["counts"] == {"stages": {}, "lifecycles": {}, "parties": {}}
    times = (await client.get("/v1/contact-times")).json()
    assert (times["n"], times["p50"]["hours"], times["in_time"]["share"]) == (0, None, None)
    assert (await client.get("/v1/win-backs")).json()["all"]["share"] is None
    found = (await client.get("/v1/lead-definitions")).json()
    assert {one["code"] for one in found["lifecycles"]} == {"first_purchase", "indecisive", "lapsed", "loyal", "repeat"}
    lead = next(one for one in found["stages"] if one["code"] == "lead")
    assert lead["silence_days"] == {"ep": 90, "enabler": 120}


async def test_prospects_are_the_hosting_sides_own(leads: Leads) -> None:
    body = {"hosting_entity_id": str(HOSTING), "company": "Norrsken Lab", "email": "maja@norrsken.example"}
    host, sender = await leads.room.client(HOST), await leads.room.client(MANAGER)
    made = await host.post("/v1/prospects", json=body)
    assert (made.status_code, made.headers["Location"]) == (201, f"/v1/prospects/{made.json()['id']}")
    path = made.headers["Location"]
    assert (await sender.get(path)).status_code == 403
    changed = await host.put(path, json={"company": "Norrsken"}, headers={"If-Match": made.headers["ETag"]})
    assert (changed.json()["company"], changed.json()["email"], changed.json()["version"]) == ("Norrsken", None, 2)
    assert (await host.delete(path, headers={"If-Match": '"2"'})).status_code == 204
    assert (await host.get("/v1/prospects")).json()["items"] == []
