"""`report_year`: a year's report over all applications as of a day, beside one bare aggregate over the same states."""

import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import asyncpg

from bench import year
from bench.ground import on_fast_loop, runtime
from services.applications import views
from services.applications.policy.reports import Moment, Question
from shared.access import Caller, Role
from shared.embedded.postgres import Postgres
from shared.service import load
from shared.storage.engine import Database
from shared.storage.migrate import migrate
from shared.testing.trials import Trial

SHORT, FULL = (20_000, 3), (1_000_000, 5)  # applications, rounds
RATIO, SLOWEST = 0.04, 2_000  # of the bare aggregate's speed; ms
ROOM = "applications"
BARE = "SELECT status, count(*) FROM application_state GROUP BY status"
# As of a day in the year, as known two weeks later: what was corrected since is made again from the states.
ASKED = Question(
    date(2019, 1, 1), date(2019, 12, 31), moment=Moment(date(2019, 9, 15), datetime(2019, 9, 30, 12, tzinfo=UTC))
)


async def run(full: bool) -> dict[str, Any]:
    """Rounds of both over the same rows, in turn; the first of each only warms up."""
    count, rounds = FULL if full else SHORT
    with tempfile.TemporaryDirectory(prefix="sojourn-bench-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL's own user must get through
        async with Postgres(Path(folder) / "postgres") as postgres:
            url = await postgres.create_database(f"sojourn_{ROOM}")
            database = Database(url)
            await migrate(database, load(ROOM).migrations)
            await database.close()
            states = await year.make(url, count)
            return await on_fast_loop(lambda: _measure(url, rounds)) | {"applications": count, "states": states}


async def _measure(url: str, rounds: int) -> dict[str, Any]:
    room, driver = runtime(ROOM, url), await asyncpg.connect(url)
    auditor = Caller("bench", Role.auditor)
    found, limits = [], []
    try:
        for _ in range(rounds + 1):
            spent, report = await _timed(lambda: room.read(views.funnel_report, ASKED, caller=auditor))
            found.append(spent)
            limits.append((await _timed(lambda: driver.fetch(BARE)))[0])
    finally:
        await driver.close()
        await room.stop()
    value, limit = statistics.median(found[1:]), statistics.median(limits[1:])
    figures = {"value": round(value), "unit": "ms", "limit": round(limit, 1), "ratio": round(limit / value, 3)}
    reached = dict.fromkeys(("submitted", "accepted", "approved", "realized"), 0)
    for row in report.rows:
        if row.step in reached:
            reached[row.step] += row.applications
    return figures | {"rounds": rounds, **reached}


async def _timed(work: Callable[[], Awaitable[Any]]) -> tuple[float, Any]:
    """Milliseconds, and the result."""
    began = time.perf_counter()
    result = await work()
    return (time.perf_counter() - began) * 1000, result


def falls_short(figures: dict[str, Any], strict: bool) -> list[str]:
    """Always the ratio to the bare aggregate, the promised milliseconds only when strict."""
    reasons = [] if figures["ratio"] >= RATIO else [f"{figures['ratio']} of the bare speed, {RATIO} wanted"]
    if strict and figures["value"] > SLOWEST:
        reasons.append(f"{figures['value']:,.0f} ms, at most {SLOWEST:,}")
    return reasons


MEASUREMENT = Trial("report_year", "a year's report over all applications, as of a day", run, falls_short)
