"""How fast a room hears: a journeys worker with its real handlers, and a bare reader that writes the same entries."""

from typing import Any

import asyncpg
import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

from bench.exchanges import messages
from bench.ground import Ground, a_second, on_fast_loop, rates, runtime, too_slow, until
from shared.contracts.message import Message
from shared.messaging.consumer import Consumer
from shared.messaging.kafka import KafkaBus
from shared.service import load
from shared.testing.loops import running
from shared.testing.trials import Trial

SHORT, FULL = 4_000, 40_000
RATIO, FLOOR = 0.25, 5_000
PORTION = 1_000
ROOM = "journeys"
IDS = ("person_id", "application_id", "enabler_id", "hosting_entity_id")
BARE = """
    INSERT INTO bare SELECT * FROM jsonb_populate_recordset(CAST(NULL AS bare), CAST($1 AS text)::jsonb)
    ON CONFLICT DO NOTHING
"""


async def run(full: bool) -> dict[str, Any]:
    """Both read the same topics from the beginning, from their first partitions to their last commit."""
    said, topics = messages(FULL if full else SHORT), load(ROOM).topics_heard
    heard = sum(message.topic in topics for message in said)
    async with Ground() as ground:
        url, bootstrap = await ground.database(ROOM), ground.cluster.bootstrap
        await _fill(bootstrap, said)
        value = await on_fast_loop(lambda: _room(bootstrap, url, heard))
        limit = await on_fast_loop(lambda: _bare(bootstrap, url, topics, heard))
        written = await _written(url)
    return rates([value], [limit], events=heard, **written)


async def _fill(bootstrap: str, said: list[Message]) -> None:
    bus = KafkaBus(bootstrap)
    try:
        for at in range(0, len(said), PORTION):
            await bus.publish(said[at : at + PORTION])
    finally:
        await bus.stop()


async def _room(bootstrap: str, url: str, count: int) -> float:
    """Events a second through inbox and handlers."""
    room, bus, watching = runtime(ROOM, url), KafkaBus(bootstrap), await asyncpg.connect(url)
    consumer = Consumer(room, bus)

    async def connected() -> bool:
        return consumer.subscription.connected()

    async def all_heard() -> bool:
        return await watching.fetchval("SELECT coalesce(sum(last), 0) FROM inbox") >= count

    try:
        async with running(consumer.run()):
            await until(connected)
            return await a_second(count, until(all_heard))
    finally:
        await watching.close()
        await bus.stop()
        await room.stop()


async def _bare(bootstrap: str, url: str, topics: list[str], count: int) -> float:
    """The same with the drivers alone: getmany, one insert and one commit a batch, then the offset."""
    client = AIOKafkaConsumer(
        *topics, bootstrap_servers=bootstrap, group_id="bare", enable_auto_commit=False, auto_offset_reset="earliest"
    )
    database = await asyncpg.connect(url)
    await database.execute("CREATE TABLE bare (LIKE entry INCLUDING ALL)")
    await client.start()
    try:
        return await a_second(count, _read_all(client, database, count))
    finally:
        await client.stop()
        await database.close()


async def _read_all(client: AIOKafkaConsumer, database: asyncpg.Connection, count: int) -> None:
    while count > 0:
        found = await client.getmany(timeout_ms=200, max_records=500)
        for place, records in found.items():
            entries = [_entry(record) for record in records if place.topic.endswith(".events")]
            if entries:
                await database.execute(BARE, orjson.dumps(entries).decode())
            await client.commit({TopicPartition(*place): records[-1].offset + 1})
            count -= len(records)


def _entry(record: Any) -> dict[str, Any]:
    """The row that the room makes of this event, as far as it can be had without thought."""
    headers = {name: value.decode() for name, value in record.headers}
    said = orjson.loads(record.value)
    row = {name: said.pop(name, None) for name in IDS}
    return row | {
        "id": headers["ce_id"],
        "at": headers["ce_time"],
        "step": 0,
        "sequence": int(headers["ce_sequence"]),
        "effective_on": headers["ce_effectiveon"],
        "room": headers["ce_source"],
        "type": headers["ce_type"],
        "channel": said.get("channel"),
        "facts": said,
    }


async def _written(url: str) -> dict[str, int]:
    """How many rows each of the two wrote."""
    database = await asyncpg.connect(url)
    try:
        row = await database.fetchrow(
            "SELECT (SELECT count(*) FROM entry) AS entries, (SELECT count(*) FROM bare) AS bare"
        )
        assert row is not None
        return {"entries": row["entries"], "bare_entries": row["bare"]}
    finally:
        await database.close()


def falls_short(figures: dict[str, Any], strict: bool) -> list[str]:
    return too_slow(figures, strict, ratio=RATIO, floor=FLOOR)


MEASUREMENT = Trial(
    "consume",
    "events heard by a journeys worker with its real handlers; the limit only writes entries",
    run,
    falls_short,
)
