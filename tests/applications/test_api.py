"""The HTTP door of the applications room: who may, which version, what a bad request hears."""

from typing import Any

import httpx
import pytest

from services.applications import commands, handlers
from shared.ids import new_id
from shared.testing import callers
from tests.applications.world import World, posting


async def test_a_person_signs_up_applies_and_the_host_accepts(world: World) -> None:
    opportunity = await world.opportunity()
    ep, he = await world.room.client(world.ep), await world.room.client(world.he)
    made = await ep.post("/v1/applications", json={"opportunity_id": str(opportunity.id)})
    assert made.status_code == 201
    path = made.headers["Location"]
    seen = await he.get(path)
    assert seen.json()["possible_moves"] == ["accept", "reject"]
    accepted = await he.post(f"{path}/acceptance", headers={"If-Match": seen.headers["ETag"]})
    assert (accepted.status_code, accepted.json()["status"]) == (200, "accepted")
    assert accepted.headers["ETag"] != seen.headers["ETag"]


async def test_a_change_says_which_version_it_changes(world: World) -> None:
    application = await world.apply()
    he = await world.room.client(world.he)
    path = f"/v1/applications/{application.id}/acceptance"
    assert (await he.post(path)).status_code == 428
    assert (await he.post(path, headers={"If-Match": '"77"'})).status_code == 412
    assert (await he.post(path, headers={"If-Match": f'"{application.version}"'})).status_code == 200


async def test_the_same_idempotency_key_applies_once(world: World) -> None:
    opportunity = await world.opportunity()
    ep = await world.room.client(world.ep)
    body, headers = {"opportunity_id": str(opportunity.id)}, {"Idempotency-Key": "k1"}
    first = await ep.post("/v1/applications", json=body, headers=headers)
    again = await ep.post("/v1/applications", json=body, headers=headers)
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len((await ep.get("/v1/applications")).json()["items"]) == 1


async def test_applying_twice_to_the_same_is_a_conflict(world: World) -> None:
    opportunity = await world.opportunity()
    ep = await world.room.client(world.ep)
    body = {"opportunity_id": str(opportunity.id)}
    assert (await ep.post("/v1/applications", json=body)).status_code == 201
    refused = await ep.post("/v1/applications", json=body)
    assert refused.status_code == 409
    assert refused.headers["Content-Type"] == "application/problem+json"


async def test_an_ep_sees_what_it_has_applied_to_and_nobody_else_does(world: World) -> None:
    opportunity = await world.opportunity()
    path, ep = f"/v1/opportunities/{opportunity.id}", await world.room.client(world.ep)

    async def told(client: Any) -> list[str | None]:
        found = [(await client.get(at)).json()["items"] for at in ("/v1/opportunities", "/v1/opportunities/search")]
        shown = [next(one for one in items if one["id"] == str(opportunity.id)) for items in found]
        return [one["own_application_id"] for one in (*shown, (await client.get(path)).json())]

    assert await told(ep) == [None] * 3
    application = await world.apply(opportunity)
    assert await told(ep) == [str(application.id)] * 3
    for caller in (world.he, callers.participant()):
        assert await told(await world.room.client(caller)) == [None] * 3
    await world.room.do(handlers.withdraw_application, commands.WithdrawApplication(application.id), world.ep)
    assert await told(ep) == [None] * 3


async def test_lists_show_what_is_the_callers(world: World) -> None:
    await world.apply()
    counts = {}
    for name, caller in {"ep": world.ep, "he": world.he, "se": world.se, "stranger": callers.participant()}.items():
        client = await world.room.client(caller)
        counts[name] = len((await client.get("/v1/applications")).json()["items"])
    assert counts == {"ep": 1, "he": 1, "se": 1, "stranger": 0}


async def test_what_changed_since_can_be_pulled(world: World) -> None:
    he = await world.room.client(world.he)
    await world.apply()
    page = (await he.get("/v1/applications")).json()
    application = await world.apply()
    changed = (await he.get("/v1/applications", params={"changed_since": page["as_of"]})).json()
    assert str(application.id) in [item["id"] for item in changed["items"]]


async def _posting_problem(client: httpx.AsyncClient, world: World, **values: Any) -> httpx.Response:
    body = posting(world.enabler_id).model_dump(mode="json") | values
    return await client.post("/v1/opportunities", json=body)


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"end_on": "2026-02-01"}, "#/end_on"),
        ({"start_on": "2026-02-29"}, "#/start_on"),
        ({"start_on": "9999-12-31", "end_on": "9999-12-31"}, "#/start_on"),
        ({"weekly_hours": "many"}, "#/weekly_hours"),
        ({"weekly_hours": 10}, "#/weekly_hours"),
        ({"zone": "Mars/Olympus"}, "#/zone"),
        ({"country": "Sweden"}, "#/country"),
        ({"colour": "blue"}, "#/colour"),
        ({"title": "a\x00b"}, "#/title"),
        ({"enabler_id": str(new_id())}, "#/enabler_id"),
        ({"product": "cruise"}, "#/product"),
    ],
)
async def test_a_bad_posting_hears_which_field_is_wrong(world: World, values: dict[str, Any], pointer: str) -> None:
    he = await world.room.client(world.he)
    refused = await _posting_problem(he, world, **values)
    assert refused.status_code == 422
    assert pointer in [error["pointer"] for error in refused.json()["errors"]]


async def test_foreign_tokens_and_none_are_refused(world: World) -> None:
    nobody = await world.room.client(None)
    assert (await nobody.get("/v1/applications")).status_code == 401
    foreign = await nobody.get("/v1/applications", headers={"Authorization": "Bearer abc.def.ghi"})
    assert foreign.status_code == 401


async def test_an_erased_person_is_nobody_from_then_on(world: World) -> None:
    ep = await world.room.client(world.ep)
    assert (await ep.post(f"/v1/people/{world.ep.party}/erasure")).status_code == 200
    assert (await ep.get(f"/v1/people/{world.ep.party}")).json()["given_name"] == ""
