"""Rebuild a read model: everything on the heard topics once more, from offset zero, through the same intake."""

from collections.abc import Callable, Sequence

from sqlalchemy import text

from shared.messaging.bus import Bus
from shared.messaging.intake import Intake
from shared.runtime import Runtime


async def empty_read_model(runtime: Runtime) -> None:
    """Forget all that the room projected and heard; ValueError for a room that says something of its own.

    Such a room's rows are no mere projection, and hearing everything again would say it all again.
    """
    service = runtime.service
    if service.says:
        raise ValueError(f"{service.name} says events of its own: only a pure read side is rebuilt from events")
    names = ", ".join(f'"{name}"' for name in (*service.tables.tables, "inbox", "inbox_gap", "parked"))
    async with runtime.database.engine.begin() as connection:
        await connection.execute(text(f"TRUNCATE {names}"))


async def replay(
    runtime: Runtime, bus: Bus, topics: Sequence[str] | None = None, tell: Callable[[int], None] = lambda _: None
) -> int:
    """Hear all that the topics hold now; how many messages. Raises what a handler raises.

    The caller has stopped the room's worker and emptied its read model and inbox. The group's offsets stay: the worker
    goes on where it was, and what both have read is skipped by the inbox.
    """
    intake = Intake(runtime)
    reading = bus.reading(topics or runtime.service.topics_heard)
    await reading.start()
    count = 0
    try:
        async for batch in reading.batches():
            await intake.take(batch.partition, batch.messages)
            count += len(batch.messages)
            tell(count)
    finally:
        await reading.stop()
    return count
