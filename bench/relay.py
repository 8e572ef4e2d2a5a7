"""How fast committed events leave a room: the relay, and bare drivers that read, publish and delete the same rows."""

from typing import Any

import asyncpg
import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from bench.exchanges import exchanges
from bench.ground import Ground, a_second, on_fast_loop, rates, runtime, too_slow, until
from shared.access import Caller
from shared.contracts.topics import TOPICS
from shared.messaging.kafka import KafkaBus
from shared.messaging.relay import Relay
from shared.storage.tx import Cause
from shared.testing.loops import running
from shared.testing.trials import Trial

SHORT, FULL = (4_000, 1), (30_000, 3)  # rows, rounds
RATIO, FLOOR = 0.6, 10_000
ROOM = "applications"
PORTION = 500
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
BARE_ROWS = "SELECT position, aggregatetype, aggregateid, headers, payload FROM outbox ORDER BY position LIMIT 1000"


async def run(full: bool) -> dict[str, Any]:
    """Rounds of both over the same rows, in turn."""
    count, rounds = FULL if full else SHORT
    async with Ground() as ground:
        url, bootstrap = await ground.database(ROOM), ground.cluster.bootstrap
        rows = await on_fast_loop(lambda: _say(url, count))
        found, limits = [], []
        for _ in range(rounds):
            found.append(await on_fast_loop(lambda: _relay(bootstrap, url, rows)))
            limits.append(await on_fast_loop(lambda: _bare(bootstrap, url, rows)))
        records = await on_fast_loop(lambda: _published(bootstrap))
    return rates(found, limits, rows=rows, rounds=rounds, records=records)


async def _say(url: str, count: int) -> int:
    """Say whole exchanges in transactions of the room, and keep the rows for every round; how many."""
    room, events = runtime(ROOM, url), list(exchanges(count))
    for at in range(0, len(events), PORTION):
        cause = Cause.new(TRACE)
        async with room.database.transaction(Caller.system(ROOM), cause, room.clock) as uow:
            for event in events[at : at + PORTION]:
                uow.say(event)
    await room.stop()
    database = await asyncpg.connect(url)
    await database.execute("CREATE TABLE said AS TABLE outbox; TRUNCATE outbox")
    await database.close()
    return len(events)


async def _filled(url: str) -> asyncpg.Connection:
    """A connection to the room whose outbox is as it was."""
    database = await asyncpg.connect(url)
    await database.execute("INSERT INTO outbox SELECT * FROM said")
    await database.execute("VACUUM ANALYZE outbox")
    return database


async def _relay(bootstrap: str, url: str, count: int) -> float:
    """Rows a second from the first look to the last deletion."""
    watching, room, bus = await _filled(url), runtime(ROOM, url), KafkaBus(bootstrap)

    async def empty() -> bool:
        return not await watching.fetchval("SELECT EXISTS (SELECT FROM outbox)")

    async def led() -> None:
        async with running(Relay(room.database, bus).run()):
            await until(empty)

    try:
        return await a_second(count, led())
    finally:
        await watching.close()
        await bus.stop()
        await room.stop()


async def _bare(bootstrap: str, url: str, count: int) -> float:
    """The same with the drivers alone: portions of 1,000, acks of all replicas, rows deleted when they are there."""
    database = await _filled(url)
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, max_batch_size=512 * 1024
    )
    await producer.start()
    try:
        return await a_second(count, _move(database, producer))
    finally:
        await producer.stop()
        await database.close()


async def _move(database: asyncpg.Connection, producer: AIOKafkaProducer) -> None:
    while rows := await database.fetch(BARE_ROWS):
        sent = [await _send(producer, row) for row in rows]
        for acknowledged in sent:
            await acknowledged
        positions = [row["position"] for row in rows]
        await database.execute("DELETE FROM outbox WHERE position = ANY($1::bigint[])", positions)


async def _send(producer: AIOKafkaProducer, row: asyncpg.Record) -> Any:
    headers = [(name, text.encode()) for name, text in orjson.loads(row["headers"]).items()]
    value = None if row["payload"] is None else row["payload"].encode()
    return await producer.send(row["aggregatetype"], value, str(row["aggregateid"]).encode(), headers=headers)


async def _published(bootstrap: str) -> int:
    """How many records lie on the topics."""
    client = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await client.start()
    try:
        places = [TopicPartition(name, number) for name, topic in TOPICS.items() for number in range(topic.partitions)]
        return sum((await client.end_offsets(places)).values())
    finally:
        await client.stop()


def falls_short(figures: dict[str, Any], strict: bool) -> list[str]:
    return too_slow(figures, strict, ratio=RATIO, floor=FLOOR)


MEASUREMENT = Trial("relay", "events from a filled outbox to Kafka, acknowledged and deleted", run, falls_short)
