"""Events set aside: count, list, try again in order, discard with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from shared.access import Caller
from shared.contracts.envelope import ContractError, read_headers
from shared.contracts.message import Message
from shared.ids import derived_id
from shared.messaging.bus import Partition
from shared.messaging.intake import Intake, text_of
from shared.messaging.ledger import ADVANCE, lock, message_of_row
from shared.runtime import Runtime
from shared.storage.trouble import Failure, kind_of
from shared.storage.tx import Cause, Uow

COUNT = text("SELECT count(*) FROM (SELECT DISTINCT topic, key FROM parked WHERE key IS NOT NULL) AS queues")
# A key lies in one partition, where the offset is the order.
LIST = text("""
    SELECT id, topic, partition, "offset", key, value, headers, reason, detail, attempts, parked_at FROM parked
    WHERE (CAST(:key AS bytea) IS NULL OR key = :key) AND (CAST(:id AS bigint) IS NULL OR id = :id)
    ORDER BY topic, partition, "offset" LIMIT :limit
""")
HOLD = text('SELECT id, topic, partition, "offset", key, value, headers, reason FROM parked WHERE id = :id FOR UPDATE')
FIRST = text("""
    SELECT NOT EXISTS (
        SELECT FROM parked AS earlier JOIN parked AS this USING (topic, partition, key)
        WHERE this.id = :id AND earlier."offset" < this."offset")
""")
FORGET = text("DELETE FROM parked WHERE id = :id")
FAILED = text("""
    UPDATE parked SET attempts = attempts + 1, reason = :reason, detail = :detail WHERE id = :id
""")
ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Parked:
    """One event that waits, as an operator sees it."""

    id: int
    topic: str
    partition: int
    offset: int
    key: str | None
    type: str | None
    size: int
    reason: str
    detail: str
    attempts: int
    parked_at: datetime


@dataclass(slots=True)
class Outcome:
    """What a retry did: events handled, and the ones at which a queue stopped again."""

    handled: int = 0
    stopped: list[Parked] = field(default_factory=list)


async def parked_keys(connection: AsyncConnection | AsyncSession) -> int:
    """How many keys have a queue. Messages without a key block nobody and don't count."""
    return (await connection.execute(COUNT)).scalar_one()


class Parking:
    """Safe beside a running consumer: both take the partition's inbox lock."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime, self._intake = runtime, Intake(runtime)

    async def listing(self, key: str | None = None, limit: int = 1_000) -> list[Parked]:
        """The queues in order, of one key or of all."""
        return [_shown(row) for row in await self._rows(key=key, limit=limit)]

    async def retry(self, key: str | None = None) -> Outcome:
        """Handle what waits, of one key or of all, each queue in its order, one transaction per event.

        A queue stops at its first event that still fails, which gets the new reason.
        """
        outcome, stopped = Outcome(), set()
        while waiting := [r for r in await self._rows(key=key, limit=ALL) if _queue(r) not in stopped]:
            for row in waiting:
                if _queue(row) in stopped:
                    continue
                if await self._again(row):
                    outcome.handled += 1
                else:
                    stopped.add(_queue(row))
        outcome.stopped = [p for p in await self.listing(key, ALL) if _queue(p) in stopped and p.reason != "behind"]
        return outcome

    async def discard(
        self,
        *,
        key: str | None = None,
        id: int | None = None,  # noqa: A002 (the column that an operator sees)
        reason: str,
        caller: Caller | None = None,
    ) -> int:
        """Give up the whole queue of a key, or one event of it; how many. Each leaves an audit row.

        The first of a queue counts as heard then. One from the middle doesn't (the ones before it still wait), so that
        the queue's retry will report a gap there.
        """
        if (key is None) == (id is None):
            raise ValueError("name a key or an id")
        count = 0
        for row in await self._rows(key=key, id_=id, limit=ALL):
            count += await self._give_up(row, reason, caller or Caller.system(self._runtime.service.name))
        return count

    async def _rows(self, *, key: str | None = None, id_: int | None = None, limit: int) -> Sequence[Any]:
        values = {"key": None if key is None else key.encode(), "id": id_, "limit": limit}
        async with self._runtime.database.engine.connect() as connection:
            return (await connection.execute(LIST, values)).all()

    async def _again(self, row: Any) -> bool:
        try:
            async with self._intake.transaction() as uow:
                held = await self._hold(uow, row)
                if held is None:
                    return True
                ledger = await self._intake.take_again(uow, message_of_row(held))
                await uow.execute(FORGET, {"id": row.id})
        except ContractError as error:
            await self._failed(row, error.reason, error.detail)
            return False
        except Exception as error:
            if kind_of(error) is Failure.transient:
                raise
            await self._failed(row, "handler-failed", f"{type(error).__name__}: {error}")
            return False
        self._intake.tell(ledger, said=True)
        return True

    async def _hold(self, uow: Uow, row: Any) -> Any:
        """The row under the partition's lock, or None when somebody else has dealt with it."""
        await lock(uow, [Partition(row.topic, row.partition)])
        return (await uow.execute(HOLD, {"id": row.id})).one_or_none()

    async def _failed(self, row: Any, reason: str, detail: str) -> None:
        async with self._intake.transaction() as uow:
            values = {"id": row.id, "reason": reason, "detail": detail.replace("\0", "")[:2_000]}
            await uow.execute(FAILED, values)

    async def _give_up(self, row: Any, reason: str, caller: Caller) -> bool:
        async with self._runtime.database.transaction(caller, Cause.new(), self._runtime.clock) as uow:
            held = await self._hold(uow, row)
            if held is None:
                return False
            message = message_of_row(held)
            subject, sequence = _identity(message)
            if sequence and await uow.scalar(FIRST, {"id": row.id}):
                await uow.fetch(ADVANCE, [row.topic], [subject], [sequence])
            await uow.execute(FORGET, {"id": row.id})
            before = {"topic": row.topic, "partition": row.partition, "offset": row.offset, "parked": held.reason}
            uow.note("parked-event-discarded", subject, reason=reason, before=before)
        return True


def _queue(row: Any) -> tuple[Any, ...]:
    """Whose turn it is in: all events of a key are one queue, an event without a key is alone."""
    key = row.key.encode() if isinstance(row.key, str) else row.key
    return (row.topic, key) if key is not None else (row.topic, None, row.id)


def _identity(message: Message) -> tuple[UUID, int | None]:
    """The aggregate and sequence of a message; of an unreadable one an id made from its place, and no sequence."""
    try:
        head = read_headers(message)
    except ContractError:
        return derived_id("parked", message.topic, message.partition, message.offset), None
    return head.key, head.sequence


def _shown(row: Any) -> Parked:
    message = message_of_row(row)
    return Parked(
        row.id,
        row.topic,
        row.partition,
        row.offset,
        text_of(row.key),
        text_of(message.header("ce_type")),
        len(row.value or b""),
        row.reason,
        row.detail,
        row.attempts,
        row.parked_at,
    )
