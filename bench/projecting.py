"""`project_events_per_s`, `rebuild_journeys`: what a journeys worker makes of events, beside a COPY of its rows."""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from bench.exchanges import message_portions
from bench.ground import migrated, on_fast_loop, runtime, too_slow
from shared.contracts.message import Message
from shared.contracts.topics import TOPICS
from shared.embedded.kafka import KafkaCluster
from shared.embedded.postgres import Postgres
from shared.messaging.intake import Intake
from shared.messaging.kafka import KafkaBus
from shared.messaging.replay import replay
from shared.runtime import Runtime
from shared.service import load
from shared.testing.trials import Figures, Trial

ROOM = "journeys"
SHORT, FULL = 6_000, 100_000
REBUILT_SHORT, REBUILT_FULL = 6_000, 5_000_000
BATCH, ROUNDS = 500, 3
RATIO, FLOOR, MINUTES = 0.05, 5_000, 20
MEMORY = {"shared_buffers": "2GB", "max_wal_size": "8GB"}
NOT_COPIED = {"entity_path"}


@asynccontextmanager
async def folder_of(name: str) -> AsyncIterator[Path]:
    """A folder for servers: below SOJOURN_BENCH_FOLDER one that stays, so that a run goes on where it was stopped."""
    if given := os.environ.get("SOJOURN_BENCH_FOLDER"):
        found = Path(given) / name
        found.mkdir(parents=True, exist_ok=True)
        found.chmod(0o755)
        yield found
        return
    with tempfile.TemporaryDirectory(prefix=f"sojourn-bench-{name}-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def tell(text: str) -> None:
    """Progress, at once."""
    print(f"  {time.strftime('%H:%M:%S')} {text}", flush=True)


# --- the handlers alone


async def run_projecting(full: bool) -> Figures:
    """Intake, handlers and commits on messages that are here already; then a COPY of all rows that came of it."""
    heard = set(load(ROOM).topics_heard)
    said = [one for portion in message_portions(FULL if full else SHORT) for one in portion if one.topic in heard]
    rates, limits = [], []
    with tempfile.TemporaryDirectory(prefix="sojourn-bench-projecting-") as folder:
        Path(folder).chmod(0o755)
        async with Postgres(Path(folder) / "postgres", settings=MEMORY) as postgres:
            url = await migrated(postgres, ROOM)
            for _ in range(ROUNDS if full else 1):
                seconds = await on_fast_loop(lambda: _projected(url, said))
                copied, rows = await on_fast_loop(lambda: _copied(url))
                rates.append(len(said) / seconds)
                limits.append(len(said) / copied)
    value, limit = statistics.median(rates), statistics.median(limits)
    figures = {"value": round(value), "unit": "1/s", "limit": round(limit), "ratio": round(value / limit, 3)}
    return figures | {"events": len(said), "rows": rows}


async def _projected(url: str, said: Sequence[Message]) -> float:
    """Seconds for all, as the consumer takes them: batches of 500, four transactions beside each other at most."""
    room = runtime(ROOM, url)
    try:
        async with asyncio.timeout(3600):
            await _emptied(room)
            intake, began = Intake(room), time.perf_counter()
            for portion in _portions(said):
                await intake.take(portion)
            return time.perf_counter() - began
    finally:
        await room.stop()


def _portions(said: Sequence[Message]) -> Iterator[Sequence[Message]]:
    return (said[at : at + BATCH] for at in range(0, len(said), BATCH))


async def _emptied(room: Runtime) -> None:
    names = ", ".join(f'"{name}"' for name in (*room.service.tables.tables, "inbox", "inbox_gap", "parked"))
    await _once(room.database.dsn, f"TRUNCATE {names}")


async def _once(url: str, statement: str) -> None:
    database = await asyncpg.connect(url)
    try:
        await database.execute(statement)
    finally:
        await database.close()


async def _copied(url: str) -> tuple[float, int]:
    """Seconds of a COPY of every row of the read model into tables of the same shape and indexes, one commit; rows."""
    database = await asyncpg.connect(url)
    seconds, count = 0.0, 0
    try:
        for table in sorted({*load(ROOM).read_models} - NOT_COPIED):
            records = [tuple(row) for row in await database.fetch(f'SELECT * FROM "{table}"')]
            await database.execute(f'CREATE TABLE "copy_of_{table}" (LIKE "{table}" INCLUDING ALL)')
            began = time.perf_counter()
            await database.copy_records_to_table(f"copy_of_{table}", records=records)
            seconds += time.perf_counter() - began
            count += len(records)
            await database.execute(f'DROP TABLE "copy_of_{table}"')
    finally:
        await database.close()
    return seconds, count


def projecting_falls_short(figures: Figures, strict: bool) -> list[str]:
    return too_slow(figures, strict, ratio=RATIO, floor=FLOOR)


# --- all from zero


async def run_rebuild(full: bool) -> Figures:
    """Topics with so many events, then a replay of all of them into an empty room."""
    count = REBUILT_FULL if full else REBUILT_SHORT
    async with (
        folder_of("rebuild-journeys") as folder,
        KafkaCluster(folder / "kafka") as cluster,
        Postgres(folder / "postgres", settings=MEMORY) as postgres,
    ):
        await _filled(cluster.bootstrap, folder / "filled", count)
        url = await migrated(postgres, ROOM)
        return await on_fast_loop(lambda: _rebuilt(cluster.bootstrap, url, count))


async def _filled(bootstrap: str, mark: Path, count: int) -> None:
    """The topics hold the events; the mark tells that it was done before."""
    if mark.exists() and mark.read_text() == str(count):
        tell("the topics were filled before")
        return
    bus, published, told = KafkaBus(bootstrap), 0, 0
    try:
        await bus.ensure_topics(TOPICS.values())
        for portion in message_portions(count):
            await bus.publish(portion)
            published += len(portion)
            if published - told >= 100_000:
                told = published
                tell(f"{published:,} events on the topics")
    finally:
        await bus.stop()
    mark.write_text(str(count))


async def _rebuilt(bootstrap: str, url: str, count: int) -> Figures:
    room, bus = runtime(ROOM, url), KafkaBus(bootstrap, batch_size=BATCH)
    began, told = time.perf_counter(), 0

    def progress(done: int) -> None:
        nonlocal told
        if done - told >= 100_000:
            told = done
            tell(f"{done:,} events heard, {done / (time.perf_counter() - began):,.0f} a second")

    try:
        await _emptied(room)
        heard = await replay(room, bus, tell=progress)
        seconds = time.perf_counter() - began
        database = await asyncpg.connect(url)
        try:
            entries = await database.fetchval("SELECT count(*) FROM entry")
        finally:
            await database.close()
        minutes = {"value": round(seconds / 60, 2), "unit": "min", "events": heard, "asked_for": count}
        return minutes | {"events_per_s": round(heard / seconds), "entries": entries}
    finally:
        await bus.stop()
        await room.stop()


def rebuild_falls_short(figures: Figures, strict: bool) -> list[str]:
    """Nothing may be missing; the minutes only when strict, and for the long form alone."""
    reasons = [] if figures["events"] >= figures["asked_for"] else [f"only {figures['events']} events were heard"]
    if strict and figures["asked_for"] == REBUILT_FULL and figures["value"] > MINUTES:
        reasons.append(f"{figures['value']} min, {MINUTES} allowed")
    return reasons


PROJECTING = Trial(
    "project_events_per_s",
    "events through a journeys worker's handlers; the limit is a COPY of the same rows",
    run_projecting,
    projecting_falls_short,
)
REBUILD = Trial(
    "rebuild_journeys", "the journeys room made again from all events on the topics", run_rebuild, rebuild_falls_short
)
