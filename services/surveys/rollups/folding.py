"""Folding: what triggers noted beside the answers becomes cells, some thousands of notes in one statement.

An answer's transaction only appends its notes, so nobody waits for the cell of this month's whole world. Readers add
cells and notes in one statement, and so in one snapshot: a note counts before its fold as after it.
"""

import asyncio

import structlog

from services.surveys.rollups.grains import FACT, SERIES, added, folded
from shared import telemetry
from shared.access import Caller
from shared.runtime import Runtime
from shared.storage.tx import Uow

log = structlog.get_logger()
WAITING = telemetry.gauge("rollup_waiting", "Notes that are not folded into the roll-ups yet")
REST_SECONDS = 1.0
PORTION = 3_000
ONE_AT_A_TIME = 7_303_071  # the advisory lock of whoever changes cells
TRY = f"SELECT pg_try_advisory_xact_lock({ONE_AT_A_TIME})"
NEW_SERIES = f"""INSERT INTO roll_series ({SERIES})
    SELECT DISTINCT {SERIES} FROM (SELECT * FROM roll_delta ORDER BY id LIMIT $1) AS d
    WHERE NOT EXISTS (SELECT FROM roll_series q WHERE (q.kind, q.about, q.party, q.programme, q.wave)
        = (d.kind, d.about, d.party, d.programme, d.wave))"""  # noqa: S608 (words of ours)
FOLD = f"""WITH taken AS (
    DELETE FROM roll_delta WHERE id IN (SELECT id FROM roll_delta ORDER BY id LIMIT $1) RETURNING *
), fact AS (SELECT {FACT}, sum(n) AS n FROM taken GROUP BY {FACT} HAVING sum(n) <> 0),
placed AS MATERIALIZED (
    SELECT q.id AS series, p.s, p.h, p.level, f.day, f.product, f.country, f.language, f.value, f.n
    FROM fact f JOIN roll_series q USING ({SERIES}) LEFT JOIN entity_path a ON a.entity_id = f.sending
        LEFT JOIN entity_path b ON b.entity_id = f.hosting CROSS JOIN LATERAL roll_places(a.path, b.path) AS p
)
{added("roll", folded("placed"))}"""  # noqa: S608 (words of ours)
COUNT = "SELECT count(*) FROM (SELECT FROM roll_delta LIMIT 100000) AS d"


async def fold(uow: Uow, most: int) -> int:
    """Fold up to so many notes; how many there were. 0 while somebody else changes the cells."""
    if not (await uow.fetch(TRY))[0][0]:
        return 0
    waiting = (await uow.fetch(COUNT))[0][0]
    WAITING.set(waiting)
    if waiting:
        await uow.fetch("SET LOCAL synchronous_commit = off")  # a fold that a crash undoes is done again
        await uow.fetch(NEW_SERIES, most)
        await uow.fetch(FOLD, most)
    return int(min(waiting, most))


async def fold_all(runtime: Runtime) -> int:
    """Fold until nothing waits; how many notes."""
    caller, count = Caller.system(runtime.service.name), 0
    while folded := await runtime.execute(fold, PORTION, caller=caller):
        count += folded
    return count


async def keep_folding(runtime: Runtime) -> None:
    """For ever: fold what waits, then rest a second. One of the room's loops; several workers take turns."""
    caller = Caller.system(runtime.service.name)
    while True:
        try:
            folded = await runtime.execute(fold, PORTION, caller=caller)
        except Exception as error:
            log.warning("roll-ups wait", room=runtime.service.name, error=repr(error))
            folded = 0
        if folded < PORTION:
            await asyncio.sleep(REST_SECONDS)
