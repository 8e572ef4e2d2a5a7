"""A part of a transaction that may fail alone: nothing of it is left, and all that was before goes on."""

from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from services.applications.model import Entity
from shared.access import Caller
from shared.contracts.applications import EntityDetails, EntityKind
from shared.errors import Conflict
from shared.ids import new_id
from shared.storage.tx import Cause, Uow
from shared.testing.rooms import Room

PLACE = {"country": "SE", "zone": "Europe/Stockholm", "email": "u@sojourn.example", "phone": "+46"}


@pytest.fixture
async def room(rooms: Any) -> Room:
    return await rooms("applications")


def transaction(room: Room) -> Any:
    return room.runtime.database.transaction(Caller.system("applications"), Cause.new(), room.clock)


def entity(name: str, **values: Any) -> Entity:
    return Entity(**{"id": new_id(), "parent_id": None, "kind": EntityKind.local, "name": name, **PLACE, **values})


def tell(uow: Uow, row: Entity) -> None:
    uow.say(EntityDetails(entity_id=row.id, name=row.name, email=row.email, phone=row.phone))
    uow.note("rename", row.id)


async def names(room: Room) -> list[str]:
    async with room.runtime.database.engine.connect() as connection:
        return list((await connection.execute(text("SELECT name FROM entity ORDER BY name"))).scalars())


async def test_what_fails_alone_leaves_nothing_and_the_rest_goes_on(room: Room) -> None:
    async with transaction(room) as uow:
        kept = uow.add(entity("Uppsala"))
        tell(uow, kept)
        with pytest.raises(Conflict):  # noqa: PT012
            async with uow.attempt():
                uow.change(kept, name="Lund")
                uow.add(entity("Malmö"))
                tell(uow, kept)
                await uow.flush()
                raise Conflict("no")
        assert (kept.name, kept.version) == ("Uppsala", 1)
        uow.change(kept, name="Visby")
        tell(uow, kept)
    assert await names(room) == ["Visby"]
    assert [fact.name for fact in await room.said(EntityDetails)] == ["Uppsala", "Visby"]


async def test_a_constraint_that_speaks_undoes_its_part_only(room: Room) -> None:
    async with transaction(room) as uow:
        uow.add(entity("Uppsala"))
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            async with uow.attempt():
                uow.add(entity("Orphan", parent_id=new_id()))
        async with uow.attempt():
            uow.add(entity("Lund"))
    assert await names(room) == ["Lund", "Uppsala"]


async def test_an_attempt_inside_another_is_undone_alone(room: Room) -> None:
    async with transaction(room) as uow, uow.attempt():
        outer = uow.add(entity("Uppsala"))
        with pytest.raises(Conflict):  # noqa: PT012
            async with uow.attempt():
                uow.change(outer, name="Lund")
                raise Conflict("no")
        assert outer.name == "Uppsala"
    assert await names(room) == ["Uppsala"]


async def test_what_fails_whole_takes_its_attempts_along(room: Room) -> None:
    with pytest.raises(Conflict):  # noqa: PT012
        async with transaction(room) as uow:
            async with uow.attempt():
                uow.add(entity("Uppsala"))
            raise Conflict("no")
    assert await names(room) == []
    assert await room.said() == []
