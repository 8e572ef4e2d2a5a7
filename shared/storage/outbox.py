"""What a transaction says, notes and keeps, written in one statement: versions per key, outbox, audit, the reply."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from shared.errors import Transient
from shared.storage.documents import dumped

if TYPE_CHECKING:
    from shared.storage.tx import Cause, Uow

# One row of `stream` a key is taken in key order (no deadlocks) and held to the commit, so that versions become
# visible in the order in which they were given, and outbox positions of one key grow with them.
SAY = """said AS (
    SELECT * FROM unnest({}::uuid[], {}::text[], {}::uuid[], {}::text[], {}::text[], {}::text[], {}::int[])
        WITH ORDINALITY AS s (id, topic, key, type, payload, headers, rank, ord)
), counted AS (
    INSERT INTO stream AS held (topic, key, version)
    SELECT topic, key, count(*) FROM said GROUP BY topic, key ORDER BY topic, key
    ON CONFLICT (topic, key) DO UPDATE SET version = held.version + excluded.version
    RETURNING topic, key, version
), first AS (
    SELECT c.topic, c.key, c.version - count(*) AS before
    FROM counted c JOIN said s USING (topic, key) GROUP BY c.topic, c.key, c.version
), sent AS (
    INSERT INTO outbox (id, aggregatetype, aggregateid, type, sequence, payload, headers)
    SELECT s.id, s.topic, s.key, s.type, f.before + s.rank, s.payload,
           s.headers::jsonb || jsonb_build_object('ce_sequence', CAST(f.before + s.rank AS text))
    FROM said s JOIN first f USING (topic, key) ORDER BY s.ord
)"""
NOTE = """noted AS (
    INSERT INTO audit (at, actor, role, action, subject, reason, before, after, correlation_id)
    SELECT {}::timestamptz, {}::text, {}::text, action, subject, reason, before::jsonb, after::jsonb, correlation
    FROM unnest({}::text[], {}::uuid[], {}::text[], {}::text[], {}::text[], {}::uuid[])
        WITH ORDINALITY AS n (action, subject, reason, before, after, correlation, ord) ORDER BY ord
)"""
KEEP = """kept AS (
    INSERT INTO idempotency (caller, key, operation, fingerprint, status, headers, body)
    VALUES ({}::text, {}::text, {}::text, {}::text, {}::int, {}::text::jsonb, {}::text)
    ON CONFLICT (caller, key) DO NOTHING RETURNING 1
)"""
DONE = {SAY: "SELECT 1", NOTE: "SELECT 1", KEEP: "SELECT 1 FROM kept"}


class KeyTaken(Transient):
    """Another request with this Idempotency-Key has committed first: undo, then replay its reply."""


@dataclass(frozen=True, slots=True)
class Said:
    """An event on its way to the outbox; `payload` None is a tombstone."""

    id: UUID
    type: str
    topic: str
    key: UUID
    payload: str | None
    effective_on: date
    cause: "Cause"


@dataclass(frozen=True, slots=True)
class Note:
    """An audit row on its way."""

    action: str
    subject: UUID
    reason: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    cause: "Cause"


@dataclass(frozen=True, slots=True)
class Kept:
    """A reply on its way to the table of kept replies; `headers` is JSON."""

    caller: str
    key: str
    operation: str
    fingerprint: str
    status: int
    headers: str
    body: str


async def write(uow: "Uow") -> None:
    """Write what the transaction has gathered; KeyTaken when its reply's key was earned by somebody else."""
    parts: list[str] = []
    values: list[Any] = []
    for part, found in ((SAY, _said(uow)), (NOTE, _noted(uow)), (KEEP, _kept(uow))):
        if found:
            parts.append(part)
            values += found
    if not await uow.link.driver.fetch(_statement(tuple(parts)), *values):
        raise KeyTaken


@cache
def _statement(parts: tuple[str, ...]) -> str:
    """The parts as one statement, its places numbered; it gives a row when all is written."""
    body = ", ".join(parts)
    places = (f"${n}" for n in range(1, body.count("{}") + 1))
    return f"WITH {body.format(*places)} {DONE[parts[-1]]}"


def _said(uow: "Uow") -> Sequence[Any]:
    ranks: dict[tuple[str, UUID], int] = {}
    rows = []
    for said in uow.said:
        rank = ranks[said.topic, said.key] = ranks.get((said.topic, said.key), 0) + 1
        rows.append((said.id, said.topic, said.key, said.type, said.payload, dumped(_headers(uow, said)), rank))
    return tuple(zip(*rows, strict=True))


def _noted(uow: "Uow") -> Sequence[Any]:
    rows = [
        (note.action, note.subject, note.reason, _json(note.before), _json(note.after), note.cause.correlation_id)
        for note in uow.noted
    ]
    return (uow.now, uow.caller.subject, uow.caller.role.value, *zip(*rows, strict=True)) if rows else ()


def _kept(uow: "Uow") -> Sequence[Any]:
    kept = uow.kept
    if kept is None:
        return ()
    return (kept.caller, kept.key, kept.operation, kept.fingerprint, kept.status, kept.headers, kept.body)


def _json(value: dict[str, Any] | None) -> str | None:
    return None if value is None else dumped(value)


def _headers(uow: "Uow", said: Said) -> dict[str, str]:
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(said.id),
        "ce_type": said.type,
        "ce_source": f"/sojourn/{said.topic.partition('.')[0]}",
        "ce_subject": str(said.key),
        "ce_time": uow.now.isoformat(),
        "ce_effectiveon": said.effective_on.isoformat(),
        "ce_correlationid": str(said.cause.correlation_id),
    }
    if said.cause.causation_id:
        headers["ce_causationid"] = str(said.cause.causation_id)
    if said.cause.traceparent:
        headers["ce_traceparent"] = said.cause.traceparent
    return headers
