"""Replies kept under a caller's Idempotency-Key, in the transaction that earned them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import CursorResult, Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Conflict, Invalid, Transient
from shared.storage.tx import Uow

KEPT_FOR = timedelta(days=7)

# One statement, so one snapshot: it may be taken just before another request with the same key commits and the lock
# is free just after. Then the row is not seen here, and the primary key decides in `keep`.
# The statements are the driver's own ($1): they are on the measured path, where compiling and the ORM cost more than
# the database does.
_BEGIN = """
SELECT pg_try_advisory_xact_lock($1::bigint) AS mine, kept.operation, kept.fingerprint, kept.status,
       kept.headers::text AS headers, kept.body
FROM (SELECT 1) AS one LEFT JOIN idempotency AS kept ON kept.caller = $2::text AND kept.key = $3::text
"""
_FIND = """
SELECT operation, fingerprint, status, headers::text AS headers, body FROM idempotency
WHERE caller = $1::text AND key = $2::text
"""
_KEEP = """
INSERT INTO idempotency (caller, key, operation, fingerprint, status, headers, body)
VALUES ($1::text, $2::text, $3::text, $4::text, $5::int, $6::text::jsonb, $7::text)
ON CONFLICT (caller, key) DO NOTHING RETURNING 1
"""
_SWEEP = text("DELETE FROM idempotency WHERE created_at < now() - CAST(:age AS interval)")


class KeyTaken(Transient):
    """Another request with this key has committed first: undo, then replay its reply."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent again, byte for byte."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request under an Idempotency-Key; `fingerprint` tells a retry from another request with the same key."""

    caller: str
    key: str
    operation: str
    fingerprint: str

    async def begin(self, session: AsyncSession) -> Reply | None:
        """The kept reply, or None when this transaction is the one to earn it; Conflict while another one is at it."""
        row = (await _run(session, _BEGIN, self._lock(), self.caller, self.key)).one()
        if row.status is not None:
            return self._reply(row)
        if not row.mine:
            raise Conflict("A request with this Idempotency-Key is being worked on: try again.", code="in-flight")
        return None

    async def keep(self, session: AsyncSession, reply: Reply) -> None:
        """Keep the reply; it is there if, and only if, the transaction commits."""
        headers = orjson.dumps(dict(reply.headers)).decode()
        mine = (self.caller, self.key, self.operation, self.fingerprint, reply.status, headers, reply.body)
        if (await _run(session, _KEEP, *mine)).scalar() is None:
            raise KeyTaken

    async def find(self, uow: Uow) -> Reply | None:
        """The kept reply, read in a transaction of its own."""
        row = (await _run(uow.session, _FIND, self.caller, self.key)).one_or_none()
        return None if row is None else self._reply(row)

    def _reply(self, row: Row) -> Reply:
        if (row.operation, row.fingerprint) != (self.operation, self.fingerprint):
            raise Invalid("This Idempotency-Key was used for another request.", code="idempotency-key-reused")
        return Reply(row.status, orjson.loads(row.headers), row.body)

    def _lock(self) -> int:
        digest = hashlib.blake2b(f"{self.caller}\n{self.key}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)


async def _run(session: AsyncSession, statement: str, *values: object) -> CursorResult[Any]:
    connection = await session.connection()
    return await connection.exec_driver_sql(statement, values)


async def sweep(session: AsyncSession, age: timedelta = KEPT_FOR) -> int:
    """Forget replies older than `age`; how many."""
    result = await session.execute(_SWEEP, {"age": age})
    return result.rowcount
