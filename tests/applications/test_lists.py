"""Lists of applications and opportunities: narrowed by what people work by, in the order that they work in."""

from datetime import date
from typing import Any

from shared.access import Caller
from shared.ids import new_id
from shared.testing import callers
from tests.applications.world import World


async def listed(world: World, caller: Caller, path: str = "/v1/applications", **asked: Any) -> list[str]:
    client = await world.room.client(caller)
    found, cursor = [], None
    while True:
        reply = await client.get(path, params={"limit": 1, **asked, **({"cursor": cursor} if cursor else {})})
        assert reply.status_code == 200, reply.text
        found += [one["id"] for one in reply.json()["items"]]
        if (cursor := reply.json()["next"]) is None:
            return found


async def test_applications_are_narrowed_by_what_they_are_to_and_when_they_start(world: World) -> None:
    late = await world.opportunity(start_on=date(2026, 6, 1), end_on=date(2026, 8, 1))
    first, second = await world.apply(), await world.apply(late)
    ids = [str(first.id), str(second.id)]
    assert await listed(world, world.he, sort="start") == ids
    assert await listed(world, world.he, sort="newest") == ids[::-1]
    assert await listed(world, world.he, opportunity_id=str(late.id)) == ids[1:]
    assert await listed(world, world.he, enabler_id=str(new_id())) == []
    assert await listed(world, world.he, start_from="2026-05-01") == ids[1:]
    assert await listed(world, world.he, start_to="2026-05-01") == ids[:1]
    assert await listed(world, world.he, product="teacher") == []
    assert await listed(world, world.he, product=first.product, status="open") == ids


async def test_a_committees_applications_are_those_of_either_side_and_below(world: World) -> None:
    application = await world.apply()
    everywhere = callers.global_manager()
    for entity in (world.he.entity, world.se.entity):
        assert await listed(world, everywhere, entity_id=str(entity)) == [str(application.id)]
    assert await listed(world, everywhere, entity_id=str(new_id())) == []
    assert await listed(world, callers.hosting_manager(new_id()), entity_id=str(world.he.entity)) == []


async def test_a_list_as_it_stood_knows_no_other_filters(world: World) -> None:
    client = await world.room.client(world.he)
    for asked in ({"as_of": "2026-03-01"}, {"format": "csv"}):
        assert (await client.get("/v1/applications", params=asked)).status_code == 200
        refused = await client.get("/v1/applications", params={**asked, "sort": "newest"})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"].endswith("sort")


async def test_opportunities_are_narrowed_to_an_enabler_or_a_committee(world: World) -> None:
    path = "/v1/opportunities"
    mine = [str((await world.opportunity()).id) for _ in range(2)]
    everything = await listed(world, world.ep, path, enabler_id=str(world.enabler_id), sort="newest")
    assert everything[:2] == mine[::-1]
    assert await listed(world, world.ep, path, entity_id=str(world.he.entity), sort="newest") == everything
    assert await listed(world, world.ep, path, enabler_id=str(new_id())) == []
    assert await listed(world, world.ep, path, entity_id=str(new_id())) == []
