"""A committee has its nights of suggestions, also when it was heard of before there were any."""

from sqlalchemy import text

from services.scoring import handlers
from tests.scoring.world import World

WAITING = text("SELECT subject FROM due WHERE kind = 'suggest-by-night' AND state = 'waiting' ORDER BY subject")


async def nights(world: World) -> list[object]:
    async with world.room.runtime.database.engine.connect() as connection:
        return list((await connection.execute(WAITING)).scalars())


async def test_committees_without_a_night_get_one_and_only_one(world: World) -> None:
    all_of_them = await nights(world)
    assert all_of_them
    async with world.room.runtime.database.engine.begin() as connection:
        await connection.execute(text("DELETE FROM due WHERE kind = 'suggest-by-night'"))
    assert await world.room.do(handlers.begin_nights, None) == len(all_of_them)
    assert await nights(world) == all_of_them
    assert await world.room.do(handlers.begin_nights, None) == 0
