"""Rebuild read models: everything on the heard topics once more, from offset zero, through the same intake."""

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from pydantic import SecretStr

from shared.ids import new_id
from shared.messaging.bus import Bus
from shared.messaging.intake import Intake
from shared.runtime import Runtime
from shared.storage.migrate import migrate


async def empty_read_model(runtime: Runtime) -> None:
    """Forget all that the room projected and heard, and nothing that it was told by commands.

    ValueError for a room whose hearing says events: hearing everything again would say it all again.
    """
    service = runtime.service
    if not service.rebuilt:
        raise ValueError(f"{service.name} says events when it hears some: only a read side is rebuilt in place")
    names = ", ".join(f'"{name}"' for name in (*service.read_models, "inbox", "inbox_gap", "parked"))
    connection = await asyncpg.connect(runtime.database.dsn)
    try:
        await connection.execute(f"TRUNCATE {names}")
    finally:
        await connection.close()


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
            await intake.take(batch.messages)
            count += len(batch.messages)
            tell(count)
    finally:
        await reading.stop()
    return count


# --- is what stands here what the events say?


@dataclass(frozen=True)
class Dump:
    """A table's content: how many rows, and the SHA-256 of all of them as text in order."""

    rows: int
    sha256: str


async def dump(runtime: Runtime) -> dict[str, Dump]:
    """The room's read models as they are at one moment, by table."""
    connection = await asyncpg.connect(runtime.database.dsn, server_settings={"timezone": "UTC"})
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return {table: await _dump(connection, table) for table in runtime.service.read_models}
    finally:
        await connection.close()


async def _dump(connection: asyncpg.Connection, table: str) -> Dump:
    rows, digest = 0, hashlib.sha256()
    query = f'SELECT t::text FROM "{table}" AS t ORDER BY t::text COLLATE "C"'  # noqa: S608 – declared by the room
    async for (line,) in connection.cursor(query):
        digest.update(line.encode() + b"\n")
        rows += 1
    return Dump(rows, digest.hexdigest())


async def differing(runtime: Runtime, bus: Bus) -> list[str]:
    """The read models that are not what the events alone make of them, in a database that lives as long as this call.

    The room goes on meanwhile; what it hears during the call may show as a difference.
    """
    async with _elsewhere(runtime) as other:
        await replay(other, bus)
        here, there = await dump(runtime), await dump(other)
    return [table for table in here if here[table] != there[table]]


@asynccontextmanager
async def _elsewhere(runtime: Runtime) -> AsyncIterator[Runtime]:
    """The room on an empty, migrated database of the same server."""
    url = runtime.database.url
    name = f"{url.database}_{new_id().hex}"
    server = await asyncpg.connect(runtime.database.dsn)
    try:
        await server.execute(f'CREATE DATABASE "{name}"')
        address = url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
        settings = runtime.settings.model_copy(update={"database_url": SecretStr(address)})
        other = Runtime(runtime.service, kernel_settings=runtime.kernel, settings=settings)
        try:
            await migrate(other.database, runtime.service.migrations)
            yield other
        finally:
            await other.stop()
            await server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await server.close()
