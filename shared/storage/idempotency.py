"""Replies kept under a caller's Idempotency-Key, in the transaction that earned them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import text

from shared.errors import Conflict, Invalid
from shared.storage.documents import dumped
from shared.storage.outbox import Kept
from shared.storage.tx import Uow

KEPT_FOR = timedelta(days=7)

# One statement, so one snapshot: it may be taken just before another request with the same key commits and the lock
# is free just after. Then the row is not seen here, and the primary key decides when the reply is kept.
_BEGIN = """
SELECT pg_try_advisory_xact_lock($1::bigint) AS mine, kept.operation, kept.fingerprint, kept.status,
       kept.headers::text AS headers, kept.body
FROM (SELECT 1) AS one LEFT JOIN idempotency AS kept ON kept.caller = $2::text AND kept.key = $3::text
"""
_FIND = """
SELECT operation, fingerprint, status, headers::text AS headers, body FROM idempotency
WHERE caller = $1::text AND key = $2::text
"""
_SWEEP = text("DELETE FROM idempotency WHERE created_at < now() - CAST(:age AS interval)")


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

    async def begin(self, uow: Uow) -> Reply | None:
        """The kept reply, or None when this transaction is the one to earn it; Conflict while another one is at it."""
        (row,) = await uow.fetch(_BEGIN, self._lock(), self.caller, self.key)
        if row["status"] is not None:
            return self._reply(row)
        if not row["mine"]:
            raise Conflict("A request with this Idempotency-Key is being worked on: try again.", code="in-flight")
        return None

    def keep(self, uow: Uow, reply: Reply) -> None:
        """Keep the reply; it is there if, and only if, the transaction commits (which may raise KeyTaken)."""
        headers = dumped(dict(reply.headers))
        mine = (self.caller, self.key, self.operation, self.fingerprint)
        uow.keep(Kept(*mine, reply.status, headers, reply.body))

    async def find(self, uow: Uow) -> Reply | None:
        """The kept reply, read in a transaction of its own."""
        found = await uow.fetch(_FIND, self.caller, self.key)
        return self._reply(found[0]) if found else None

    def _reply(self, row: Any) -> Reply:
        if (row["operation"], row["fingerprint"]) != (self.operation, self.fingerprint):
            raise Invalid("This Idempotency-Key was used for another request.", code="idempotency-key-reused")
        return Reply(row["status"], orjson.loads(row["headers"]), row["body"])

    def _lock(self) -> int:
        digest = hashlib.blake2b(f"{self.caller}\n{self.key}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)


async def sweep(uow: Uow, age: timedelta = KEPT_FOR) -> int:
    """Forget replies older than `age`; how many."""
    result = await uow.execute(_SWEEP, {"age": age})
    return result.rowcount
