"""The HTTP door of the journeys room."""

from uuid import uuid4

import pytest

from shared.testing import builders, callers
from tests.journeys.world import CLUJ, World


async def test_people_are_listed_with_where_they_stand(world: World) -> None:
    await world.whole_story()
    client = await world.room.client(world.se)
    reply = await client.get("/v1/people")
    assert reply.status_code == 200
    (person,) = reply.json()["items"]
    assert (person["given_name"], person["status"], person["profile"]) == ("Ioana", "completed", "promoter")
    assert (person["open_cases"], person["next_touchpoint"]) == (1, None)
    assert (await client.get("/v1/people", params={"search": "nobody"})).json()["items"] == []
    assert len((await client.get("/v1/people", params={"profile": "promoter"})).json()["items"]) == 1


async def test_people_are_paged_without_a_gap(world: World) -> None:
    ids = [uuid4() for _ in range(7)]
    for number, id_ in enumerate(ids):
        await world.at(2026, 1, 1 + number, builders.person(id_, sending_entity_id=CLUJ))
    client = await world.room.client(world.se)
    seen, cursor = [], None
    while True:
        params = {"limit": "3"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/v1/people", params=params)).json()
        seen += [one["id"] for one in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert seen == [str(id_) for id_ in reversed(ids)]


async def test_changed_since_shows_who_changed(world: World) -> None:
    await world.signs_up()
    client = await world.room.client(world.se)
    as_of = (await client.get("/v1/people")).json()["as_of"]
    assert len((await client.get("/v1/people", params={"changed_since": as_of})).json()["items"]) == 1
    assert (await client.get("/v1/people", params={"changed_since": "2199-01-01T00:00:00Z"})).json()["items"] == []


async def test_the_timeline_is_one_page_after_another(world: World) -> None:
    await world.whole_story()
    client = await world.room.client(world.ep)
    path = f"/v1/people/{world.person_id}/timeline"
    first = (await client.get(path, params={"limit": 5, "order": "oldest"})).json()
    assert first["items"][0]["type"] == "applications.person-registered.v1"
    second = (await client.get(path, params={"limit": 5, "order": "oldest", "cursor": first["next"]})).json()
    assert not {one["id"] for one in first["items"]} & {one["id"] for one in second["items"]}
    only = (await client.get(path, params={"room": "surveys"})).json()["items"]
    assert {one["room"] for one in only} == {"surveys"}


@pytest.mark.parametrize("params", [{"room": "kitchen"}, {"order": "sideways"}, {"limit": 10**6}, {"cursor": "x'--"}])
async def test_nonsense_is_refused_with_a_pointer(world: World, params: dict[str, str]) -> None:
    await world.signs_up()
    client = await world.room.client(world.ep)
    reply = await client.get(f"/v1/people/{world.person_id}/timeline", params=params)
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["pointer"].endswith(next(iter(params)))


async def test_somebody_elses_person_is_404(world: World) -> None:
    await world.signs_up()
    for caller in (callers.participant(), callers.sending_manager(uuid4()), callers.enabler()):
        client = await world.room.client(caller)
        for path in (f"/v1/people/{world.person_id}", f"/v1/people/{world.person_id}/timeline"):
            assert (await client.get(path)).status_code == 404


async def test_the_funnel_is_for_staff(world: World) -> None:
    await world.signs_up()
    assert (await (await world.room.client(world.ep)).get("/v1/funnel")).status_code == 403
    assert (await (await world.room.client()).get("/v1/funnel")).status_code == 401
    funnel = (await (await world.room.client(world.se)).get("/v1/funnel")).json()
    assert funnel["people_by_profile"]["n"] == 1
    assert funnel["people_by_profile"]["note"] == "not enough data"
    stranger = callers.sending_manager(uuid4())
    assert (await (await world.room.client(stranger)).get("/v1/funnel")).json()["people_by_profile"]["n"] == 0


async def test_every_page_and_route_has_its_rule_and_the_document_holds(world: World) -> None:
    client = await world.room.client()
    document = (await client.get("/openapi.json")).json()
    assert {"/v1/people", "/v1/people/{person_id}", "/v1/people/{person_id}/timeline", "/v1/funnel"} <= set(
        document["paths"]
    )
    assert not [path for path in document["paths"] if path.startswith("/console")]


@pytest.mark.parametrize(("params", "pointer"), [({"of": "cats"}, "#/of"), ({"before": "nowhere"}, "#/before")])
async def test_a_list_of_dropouts_that_cant_be_is_refused_by_name(
    world: World, params: dict[str, str], pointer: str
) -> None:
    reply = await (await world.room.client(world.he)).get("/v1/dropouts", params=params)
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, pointer)
