"""Imported people are put into the search beside the import: that costs as much as writing them, and can wait.

What a broken-off import leaves is put there by the room's worker.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from shared.access import Caller
from shared.loops import forever
from shared.runtime import Runtime
from shared.storage.tx import Uow

PORTION, PAUSE = 1_000, 5.0  # people; s between two looks of the worker
LATER = "SELECT set_config('sojourn.search_later', 'on', true)"
# By the index, in its order: what was taken before lies dead at the head of the table, and is not read again and again.
BY_INDEX = "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true)"
TAKE = """WITH next AS MATERIALIZED (SELECT id FROM search_waiting ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
    DELETE FROM search_waiting USING next WHERE search_waiting.id = next.id RETURNING next.id"""
HOLD = "SELECT id FROM person WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE"
PUT = "SELECT search_put_people($1::uuid[])"
WAITING = "SELECT EXISTS (SELECT FROM search_waiting)"


async def search_later(uow: Uow) -> None:
    """The people whom this transaction adds are put into the search later."""
    await uow.fetch(LATER)


async def catch_up(uow: Uow, most: int) -> bool:
    """Put some who wait into the search; whether any is left."""
    await uow.fetch(BY_INDEX)
    if taken := [row["id"] for row in await uow.fetch(TAKE, most)]:
        await uow.fetch(HOLD, taken)
        await uow.fetch(PUT, taken)
    if len(taken) == most:
        return True
    ((left,),) = await uow.fetch(WAITING)  # somebody else may hold some
    return bool(left)


@asynccontextmanager
async def searched(runtime: Runtime) -> AsyncIterator[None]:
    """Whoever is imported inside can be found when this ends, most of them sooner."""
    done = asyncio.Event()
    beside = asyncio.create_task(_beside(runtime, done))
    try:
        yield
        done.set()
        await beside
    finally:
        beside.cancel()
        await asyncio.gather(beside, return_exceptions=True)


async def _beside(runtime: Runtime, done: asyncio.Event) -> None:
    caller = Caller.system(runtime.service.name)
    while True:
        last = done.is_set()
        left = await runtime.execute(catch_up, PORTION, caller=caller)
        if last and not left:
            return
        if not left:
            await asyncio.sleep(0.1)


async def keep_searching(runtime: Runtime) -> None:
    """For ever: whoever still waits for the search. One of the worker's loops."""
    caller = Caller.system(runtime.service.name)
    await forever(runtime, "search", partial(runtime.execute, catch_up, PORTION, caller=caller), PAUSE)
