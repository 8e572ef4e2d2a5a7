"""How fast calendars are planned, and how late what is due comes while a million rows wait."""

import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

from bench.ground import a_second, migrated, on_fast_loop, rates, runtime, too_slow, until
from services.notifications import plan
from shared.access import Caller
from shared.contracts.envelope import Envelope
from shared.embedded.postgres import Postgres
from shared.ids import new_id
from shared.messaging.intake import Intake
from shared.runtime import Runtime
from shared.testing import builders
from shared.testing.loops import running
from shared.testing.trials import Figures, Trial
from shared.timers import Timers

ROOM = "notifications"
SHORT, FULL = 300, 100_000  # experiences
BATCH = 100  # approvals that one transaction hears
RATIO, FLOOR = 0.2, 5_000
WAITING, FEW = 1_000_000, 50_000
DUE_A_SECOND, SECONDS, BRIEFLY = 50, 30, 10
LATEST = 2.0  # seconds, p99
ENOUGH = 300_000  # rows that tell how fast the bare driver is
TABLES = ("touchpoint", "due", "outbox", "stream")
NEW = """
INSERT INTO touchpoint SELECT r.* FROM generate_series(1, $3) n,
    (SELECT * FROM touchpoint WHERE code = 'first-day-reminder' LIMIT 1) t,
    jsonb_populate_record(NULL::touchpoint, to_jsonb(t) || jsonb_build_object('id', gen_random_uuid(), 'subject',
        gen_random_uuid(), 'due_at', $1::timestamptz + n * $2::interval)) r
"""
DUE = """
INSERT INTO due (id, kind, subject, occurrence, local_at, zone, due_at, payload)
SELECT gen_random_uuid(), 'touchpoint', id, '1', due_at AT TIME ZONE 'UTC', 'UTC', due_at, '{}' FROM touchpoint
WHERE due_at >= $1
"""
LATE = """
SELECT count(*) AS rows, percentile_cont(0.5) WITHIN GROUP (ORDER BY late) AS p50,
    percentile_cont(0.99) WITHIN GROUP (ORDER BY late) AS p99, max(late) AS worst
FROM (SELECT extract(epoch FROM changed_at - due_at)::float8 AS late FROM due WHERE due_at >= $1 AND due_at < $2) l
"""


