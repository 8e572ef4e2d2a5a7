"""The shortest way from a row in one database over Kafka to a row in another: what no system on it can undercut."""

import asyncio
import time
from contextlib import AsyncExitStack
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from shared.contracts.topics import Topic
from shared.ids import new_id
from shared.messaging.kafka import KafkaBus

TOPIC = Topic("bench.events", "bench", partitions=1)
COUNT = 200
TABLE = "CREATE TABLE bare_way (id uuid PRIMARY KEY, payload text)"
INSERT = "INSERT INTO bare_way VALUES ($1, $2)"
PAYLOAD = b"x" * 400


async def bare_way(from_dsn: str, bootstrap: str, to_dsn: str, rate: float) -> list[float]:
    """Milliseconds of each: a committed row, an acknowledged record, a record read, a committed row."""
    bus = KafkaBus(bootstrap)
    await bus.ensure_topics([TOPIC])
    await bus.stop()
    async with AsyncExitStack() as stack:
        here, there = [await _table(stack, dsn) for dsn in (from_dsn, to_dsn)]
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
        consumer = AIOKafkaConsumer(TOPIC.name, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
        for client in (producer, consumer):
            await client.start()
            stack.push_async_callback(client.stop)
        began, took = {}, []
        hearing = asyncio.create_task(_hear(consumer, there, began, took))
        for _ in range(COUNT):
            id_ = new_id()
            began[id_.bytes] = time.perf_counter()
            await here.execute(INSERT, id_, PAYLOAD.decode())
            await producer.send_and_wait(TOPIC.name, PAYLOAD, id_.bytes)
            await asyncio.sleep(max(0.0, began[id_.bytes] + 1 / rate - time.perf_counter()))
        async with asyncio.timeout(10):
            await hearing
    return took


async def _table(stack: AsyncExitStack, dsn: str) -> asyncpg.Connection:
    connection = await asyncpg.connect(dsn)
    stack.push_async_callback(connection.close)
    await connection.execute(TABLE)
    stack.push_async_callback(connection.execute, "DROP TABLE bare_way")
    return connection


async def _hear(
    consumer: AIOKafkaConsumer, database: asyncpg.Connection, began: dict[bytes, float], took: list[float]
) -> None:
    while len(took) < COUNT:
        for records in (await consumer.getmany(timeout_ms=200)).values():
            for record in records:
                await database.execute(INSERT, UUID(bytes=record.key), record.value.decode())
                took.append(1000 * (time.perf_counter() - began[record.key]))
