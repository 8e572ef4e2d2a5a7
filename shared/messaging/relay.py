"""The relay: the one process of a room that moves committed outbox rows to the bus, in order, at least once."""

import asyncio
import contextlib
from collections.abc import Collection, Sequence
from uuid import UUID

import asyncpg
import orjson
import structlog
from sqlalchemy import text

from shared import failpoints
from shared.contracts.envelope import message_of
from shared.contracts.message import Message
from shared.messaging import metrics
from shared.messaging.bus import Bus, BusUnavailable, Refused
from shared.messaging.hint import CHANNEL
from shared.messaging.retry import Backoff
from shared.storage.engine import Database

log = structlog.get_logger()
LEADER = "SELECT pg_try_advisory_lock(hashtextextended('sojourn:relay', 0))"
# `aggregateid <> ALL` keeps back the keys whose first event the bus refuses, so that the others flow on. A portion ends
# with the row that makes it larger than its bytes: sizes are known without reading the payloads.
ROWS = """
    SELECT position, aggregatetype, aggregateid, headers, payload FROM (
        SELECT *, sum(bytes) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) - bytes AS before FROM (
            SELECT *, coalesce(octet_length(payload), 0) AS bytes FROM outbox
            WHERE aggregateid <> ALL($2::uuid[]) ORDER BY position LIMIT $1
        ) AS waiting
    ) AS portion
    WHERE before < $3 ORDER BY position
"""
FORGET = "DELETE FROM outbox WHERE position = ANY($1::bigint[])"
BACKLOG = """
    SELECT (SELECT count(*) FROM outbox) AS rows,
           (SELECT extract(epoch FROM clock_timestamp() - created_at) FROM outbox ORDER BY position LIMIT 1) AS age
"""
SETTINGS = {
    "application_name": "sojourn-relay",
    "timezone": "UTC",
    "statement_timeout": "15000",
    # A machine that vanishes must not hold the lock for hours.
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
MOST, MOST_BYTES = 1_000, 8 * 1024 * 1024  # of a portion
SOON, LATE = 0.02, 0.2
STANDBY = 0.5
MEASURE = 2.0
TOO_OLD = 30.0


class Relay:
    """Runs until cancelled. Lock, hint and rows share one connection: who loses it has lost the lead.

    A standby that takes over publishes from the first row that was not deleted. What the former leader still had in
    flight can double events, never reorder the first hearing of them.
    """

    def __init__(self, database: Database, bus: Bus, *, room: str | None = None) -> None:
        self._dsn, self._engine, self._bus = database.dsn, database.engine, bus
        self._room = room or (database.url.database or "").removeprefix("sojourn_")
        self._nudged = asyncio.Event()
        self._held: set[UUID] = set()
        self.leading = False
        self.oldest = 0.0  # seconds that the first unpublished event has waited, as far as the leader knows
        bus.feeds(self.drain)

    def nudge(self, *_: object) -> None:
        """There may be something to publish."""
        self._nudged.set()

    def not_ready(self) -> str | None:
        """Why what the room says does not reach the others, if so; a standby has nothing to tell."""
        if self.leading and self.oldest > TOO_OLD:
            return f"the oldest unpublished event waits for {self.oldest:.0f} s"
        return None

    async def run(self) -> None:
        backoff = Backoff(first=0.1, cap=3.0)
        while True:
            try:
                connection = await asyncpg.connect(self._dsn, timeout=5, command_timeout=20, server_settings=SETTINGS)
                try:
                    await self._stand_by(connection)
                    backoff.reset()
                    await self._lead(connection)
                finally:
                    self.leading = False
                    connection.terminate()  # gives the lock back at once
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("relay lost its database", room=self._room, error=repr(error))
            except Exception:
                log.exception("relay failed", room=self._room)
            await asyncio.sleep(backoff.next())

    async def drain(self) -> None:
        """Nudge and wait until the outbox is empty; for tests, where the same loop runs the relay."""
        async with self._engine.connect() as connection:
            reading = await connection.execution_options(isolation_level="AUTOCOMMIT")
            while (await reading.execute(text("SELECT EXISTS (SELECT FROM outbox)"))).scalar():
                self.nudge()
                await asyncio.sleep(0.002)

    async def _stand_by(self, connection: asyncpg.Connection) -> None:
        while not await connection.fetchval(LEADER):
            await asyncio.sleep(STANDBY)
        await connection.add_listener(CHANNEL, self.nudge)
        self._held.clear()
        self.leading = True
        log.info("relay leads", room=self._room)

    async def _lead(self, connection: asyncpg.Connection) -> None:
        measured, pause = -MEASURE, SOON
        while True:
            self._nudged.clear()
            if (now := asyncio.get_running_loop().time()) - measured >= MEASURE:
                await self._measure(connection)
                measured = now
            if await self.step(connection):
                pause = SOON
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._nudged.wait()
                    pause = SOON
            pause = min(LATE, pause * 1.5)

    async def step(self, connection: asyncpg.Connection) -> int:
        """Publish one portion of rows and forget them; how many."""
        rows = await connection.fetch(ROWS, MOST, list(self._held), MOST_BYTES)
        if not rows:
            return 0
        done = await self._publish(rows)
        await self._forget(connection, done)
        metrics.PUBLISHED.labels(self._room).inc(len(done))
        return len(done)

    async def _publish(self, rows: Sequence[asyncpg.Record]) -> list[int]:
        """Positions that are safe on the bus and may be forgotten."""
        try:
            await self._bus.publish([_message(row) for row in rows])
        except BusUnavailable as error:
            metrics.PUBLISH_FAILURES.labels(self._room).inc()
            log.warning("relay waits for the bus", room=self._room, error=str(error))
            return forgettable(rows, error.acknowledged)
        except Refused as error:
            self._hold_back(rows[error.index], str(error))
            return forgettable(rows, error.acknowledged)
        failpoints.passing("rows-published")
        return [row["position"] for row in rows]

    def _hold_back(self, row: asyncpg.Record, why: str) -> None:
        self._held.add(row["aggregateid"])
        metrics.HELD_KEYS.labels(self._room).set(len(self._held))
        log.error("event refused by the bus, its key is held back", room=self._room, why=why, position=row["position"])

    async def _forget(self, connection: asyncpg.Connection, positions: list[int]) -> None:
        if positions:
            await connection.execute(FORGET, positions)
            failpoints.passing("rows-forgotten")

    async def _measure(self, connection: asyncpg.Connection) -> None:
        row = await connection.fetchrow(BACKLOG)
        metrics.OUTBOX_ROWS.labels(self._room).set(row["rows"])
        self.oldest = float(row["age"] or 0)
        metrics.OUTBOX_AGE.labels(self._room).set(self.oldest)


def forgettable(rows: Sequence[asyncpg.Record], acknowledged: Collection[int]) -> list[int]:
    """Of each key the acknowledged rows up to its first unacknowledged one: the rest is published again from there."""
    broken: set[UUID] = set()
    done = []
    for index, row in enumerate(rows):
        if index not in acknowledged:
            broken.add(row["aggregateid"])
        elif row["aggregateid"] not in broken:
            done.append(row["position"])
    return done


def _message(row: asyncpg.Record) -> Message:
    payload = row["payload"]
    value = None if payload is None else payload.encode()
    return message_of(row["aggregatetype"], row["aggregateid"], orjson.loads(row["headers"]), value)
