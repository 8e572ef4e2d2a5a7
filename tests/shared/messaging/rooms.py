"""Rooms made for a test: events of their own, a database of their own, and what they heard."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

import asyncpg
from sqlalchemy import MetaData, text

from shared.access import Caller
from shared.contracts.envelope import CATALOGUE, Envelope, Event, event
from shared.contracts.topics import Topic
from shared.embedded.postgres import Postgres
from shared.ids import new_id
from shared.messaging.bus import Bus
from shared.messaging.ledger import is_personal
from shared.runtime import Runtime
from shared.service import Service
from shared.settings import Kernel, RoomSettings
from shared.storage.ddl import KERNEL_V1, statements
from shared.storage.tx import Cause, Uow

SEEN = """
CREATE TABLE seen (position bigserial PRIMARY KEY, key uuid NOT NULL, sequence bigint NOT NULL, type text NOT NULL,
    number int, correlation_id uuid, traceparent text)
"""
NOTE = text("""INSERT INTO seen (key, sequence, type, number, correlation_id, traceparent)
    VALUES (:key, :sequence, :type, :number, :correlation_id, :traceparent)""")


class Vocabulary:
    """Three event classes under a room name that nobody else has."""

    def __init__(self) -> None:
        self.room = "t" + "".join(chr(ord("a") + int(digit, 16)) for digit in new_id().hex[-12:])

        @event(f"{self.room}.thing-moved.v1", key="thing_id")
        class ThingMoved(Event):
            """A thing moved."""

            thing_id: UUID
            number: int

        @event(f"{self.room}.thing-rested.v1", key="thing_id")
        class ThingRested(Event):
            """A thing rested; nobody hears it."""

            thing_id: UUID

        @event(f"{self.room}.thing-named.v1", key="thing_id", personal=True)
        class ThingNamed(Event):
            """A thing has a name."""

            thing_id: UUID
            name: str

        self.moved, self.rested, self.named = ThingMoved, ThingRested, ThingNamed
        self.events, self.personal = ThingMoved.TOPIC, ThingNamed.TOPIC

    def forget(self) -> None:
        for type_ in [name for name in CATALOGUE if name.startswith(f"{self.room}.")]:
            del CATALOGUE[type_]

    @property
    def topics(self) -> list[Topic]:
        return [Topic(name, self.room, 4, is_personal(name)) for name in (self.events, self.personal)]


async def note(uow: Uow, envelope: Envelope) -> None:
    """The plainest projection: one row per event."""
    values = {
        "key": envelope.key,
        "sequence": envelope.sequence,
        "type": envelope.type,
        "number": getattr(envelope.data, "number", None),
        "correlation_id": uow.cause.correlation_id,
        "traceparent": uow.cause.traceparent,
    }
    await uow.execute(NOTE, values)


async def room(
    postgres: Postgres,
    words: Vocabulary,
    hears: Mapping[type[Event], Callable[[Uow, Envelope], Awaitable[None]]] | None = None,
    **kernel: object,
) -> Runtime:
    """A room with the kernel's tables and `seen`."""
    url = await postgres.create_database(f"sojourn_{words.room}_{new_id().hex[-6:]}")
    connection = await asyncpg.connect(url)
    for statement in statements(KERNEL_V1):
        await connection.execute(statement)
    await connection.execute(SEEN)
    await connection.close()
    service = Service(words.room, "Test", "A room of a test", MetaData(), RoomSettings, hears=hears or {})
    settings = RoomSettings(database_url=url, port=0)
    return Runtime(service, kernel_settings=Kernel(**kernel), settings=settings)


async def say(runtime: Runtime, *events: Event, cause: Cause | None = None) -> None:
    """One transaction that says these."""
    caller = Caller.system(runtime.service.name)
    async with runtime.database.transaction(caller, cause or Cause.new(), runtime.clock) as uow:
        for said in events:
            uow.say(said)
    runtime.committed()


async def rows(runtime: Runtime, query: str, **values: object) -> list[tuple]:
    async with runtime.database.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(query), values)]


async def seen(runtime: Runtime) -> dict[UUID, list[int]]:
    """The sequences that the handler got, per key, in the order of the handling."""
    found: dict[UUID, list[int]] = {}
    for key, sequence in await rows(runtime, "SELECT key, sequence FROM seen ORDER BY position"):
        found.setdefault(key, []).append(sequence)
    return found


async def outbox_size(runtime: Runtime) -> int:
    return (await rows(runtime, "SELECT count(*) FROM outbox"))[0][0]


async def make_topics(bus: Bus, words: Vocabulary) -> None:
    await bus.ensure_topics(words.topics)


async def eventually(look: Callable[[], Awaitable[object]], wanted: object, seconds: float = 20.0) -> None:
    """Look until it gives what is wanted; the assertion shows the last look."""
    found = None
    try:
        async with asyncio.timeout(seconds):
            while (found := await look()) != wanted:
                await asyncio.sleep(0.02)
    except TimeoutError:
        assert found == wanted
