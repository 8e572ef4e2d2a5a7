"""Many new aggregates at once: the same rows that one by one would make, and no room for a key twice."""

from datetime import UTC, date, datetime

import asyncpg
import pytest
from sqlalchemy import text

from services.applications.model import Entity, Slot
from shared.access import Caller
from shared.contracts.applications import EnablerRegistered, EntityKind
from shared.ids import new_id, new_ids
from shared.storage import bulk
from shared.storage.bulk import Sheet, Telling
from shared.storage.tx import Cause
from shared.testing.rooms import Room, Rooms

CALLER = Caller.system("applications")
DAY = date(2026, 2, 1)
OUTBOX = "SELECT aggregateid::text, type, sequence, payload, headers - 'ce_id' AS headers FROM outbox ORDER BY position"


@pytest.fixture
async def room(rooms: Rooms) -> Room:
    return await rooms("applications")


def event(key: str) -> EnablerRegistered:
    return EnablerRegistered(enabler_id=key, hosting_entity_id=key, kind="company")


def telling(key: str) -> Telling:
    return Telling(EnablerRegistered, key, event(key).model_dump_json(), DAY)


async def rows(room: Room, query: str) -> list[tuple]:
    async with room.runtime.database.engine.connect() as connection:
        return [tuple(row) for row in (await connection.execute(text(query))).all()]


def test_ids_of_a_crowd_are_of_version_7_unlike_and_in_order() -> None:
    found = new_ids(5000)
    assert len(set(found)) == 5000
    assert found == sorted(found)
    assert {one[14] for one in found} == {"7"}
    assert {one[19] for one in found} == set("89ab")


async def test_a_crowd_says_what_one_by_one_would_say(room: Room) -> None:
    keys, cause = new_ids(3), Cause.new()
    order = [keys[0], keys[1], keys[0], keys[2], keys[0]]
    async with room.runtime.database.transaction(CALLER, cause, room.clock) as uow:
        await bulk.say_new(uow, [telling(key) for key in order])
        await bulk.note_new(uow, "appear", keys, '{"x":1}')
    together = await rows(room, OUTBOX)
    streams = await rows(room, "SELECT topic, key::text, version FROM stream ORDER BY version")
    assert [version for _, _, version in streams] == [1, 1, 3]
    async with room.runtime.database.engine.begin() as connection:
        await connection.execute(text("TRUNCATE outbox, stream"))
    async with room.runtime.database.transaction(CALLER, cause, room.clock) as uow:
        for key in order:
            uow.say(event(key), effective_on=DAY)
    assert await rows(room, OUTBOX) == together
    notes = await rows(room, "SELECT actor, action, subject::text, after FROM audit ORDER BY id")
    assert notes == [("system:applications", "appear", key, {"x": 1}) for key in keys]


async def test_the_next_event_of_such_a_key_follows_without_a_gap(room: Room) -> None:
    (key,) = new_ids(1)
    async with room.runtime.database.transaction(CALLER, Cause.new(), room.clock) as uow:
        await bulk.say_new(uow, [telling(key)] * 2)
    async with room.runtime.database.transaction(CALLER, Cause.new(), room.clock) as uow:
        uow.say(event(key))
    assert [row[0] for row in await rows(room, "SELECT sequence FROM outbox ORDER BY position")] == [1, 2, 3]


async def test_a_key_that_was_said_before_undoes_all(room: Room) -> None:
    (key, other) = new_ids(2)
    async with room.runtime.database.transaction(CALLER, Cause.new(), room.clock) as uow:
        uow.say(event(key))
    with pytest.raises(asyncpg.UniqueViolationError):
        async with room.runtime.database.transaction(CALLER, Cause.new(), room.clock) as uow:
            await bulk.say_new(uow, [telling(other), telling(key)])
    assert await rows(room, "SELECT count(*) FROM outbox") == [(1,)]


async def test_columns_that_are_not_given_have_the_models_defaults(room: Room) -> None:
    sheet = Sheet(Entity, "id", "kind", "name", "zone", "email", "phone", "country", "changed_at")
    assert sheet.table == "entity"
    record = (new_id(), EntityKind.world, "World", "UTC", "", "", None, datetime.now(UTC))
    async with room.runtime.database.transaction(CALLER, Cause.new(), room.clock) as uow:
        await sheet.copy(uow, [record])
        await sheet.copy(uow, [])
    assert await rows(room, "SELECT kind, parent_id, version FROM entity") == [("world", None, 1)]


def test_a_sheet_wants_what_has_no_default() -> None:
    with pytest.raises(ValueError, match="slot needs capacity"):
        Sheet(Slot, "id", "opportunity_id", "start_on", "end_on", "close_on", "openings")
    with pytest.raises(ValueError, match="slot has no colour"):
        Sheet(Slot, "colour")
