"""What a transaction says and notes, written in one statement: contiguous versions per key, outbox rows, audit rows."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

if TYPE_CHECKING:
    from shared.storage.tx import Uow

# One row of `stream` a key is taken in key order (no deadlocks) and held to the commit, so that versions become
# visible in the order in which they were given, and outbox positions of one key grow with them.
WRITE = """
WITH said AS (
    SELECT * FROM jsonb_to_recordset(CAST(:said AS jsonb)) AS s
        (ord int, rank int, id uuid, topic text, key uuid, type text, payload text, headers jsonb)
), counted AS (
    INSERT INTO stream AS held (topic, key, version)
    SELECT topic, key, count(*) FROM said GROUP BY topic, key ORDER BY topic, key
    ON CONFLICT (topic, key) DO UPDATE SET version = held.version + excluded.version
    RETURNING topic, key, version
), first AS (
    SELECT c.topic, c.key, c.version - count(*) AS before
    FROM counted c JOIN said s USING (topic, key) GROUP BY c.topic, c.key, c.version
), noted AS (
    INSERT INTO audit (at, actor, role, action, subject, reason, before, after, correlation_id)
    SELECT CAST(:at AS timestamptz), :actor, :role, action, subject, reason, before, after, CAST(:correlation AS uuid)
    FROM jsonb_to_recordset(CAST(:noted AS jsonb)) AS n
        (action text, subject uuid, reason text, before jsonb, after jsonb)
)
INSERT INTO outbox (id, aggregatetype, aggregateid, type, sequence, payload, headers)
SELECT s.id, s.topic, s.key, s.type, f.before + s.rank, s.payload,
       s.headers || jsonb_build_object('ce_sequence', CAST(f.before + s.rank AS text))
FROM said s JOIN first f USING (topic, key) ORDER BY s.ord
"""


@dataclass(frozen=True, slots=True)
class Said:
    """An event on its way to the outbox; `payload` None is a tombstone."""

    id: UUID
    type: str
    topic: str
    key: UUID
    payload: str | None
    effective_on: date


@dataclass(frozen=True, slots=True)
class Note:
    """An audit row on its way."""

    action: str
    subject: UUID
    reason: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def parameters(uow: "Uow") -> dict[str, Any]:
    """The values that `WRITE` takes."""
    return {
        "said": _json(_numbered(uow)),
        "noted": _json([_row(note) for note in uow.noted]),
        "at": uow.now,
        "actor": uow.caller.subject,
        "role": uow.caller.role.value,
        "correlation": uow.cause.correlation_id,
    }


def _json(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()  # the driver's UUID is a subclass, which orjson leaves to us


def _row(note: Note) -> dict[str, Any]:
    names = ("action", "subject", "reason", "before", "after")
    return {name: getattr(note, name) for name in names}


def _numbered(uow: "Uow") -> list[dict[str, Any]]:
    ranks: dict[tuple[str, UUID], int] = {}
    rows = []
    for order, said in enumerate(uow.said):
        rank = ranks[said.topic, said.key] = ranks.get((said.topic, said.key), 0) + 1
        row = {"ord": order, "rank": rank, "id": said.id, "topic": said.topic, "key": said.key, "type": said.type}
        rows.append(row | {"payload": said.payload, "headers": _headers(uow, said)})
    return rows


def _headers(uow: "Uow", said: Said) -> dict[str, str]:
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(said.id),
        "ce_type": said.type,
        "ce_source": f"/sojourn/{said.topic.partition('.')[0]}",
        "ce_subject": str(said.key),
        "ce_time": uow.now.isoformat(),
        "ce_effectiveon": said.effective_on.isoformat(),
        "ce_correlationid": str(uow.cause.correlation_id),
    }
    if uow.cause.causation_id:
        headers["ce_causationid"] = str(uow.cause.causation_id)
    if uow.cause.traceparent:
        headers["ce_traceparent"] = uow.cause.traceparent
    return headers
