"""Due rows: what the calendar has to do. One row per (kind, subject, occurrence); it moves, it never doubles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from shared.ids import new_id
from shared.zones import to_utc

if TYPE_CHECKING:
    from shared.storage.tx import Uow


@dataclass(frozen=True, slots=True)
class Scheduled:
    """What scheduling did: `moved` is the former due time; `settled` tells that it had its say already."""

    id: UUID
    due_at: datetime
    new: bool
    moved: datetime | None
    settled: bool


@dataclass(slots=True)
class Due:
    """A due row in its handler's hands: by default it ends `done`; `skip` records why it was not done."""

    id: UUID
    kind: str
    subject: UUID
    occurrence: str
    due_at: datetime
    zone: str
    payload: Mapping[str, Any]
    attempts: int
    state: str = "done"
    outcome: str | None = None

    def skip(self, why: str) -> None:
        self.state, self.outcome = "skipped", why


# A row that was cancelled comes back to life when it is scheduled again; one that is done or skipped stays so.
SCHEDULE = text("""
WITH old AS (
    SELECT due_at, state FROM due WHERE kind = :kind AND subject = :subject AND occurrence = :occurrence FOR UPDATE
), put AS (
    INSERT INTO due AS d (id, kind, subject, occurrence, local_at, zone, due_at, payload)
    VALUES (:id, :kind, :subject, :occurrence, :local, :zone, :due_at, :payload)
    ON CONFLICT (kind, subject, occurrence) DO UPDATE
    SET local_at = excluded.local_at, zone = excluded.zone, due_at = excluded.due_at, payload = excluded.payload,
        state = 'waiting', outcome = NULL, attempts = 0, not_before = '-infinity', changed_at = clock_timestamp()
    WHERE d.state IN ('waiting', 'cancelled', 'failed')
    RETURNING id, due_at
)
SELECT put.id, put.due_at, old.due_at, old.state FROM (SELECT 1) one LEFT JOIN put ON true LEFT JOIN old ON true
""").bindparams(bindparam("payload", type_=JSONB))

# Many at once. Rows that are out of this statement's reach (done, skipped) are left alone, as above.
SCHEDULE_MANY = """
INSERT INTO due AS d (id, kind, subject, occurrence, local_at, zone, due_at, payload)
SELECT id, $8::text, subject, occurrence, local_at, zone, due_at, payload::jsonb
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamp[], $5::text[], $6::timestamptz[], $7::text[])
    AS n (id, subject, occurrence, local_at, zone, due_at, payload)
ON CONFLICT (kind, subject, occurrence) DO UPDATE
SET local_at = excluded.local_at, zone = excluded.zone, due_at = excluded.due_at, payload = excluded.payload,
    state = 'waiting', outcome = NULL, attempts = 0, not_before = '-infinity', changed_at = clock_timestamp()
WHERE d.state IN ('waiting', 'cancelled', 'failed')
"""

WAITING = "SELECT id, local_at, zone, due_at FROM due WHERE state = 'waiting' AND id > $1 ORDER BY id LIMIT $2"
RECKON = """UPDATE due SET due_at = n.due_at, changed_at = clock_timestamp()
    FROM unnest($1::uuid[], $2::timestamptz[]) AS n (id, due_at) WHERE due.id = n.id AND state = 'waiting'"""

CANCEL = text("""
UPDATE due SET state = 'cancelled', outcome = :why, changed_at = clock_timestamp()
WHERE kind = :kind AND subject = :subject AND state = 'waiting'
    AND (CAST(:occurrence AS text) IS NULL OR occurrence = :occurrence)
RETURNING id
""")