@asynccontextmanager
async def server() -> AsyncIterator[str]:
    """The room's database, new, on a PostgreSQL of its own."""
    with tempfile.TemporaryDirectory(prefix="sojourn-bench-postgres-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL's own user must get through
        async with Postgres(Path(folder)) as postgres:
            yield await migrated(postgres, ROOM)


# --- planning


async def plan_rows(full: bool) -> Figures:
    """Approvals of so many experiences through the room's handler, beside the bare driver writing the same rows."""
    count = FULL if full else SHORT
    async with server() as url:
        made = await on_fast_loop(lambda: _planned(url, count))
        limit = await on_fast_loop(lambda: _written(url, made["batches"], min(1.0, ENOUGH / made["rows"])))
    return rates([made["value"]], [limit], experiences=count, rows=made["rows"], entries=made["entries"])


async def _planned(url: str, count: int) -> dict[str, Any]:
    room = runtime(ROOM, url)
    intake, caller, took, watching = Intake(room), Caller.system(ROOM), 0.0, await asyncpg.connect(url)
    try:
        await room.execute(intake.handle, [_approval()], caller=caller)  # plan, catalogue and statements are read
        for at in range(0, count, BATCH):
            approvals = [_approval() for _ in range(min(BATCH, count - at))]
            began = time.perf_counter()
            await room.execute(intake.handle, approvals, caller=caller)
            took += time.perf_counter() - began
        rows = await watching.fetchval("SELECT count(*) FROM touchpoint") * count // (count + 1)
    finally:
        await watching.close()
        await room.stop()
    entries = len(plan.current().for_applications())
    return {"value": rows / took, "rows": rows, "entries": entries, "batches": -(-count // BATCH)}


def _approval() -> Envelope:
    fact, now = builders.approved(builders.experience()), datetime.now(UTC)
    return Envelope(
        new_id(), fact.TYPE, "/sojourn/applications", fact.key, now, now.date(), 1, new_id(), None, None, fact
    )


async def _written(url: str, batches: int, share: float) -> float:
    """The same rows, or this share of them, into the same tables with the same indexes: one executemany a table, a
    commit a batch.
    """
    driver = await asyncpg.connect(url)
    try:
        rows: dict[str, list[tuple[Any, ...]]] = {}
        for table in TABLES:
            count = await driver.fetchval(f"SELECT count(*) FROM {table}")
            rows[table] = [
                tuple(row) for row in await driver.fetch(f"SELECT * FROM {table} LIMIT $1", int(count * share))
            ]
            await driver.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
        return await a_second(len(rows["touchpoint"]), _write(driver, rows, max(1, int(batches * share))))
    finally:
        await driver.close()


async def _write(driver: asyncpg.Connection, rows: dict[str, list[tuple[Any, ...]]], batches: int) -> None:
    for batch in range(batches):
        async with driver.transaction():
            for table, all_ in rows.items():
                size = -(-len(all_) // batches)
                portion = all_[batch * size : (batch + 1) * size]
                if portion:
                    places = ", ".join(f"${n}" for n in range(1, len(portion[0]) + 1))
                    await driver.executemany(f"INSERT INTO bare_{table} VALUES ({places})", portion)


def plans_too_slowly(figures: Figures, strict: bool) -> list[str]:
    return too_slow(figures, strict, ratio=RATIO, floor=FLOOR)


# --- coming due


async def due_latency(full: bool) -> Figures:
    """Touchpoints that come due at a steady rate while very many others wait; how far behind each was handled."""
    waiting, seconds = (WAITING, SECONDS) if full else (FEW, BRIEFLY)
    async with server() as url:
        found = await on_fast_loop(lambda: _late(url, waiting, seconds))
    return {"value": round(found["p99"], 3), "unit": "s", "waiting": waiting, **found}


async def _late(url: str, waiting: int, seconds: int) -> dict[str, Any]:
    room, driver = runtime(ROOM, url), await asyncpg.connect(url)
    try:
        await room.execute(Intake(room).handle, [_approval()], caller=Caller.system(ROOM))
        await driver.execute("DELETE FROM due")
        far = datetime.now(UTC) + timedelta(days=30)
        await driver.execute(NEW, far, timedelta(seconds=1), waiting)
        begins = datetime.now(UTC) + timedelta(seconds=10 + waiting / 50_000)
        await driver.execute(NEW, begins, timedelta(seconds=1 / DUE_A_SECOND), seconds * DUE_A_SECOND)
        await driver.execute(DUE, begins)
        await driver.execute("ANALYZE")
        return await _watched(room, driver, begins, begins + timedelta(seconds=seconds + 1))
    finally:
        await driver.close()
        await room.stop()


async def _watched(room: Runtime, driver: asyncpg.Connection, begins: datetime, ends: datetime) -> dict[str, Any]:
    left = "SELECT count(*) FROM due WHERE state = 'waiting' AND due_at < $1"

    async def all_done() -> bool:
        return datetime.now(UTC) > ends and await driver.fetchval(left, ends) == 0

    async with running(Timers(room).run()):
        await until(all_done, seconds=600)
    row = await driver.fetchrow(LATE, begins, ends)
    assert row is not None
    return {name: round(value, 3) for name, value in row.items()}


def comes_too_late(figures: Figures, strict: bool) -> list[str]:
    short = [] if figures["rows"] else ["nothing came due"]
    return short if figures["value"] <= LATEST else [*short, f"p99 {figures['value']} s behind, {LATEST} s allowed"]


PLAN_ROWS = Trial(
    "plan_rows_per_s",
    "touchpoints that approvals plan, boards of standards included; the limit only writes the calendar's rows",
    plan_rows,
    plans_too_slowly,
)
DUE_LATENCY = Trial("due_latency", "how late touchpoints come while very many wait, p99", due_latency, comes_too_late)
