"""Due rows over a change of the clocks in twelve zones, each once; and a day's outage, caught up by policy."""

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from services.notifications.handlers.calendar import About, Batch
from services.notifications.plan import store
from services.notifications.policy import Row, Slot, State
from shared.access import Caller
from shared.embedded.postgres import Postgres
from shared.ids import new_id
from shared.runtime import Runtime
from shared.service import load
from shared.settings import Kernel
from shared.storage.engine import Database
from shared.storage.migrate import migrate
from shared.storage.tx import Uow
from shared.testing.clock import FakeClock
from shared.testing.trials import Figures, Trial
from shared.timers import Timers
from shared.zones import to_utc

ROOM = "notifications"
ROWS, FEW = 100_000, 1_200
PORTION, WORKERS = 500, 2
# Twelve zones and a night on which their clocks change: forward, back, by half an hour, over the date line.
CHANGES = {
    "Europe/Bucharest": "2026-03-29", "Europe/Stockholm": "2026-10-25", "America/New_York": "2026-03-08",
    "America/Los_Angeles": "2026-11-01", "America/Santiago": "2026-09-06", "Australia/Lord_Howe": "2026-04-05",
    "Australia/Sydney": "2026-10-04", "Pacific/Auckland": "2026-09-27", "Africa/Cairo": "2026-04-24",
    "Asia/Beirut": "2026-03-29", "Atlantic/Azores": "2026-10-25", "America/St_Johns": "2026-03-08",
}  # fmt: skip
STOPS = datetime(2026, 10, 24, 12, tzinfo=UTC)
NUDGE, OWED = "first-day-reminder", "departure-document"
OUTCOME = """
SELECT t.code, t.state, count(DISTINCT t.id) AS touchpoints, count(d.id) AS deliveries
FROM touchpoint t LEFT JOIN delivery d ON d.touchpoint_id = t.id GROUP BY 1, 2
"""


async def run(full: bool) -> Figures:
    """The room works every six hours, but for a day and an hour round the night on which Europe's clocks go back."""
    count, chance = (ROWS if full else FEW), random.Random(6)
    rows = [Row(chance.choice((NUDGE, OWED)), State.waiting, _slot(chance)) for _ in range(count)]
    moments = [to_utc(row.slot.local_at, row.slot.zone) for row in rows]
    async with _room() as (room, clock):
        for at in range(0, count, PORTION):
            await room.execute(_plan, rows[at : at + PORTION], caller=Caller.system(ROOM))
        clock.set(min(moments))
        handled = caught = 0
        stopped = STOPS
        while clock.now() <= max(moments):
            step = clock.now() + timedelta(hours=6)
            back = STOPS < step <= STOPS + timedelta(hours=6)
            if back:
                stopped = clock.now()
            clock.set(stopped + timedelta(hours=25) if back else step)
            done = await _work(room)
            handled, caught = handled + done, caught + (done if back else 0)
        told = await _told(room)
    away = (stopped, stopped + timedelta(hours=25))
    missed = [(row, at) for row, at in zip(rows, moments, strict=True) if away[0] < at <= away[1]]
    too_late = sum(row.code == NUDGE and at < stopped + timedelta(hours=1) for row, at in missed)
    return {"rows": count, "handled": handled, "missed": len(missed), "caught_up": caught, "too_late": too_late, **told}


def _slot(chance: random.Random) -> Slot:
    """A wall time within half a day of the night on which the clocks of its zone change."""
    zone = chance.choice(sorted(CHANGES))
    local = datetime.fromisoformat(CHANGES[zone]) + timedelta(minutes=chance.randint(-720, 720))
    return Slot(local, zone, None, None, 1)


async def _plan(uow: Uow, rows: list[Row]) -> None:
    batch = Batch(await store.composed(uow, None, None))
    for row in rows:
        subject = new_id()
        batch.begin(uow, About(subject, subject, new_id(), new_id(), new_id()), row)
    await batch.write(uow)


async def _work(room: Runtime) -> int:
    return sum(await asyncio.gather(*(Timers(room).drain() for _ in range(WORKERS))))


async def _told(room: Runtime) -> dict[str, Any]:
    async with room.database.reading(Caller.system(ROOM), room.clock) as uow:
        found = [dict(row) for row in await uow.fetch(OUTCOME)]
    twice = sum(max(0, row["deliveries"] - row["touchpoints"]) for row in found)
    left = sum(row["touchpoints"] for row in found if row["state"] == "waiting")
    skipped = {row["code"]: row["touchpoints"] for row in found if row["state"] == "skipped"}
    return {"twice": twice, "left": left, "skipped": skipped.get(NUDGE, 0), "owed_skipped": skipped.get(OWED, 0)}


@asynccontextmanager
async def _room() -> AsyncIterator[tuple[Runtime, FakeClock]]:
    with tempfile.TemporaryDirectory(prefix="sojourn-drill-postgres-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL's own user must get through
        async with Postgres(Path(folder)) as postgres:
            url, service, clock = await postgres.create_database(f"sojourn_{ROOM}"), load(ROOM), FakeClock()
            database = Database(url)
            await migrate(database, service.migrations)
            await database.close()
            settings = service.settings(database_url=SecretStr(url), port=0, _env_file=None)
            room = Runtime(service, kernel_settings=Kernel(_env_file=None), settings=settings, clock=clock)
            try:
                yield room, clock
            finally:
                await room.stop()


def falls_short(figures: Figures, strict: bool) -> list[str]:
    """Each row is handled once; what is owed goes out whenever, a nudge unless it is too late."""
    short = []
    if figures["twice"] or figures["left"] or figures["handled"] != figures["rows"]:
        short.append(f"{figures['handled']} of {figures['rows']} handled, {figures['twice']} twice")
    if figures["owed_skipped"] or figures["skipped"] != figures["too_late"]:
        short.append(f"{figures['skipped']} nudges skipped, {figures['too_late']} were too late")
    if figures["caught_up"] < figures["missed"] or not figures["missed"]:
        short.append(f"{figures['caught_up']} of {figures['missed']} caught up")
    return short


DRILL = Trial("clocks", "Due rows over a change of the clocks in twelve zones, and a day's outage", run, falls_short)