async def schedule(
    uow: "Uow",
    kind: str,
    subject: UUID,
    occurrence: str,
    local: datetime,
    zone: str,
    payload: dict[str, Any],
) -> Scheduled:
    """Insert the row or move it; a row that is done or skipped already is left alone (`settled`)."""
    id_, due_at = new_id(), to_utc(local, zone)
    values = {"id": id_, "kind": kind, "subject": subject, "occurrence": occurrence, "local": local, "zone": zone}
    row = (await uow.execute(SCHEDULE, values | {"due_at": due_at, "payload": payload})).one()
    if row[0] is None:
        return Scheduled(id_, due_at, new=False, moved=None, settled=True)
    waited = row[3] == "waiting"
    return Scheduled(
        row[0], due_at, new=not waited, moved=row[2] if waited and row[2] != due_at else None, settled=False
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A due row that is to be: `due_at` is the moment of its wall time."""

    subject: UUID
    occurrence: str
    local: datetime
    zone: str
    due_at: datetime
    payload: str = "{}"


async def schedule_many(uow: "Uow", kind: str, wanted: Sequence[Wanted]) -> None:
    """Insert or move many rows of one kind with one statement; each (subject, occurrence) once."""
    if wanted:
        rows = ((new_id(), w.subject, w.occurrence, w.local, w.zone, w.due_at, w.payload) for w in wanted)
        await uow.fetch(SCHEDULE_MANY, *map(list, zip(*rows, strict=True)), kind)


async def reckon(uow: "Uow", after: UUID, limit: int) -> tuple[UUID | None, int]:
    """Convert wall times anew, as the tz database of today has them; how far it came (None: all), how many moved.

    A country that changes its clocks moves what waits for nine o'clock there.
    """
    rows = await uow.fetch(WAITING, after, limit)
    now = {row["id"]: to_utc(row["local_at"], row["zone"]) for row in rows}
    moved = {row["id"]: now[row["id"]] for row in rows if now[row["id"]] != row["due_at"]}
    if moved:
        await uow.fetch(RECKON, list(moved), list(moved.values()))
    return (rows[-1]["id"] if len(rows) == limit else None), len(moved)


async def cancel(uow: "Uow", kind: str, subject: UUID, occurrence: str | None, why: str) -> list[UUID]:
    values = {"kind": kind, "subject": subject, "occurrence": occurrence, "why": why}
    return list((await uow.execute(CANCEL, values)).scalars())


# The order of due times is the order of doing; a row in its transaction is locked, so two workers never share one.
CLAIM = text("""
SELECT id, kind, subject, occurrence, due_at, zone, payload, attempts FROM due
WHERE state = 'waiting' AND due_at <= :now AND not_before <= clock_timestamp()
ORDER BY due_at, id LIMIT :most FOR UPDATE SKIP LOCKED
""").columns(payload=JSONB)
STILL = "SELECT 1 FROM due WHERE id = $1 AND state = 'waiting' AND due_at <= $2"

SETTLE = """
UPDATE due SET state = n.state, outcome = n.outcome, changed_at = clock_timestamp()
FROM unnest($1::uuid[], $2::text[], $3::text[]) AS n (id, state, outcome) WHERE due.id = n.id
"""

FAIL = text("""
UPDATE due SET attempts = attempts + 1, outcome = :outcome, changed_at = clock_timestamp(),
    state = CASE WHEN attempts + 1 >= :most THEN 'failed' ELSE 'waiting' END,
    not_before = clock_timestamp() + LEAST(interval '1 second' * power(2, attempts), interval '5 minutes')
WHERE id = :id AND state = 'waiting'
""")

NEXT = text("SELECT min(due_at) FROM due WHERE state = 'waiting' AND not_before <= clock_timestamp()")


async def claim(uow: "Uow", now: datetime, most: int = 1) -> list[Due]:
    """The next rows whose time has come, locked until the transaction ends."""
    return [Due(*row) for row in await uow.execute(CLAIM, {"now": now, "most": most})]


async def still_due(uow: "Uow", due: Due, now: datetime) -> bool:
    """Whether what this transaction has done so far left the row where it was."""
    return bool(await uow.fetch(STILL, due.id, now))


async def settle(uow: "Uow", done: Sequence[Due]) -> None:
    if done:
        rows = ((due.id, due.state, due.outcome) for due in done)
        await uow.fetch(SETTLE, *map(list, zip(*rows, strict=True)))


async def fail(uow: "Uow", id_: UUID, outcome: str, most: int) -> None:
    await uow.execute(FAIL, {"id": id_, "outcome": outcome, "most": most})
