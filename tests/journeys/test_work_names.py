"""What ids are called, and for whom."""

from typing import Any

from shared.access import Caller
from shared.ids import new_id
from shared.testing import builders, callers
from tests.journeys.world import CLUJ, UPPSALA, World


async def names(world: World, caller: Caller, *ids: Any) -> dict[str, str]:
    client = await world.room.client(caller)
    reply = await client.get("/v1/names", params={"id": [str(id_) for id_ in ids]})
    assert reply.status_code == 200, reply.text
    return {one["kind"]: one["text"] for one in reply.json()["items"]}


async def test_one_question_names_all_that_a_page_shows(world: World) -> None:
    await world.signs_up()
    await world.applies()
    stay = world.stay
    found = await names(
        world, world.se, world.person_id, stay["application_id"], stay["opportunity_id"], stay["enabler_id"], CLUJ
    )
    assert found == {
        "person": "Ioana Șerban",
        "application": builders.opportunity_details(new_id()).title,
        "opportunity": builders.opportunity_details(new_id()).title,
        "enabler": builders.enabler_details(new_id()).name,
        "entity": "Cluj",
    }


async def test_a_person_is_named_to_those_who_may_see_the_person_alone(world: World) -> None:
    await world.signs_up()
    assert await names(world, world.he, world.person_id) == {}
    assert await names(world, callers.sending_manager(new_id()), world.person_id, UPPSALA) != {}
    assert "person" not in await names(world, callers.participant(new_id()), world.person_id, UPPSALA)
    await world.applies()
    assert await names(world, world.he, world.person_id) == {"person": "Ioana Șerban"}


async def test_an_enabler_is_named_to_whoever_applied_and_to_itself(world: World) -> None:
    await world.signs_up()
    enabler = world.stay["enabler_id"]
    assert await names(world, world.ep, enabler) == {}
    assert "enabler" in await names(world, callers.enabler(enabler), enabler)
    await world.applies()
    assert "enabler" in await names(world, world.ep, enabler)


async def test_what_is_called_nothing_is_left_out_and_nonsense_is_refused(world: World) -> None:
    assert await names(world, world.se, new_id()) == {}
    client = await world.room.client(world.se)
    assert (await client.get("/v1/names")).status_code == 422
    assert (await client.get("/v1/names", params={"id": "x"})).status_code == 422
    many = [str(new_id()) for _ in range(201)]
    assert (await client.get("/v1/names", params={"id": many})).status_code == 422
