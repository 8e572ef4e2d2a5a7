"""What holds over all rooms: one trace, one conversation; a read model that comes back byte for byte; erasure."""

from typing import Any

import pytest
from sqlalchemy import text

from services.applications import commands, handlers
from services.journeys import views as journeys
from services.journeys.commands.filters import SaveFilter
from services.journeys.handlers.filters import save_filter
from shared.messaging.replay import differing, empty_read_model, replay
from shared.testing.flows import Flow, Flows
from shared.testing.rooms import Room
from tests.applications.world import build

BOOKKEEPING = {"touched"}  # when a row last changed on this machine, for `changed_since`: not from the events
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def headers(flow: Flow, topic: str) -> list[dict[str, str]]:
    """The CloudEvents headers of all that was said on a topic."""
    messages = [m for p in flow.bus.partitions_of([topic]) for m in flow.bus.after(p, 0)]
    return [{name: value.decode() for name, value in message.headers} for message in messages]


async def test_one_request_is_one_trace_and_one_conversation_in_every_room(flows: Flows) -> None:
    flow = await flows("applications", "scoring")
    world = await build(flow["applications"])
    opportunity = await world.opportunity()
    await flow.settle()
    client = await flow["applications"].client(world.ep)
    sent = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    reply = await client.post("/v1/applications", json={"opportunity_id": str(opportunity.id)}, headers=sent)
    assert reply.status_code == 201
    await flow.settle()
    submitted = [h for h in headers(flow, "applications.events") if h["ce_type"].endswith("application-submitted.v1")]
    assert [h["ce_traceparent"].split("-")[1] for h in submitted] == [TRACE]
    scored = [h for h in headers(flow, "scoring.events") if h.get("ce_causationid") == submitted[0]["ce_id"]]
    assert scored
    assert {h["ce_traceparent"].split("-")[1] for h in scored} == {TRACE}
    assert {h["ce_correlationid"] for h in scored} == {submitted[0]["ce_correlationid"]}


async def dump(room: Room) -> dict[str, list[Any]]:
    """Every row of the room's own tables, as text, in order."""
    async with room.runtime.database.engine.connect() as connection:
        found = {}
        for name in sorted(set(room.service.tables.tables) - BOOKKEEPING):
            rows = await connection.execute(text(f'SELECT t::text FROM "{name}" AS t ORDER BY 1'))
            found[name] = list(rows.scalars())
        return found


async def test_a_read_model_comes_back_byte_for_byte(flows: Flows) -> None:
    flow = await flows("applications", "scoring", "journeys")
    world = await build(flow["applications"])
    await world.approved()
    await flow.settle()
    room = flow["journeys"]
    await room.do(save_filter, SaveFilter(page="people", name="Customers", query="profile=customer"), world.se)
    before, said = await dump(room), await told(room)
    assert any(before.values())
    await empty_read_model(room.runtime)
    left = await dump(room)
    assert not any(rows for name, rows in left.items() if name in room.service.read_models)
    assert left["saved_filter"] == before["saved_filter"], "what was told by a command is no projection"
    await replay(room.runtime, flow.bus)
    assert await dump(room) == before
    assert await told(room) == said, "hearing says nothing"


async def told(room: Room) -> int:
    """How many events the room ever had to say."""
    async with room.runtime.database.engine.connect() as connection:
        return int((await connection.execute(text("SELECT coalesce(sum(version), 0) FROM stream"))).scalar_one())


async def test_a_row_that_no_event_made_is_noticed(flows: Flows) -> None:
    flow = await flows("applications", "surveys")
    await build(flow["applications"])
    await flow.settle()
    runtime = flow["surveys"].runtime
    assert await differing(runtime, flow.bus) == []
    async with runtime.database.engine.begin() as connection:
        await connection.exec_driver_sql("INSERT INTO entity_path VALUES (gen_random_uuid(), '{}')")
    assert await differing(runtime, flow.bus) == ["entity_path"]


async def test_a_room_that_says_something_is_not_emptied(flows: Flows) -> None:
    flow = await flows("applications")
    with pytest.raises(ValueError, match="says events when it hears some"):
        await empty_read_model(flow["applications"].runtime)


async def test_an_erased_person_has_no_name_in_any_room(flows: Flows) -> None:
    flow = await flows("applications", "notifications", "scoring", "surveys", "journeys")
    world = await build(flow["applications"])
    await world.approved()
    await flow.settle()
    await flow["applications"].do(handlers.erase_person, commands.ErasePerson(world.ep.party), world.ep)
    await flow.settle()
    for name, room in flow.rooms.items():
        words = str(await dump(room))
        assert "Ioana" not in words, name
        assert "ioana@sojourn.example" not in words, name
    person = await flow["journeys"].read(journeys.get_person, world.ep.party)
    assert person.id == world.ep.party
