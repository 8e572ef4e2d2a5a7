"""Entities that stand elsewhere in the tree: what was given below them moves to the cells of where they stand now."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.surveys.rollups.folding import ONE_AT_A_TIME
from services.surveys.rollups.grains import FACT, SERIES, added, folded
from shared.storage.scope import remember_entity
from shared.storage.tx import Uow

# Folding ends within a second; a rebuild takes minutes, and whoever waits longer than this comes again.
PATIENCE = "SET LOCAL lock_timeout = '10s'"
LOCK = f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"
STANDS = "SELECT path FROM entity_path WHERE entity_id = $1"
# What is folded of an entity: its facts less what still waits, in one snapshot. Given: entity, old path, new path.
MOVE = f"""WITH fact AS (
    SELECT {FACT}, sum(n) AS n FROM (
        SELECT {FACT}, 1 AS n FROM roll_fact WHERE sending = $1
        UNION ALL SELECT {FACT}, 1 FROM roll_fact WHERE hosting = $1 AND sending IS DISTINCT FROM $1
        UNION ALL SELECT {FACT}, -n FROM roll_delta WHERE sending = $1 OR hosting = $1
    ) AS u GROUP BY {FACT} HAVING sum(n) <> 0
), placed AS MATERIALIZED (
    SELECT q.id AS series, p.s, p.h, p.level, f.day, f.product, f.country, f.language, f.value, f.n * p.sign AS n
    FROM fact f JOIN roll_series q USING ({SERIES}) LEFT JOIN entity_path a ON a.entity_id = f.sending
    LEFT JOIN entity_path b ON b.entity_id = f.hosting CROSS JOIN LATERAL (
        SELECT s, h, level, 1 AS sign FROM roll_places(CASE f.sending WHEN $1 THEN $3::uuid[] ELSE a.path END,
            CASE f.hosting WHEN $1 THEN $3::uuid[] ELSE b.path END)
        UNION ALL SELECT s, h, level, -1 FROM roll_places(CASE f.sending WHEN $1 THEN $2::uuid[] ELSE a.path END,
            CASE f.hosting WHEN $1 THEN $2::uuid[] ELSE b.path END)
    ) AS p
)
{added("roll", folded("placed"))}"""  # noqa: S608 (words of ours)


async def place_entity(uow: Uow, entity_id: UUID, path: Sequence[UUID]) -> None:
    """Keep where an entity stands; if that is another place than before, the roll-ups follow in this transaction."""
    rows: list[Any] = await uow.fetch(STANDS, entity_id)
    before = rows[0]["path"] if rows else None
    if before is not None and list(before) == list(path):
        return
    await uow.fetch(PATIENCE)
    await uow.fetch(LOCK)
    await uow.fetch(MOVE, entity_id, before, list(path))
    await remember_entity(uow, entity_id, path)
