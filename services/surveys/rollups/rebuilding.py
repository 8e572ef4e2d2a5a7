"""The roll-ups made again from the answers, beside the old ones, and whether the two agree.

Answers go on meanwhile: what they note waits, and readers add it as ever. The new cells hold what one snapshot sees of
the answers, less the notes that wait in it; so nothing counts twice when they take the place of the old ones. Entities
that move have to wait.
"""

from collections.abc import Callable

import asyncpg

from services.surveys.rollups.folding import ONE_AT_A_TIME, fold_all
from services.surveys.rollups.grains import COUNTS, FACT, KEY, SERIES, Grain, cells_of
from shared.runtime import Runtime

Tell = Callable[[str], None]
HOLD = f"SELECT pg_advisory_lock({ONE_AT_A_TIME})"
NIL = "'00000000-0000-0000-0000-000000000000'"
UNLIMITED = {"statement_timeout": "0", "timezone": "UTC", "work_mem": "256MB", "maintenance_work_mem": "512MB"}
PREPARE = f"""
CREATE TEMP TABLE told AS SELECT {FACT}, 1 AS n FROM roll_fact UNION ALL SELECT {FACT}, -n FROM roll_delta;
INSERT INTO roll_series ({SERIES}) SELECT DISTINCT {SERIES} FROM told ON CONFLICT DO NOTHING;
CREATE TEMP TABLE pair AS SELECT row_number() OVER ()::int AS pair, *
    FROM (SELECT DISTINCT sending, hosting FROM told) AS u;
CREATE TEMP TABLE fact AS SELECT q.id AS series, p.pair, day, product, country, language, value, n
FROM told t JOIN roll_series q USING ({SERIES}) JOIN pair p ON coalesce(p.sending, {NIL}) = coalesce(t.sending, {NIL})
    AND coalesce(p.hosting, {NIL}) = coalesce(t.hosting, {NIL});
DROP TABLE told;
CREATE TEMP TABLE stands AS SELECT x.pair, p.s, p.h, p.level FROM pair x
    LEFT JOIN entity_path a ON a.entity_id = x.sending LEFT JOIN entity_path b ON b.entity_id = x.hosting
    CROSS JOIN LATERAL roll_places(a.path, b.path) AS p;
CREATE TEMP TABLE place AS SELECT row_number() OVER ()::int AS place, * FROM (SELECT DISTINCT s, h FROM stands) u;
CREATE TEMP TABLE placed AS SELECT pair, place, level FROM stands JOIN place USING (s, h);
ANALYZE fact;
ANALYZE placed;
ANALYZE place;
DROP TABLE IF EXISTS roll_next;
CREATE TABLE roll_next (LIKE roll) WITH (fillfactor = 80);
"""  # noqa: S608 (words of ours)
FILL = """INSERT INTO roll_next ({key}, {counts})
SELECT {key}, {counts} FROM ({cells}) AS c JOIN place USING (place)"""


def _fill(grain: Grain) -> str:
    cells = cells_of(grain, "fact JOIN placed USING (pair)", "place")
    return FILL.format(key=KEY, counts=", ".join(COUNTS), cells=cells)


INDEX = f"ALTER TABLE roll_next ADD PRIMARY KEY ({KEY})"
SWAP = """
DROP TABLE roll;
ALTER TABLE roll_next RENAME TO roll;
ALTER INDEX roll_next_pkey RENAME TO roll_pkey;
"""
DIFFER = f"""SELECT {KEY}, ({", ".join(f"a.{name}" for name in COUNTS)})::text AS answers,
    ({", ".join(f"b.{name}" for name in COUNTS)})::text AS kept
FROM roll_next a FULL JOIN roll b USING ({KEY})
WHERE ({", ".join(f"coalesce(a.{name}, 0)" for name in COUNTS)})
    <> ({", ".join(f"coalesce(b.{name}, 0)" for name in COUNTS)})"""  # noqa: S608 (words of ours)


async def rebuild(runtime: Runtime, tell: Tell = lambda _: None) -> int:
    """Make the roll-ups again and put them in the place of the old ones; how many cells."""
    await fold_all(runtime)
    database = await _connect(runtime)
    try:
        await database.execute(HOLD)
        async with database.transaction(isolation="repeatable_read"):
            await _make(database, tell)
        tell("index")
        await database.execute(INDEX)
        await database.execute("ANALYZE roll_next")
        async with database.transaction():
            await database.execute(SWAP)
        return int(await database.fetchval("SELECT count(*) FROM roll"))
    finally:
        await database.close()


async def differences(runtime: Runtime, tell: Tell = lambda _: None) -> list[asyncpg.Record]:
    """The cells that are not what the answers say; nothing is kept of what was made to find that out."""
    await fold_all(runtime)
    database = await _connect(runtime)
    try:
        await database.execute(HOLD)
        made = database.transaction(isolation="repeatable_read")
        await made.start()
        try:
            await _make(database, tell)
            tell("comparison")
            return list(await database.fetch(DIFFER))
        finally:
            await made.rollback()
    finally:
        await database.close()


async def _connect(runtime: Runtime) -> asyncpg.Connection:
    return await asyncpg.connect(runtime.database.dsn, server_settings=UNLIMITED)


async def _make(database: asyncpg.Connection, tell: Tell) -> None:
    tell("answers")
    await database.execute(PREPARE)
    for grain in Grain:
        tell(f"cells by {grain.name.replace('_', ' and ')}")
        await database.execute(_fill(grain))
