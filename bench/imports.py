"""How fast a file becomes rows, events and a history: the import, and a bare COPY of the same rows beside it."""

import asyncio
import io
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import asyncpg
import orjson

from bench.ground import on_fast_loop, rates, runtime, too_slow
from services.applications.exchange.importing import KINDS, import_file
from services.applications.exchange.searching import searched
from services.applications.policy.year import Year
from shared.embedded.postgres import Postgres
from shared.service import load
from shared.storage.engine import Database
from shared.storage.migrate import migrate
from shared.testing.trials import Trial

SHORT, FULL = 6_000, 703_000  # applications of the year; with people and opportunities 1.42 times as many rows
RATIO, FLOOR = 0.2, 10_000
ROOM, SOURCE = "applications", "bench"
SERVER = {"shared_buffers": "512MB", "max_wal_size": "4GB"}  # as for one that takes a million rows; both ways have it
# What is copied bare: the rows themselves, into the same tables with the same indexes; no checks, history or events.
TABLES = ("entity", "enabler", "person", "opportunity", "slot", "application")
COUNTS = """SELECT (SELECT count(*) FROM application) + (SELECT count(*) FROM person)
    + (SELECT count(*) FROM opportunity) AS rows, (SELECT count(*) FROM outbox) AS events,
    (SELECT count(*) FROM application_state) AS states, (SELECT sum(refused) FROM import_run) AS refused,
    (SELECT count(*) FROM person_search) AS searchable"""


async def run(full: bool) -> dict[str, Any]:
    """A made-up year through the import, then its rows bare into a second database."""
    with tempfile.TemporaryDirectory(prefix="sojourn-bench-import-") as folder:
        files, data = Path(folder, "files"), Path(folder, "postgres")
        Path(folder).chmod(0o755)
        data.mkdir(mode=0o755)
        await asyncio.to_thread(_write, Year(FULL if full else SHORT), files)
        async with Postgres(data, settings=SERVER) as postgres:
            url, beside = await _database(postgres, "imported"), await _database(postgres, "bare")
            figures = await on_fast_loop(lambda: _imported(url, files))
            limit = await on_fast_loop(lambda: _bare(url, beside, figures["rows"]))
    return rates([figures["rows"] / figures.pop("seconds")], [limit], **figures)


def _write(year: Year, folder: Path) -> None:
    folder.mkdir()
    for kind in KINDS:
        with (folder / f"{kind}.jsonl").open("wb") as file:
            file.writelines(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in year.rows(kind))


async def _database(postgres: Postgres, name: str) -> str:
    url = await postgres.create_database(name)
    database = Database(url)
    try:
        await migrate(database, load(ROOM).migrations)
    finally:
        await database.close()
    return url


async def _imported(url: str, files: Path) -> dict[str, Any]:
    """People, opportunities and applications count, until the last one can be found; the rest is there before."""
    room = runtime(ROOM, url)
    each: dict[str, Any] = {}
    for kind in ("entities", "enablers"):
        await import_file(room, kind, files / f"{kind}.jsonl", source=SOURCE)
    first, used = time.perf_counter(), _used()
    async with searched(room):
        for kind in ("people", "opportunities", "applications"):
            began = time.perf_counter()
            progress = await import_file(room, kind, files / f"{kind}.jsonl", source=SOURCE, found_later=True)
            each[f"{kind}_s"] = round(progress.taken / (time.perf_counter() - began))
        last = time.perf_counter()
    seconds, cpu = time.perf_counter() - first, _used() - used
    each["until_found_s"] = round(time.perf_counter() - last, 1)
    await room.stop()
    database = await asyncpg.connect(url)
    counts = dict(await database.fetchrow(COUNTS) or {})
    await database.close()
    return counts | each | {"python_us": round(cpu / counts["rows"] * 1e6, 1), "seconds": seconds}


def _used() -> float:
    """Processor time of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def _bare(url: str, beside: str, rows: int) -> float:
    """Rows a second of a COPY in the driver's binary form."""
    source, target = await asyncpg.connect(url), await asyncpg.connect(beside)
    took = 0.0
    for table in TABLES:
        found = io.BytesIO()
        await source.copy_from_table(table, output=found, format="binary", timeout=600)
        found.seek(0)
        began = time.perf_counter()
        await target.copy_to_table(table, source=found, format="binary", timeout=600)
        took += time.perf_counter() - began
    await source.close()
    await target.close()
    return rows / took


def falls_short(figures: dict[str, Any], strict: bool) -> list[str]:
    lost = [f"{figures['refused']} rows were refused"] if figures["refused"] else []
    quiet = [] if figures["events"] >= figures["rows"] else ["there is not an event for each row"]
    return [*lost, *quiet, *too_slow(figures, strict, ratio=RATIO, floor=FLOOR)]


MEASUREMENT = Trial("import_rows_per_s", "rows of a file to tables, events and history", run, falls_short)
