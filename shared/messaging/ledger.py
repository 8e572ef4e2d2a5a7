"""The inbox in one transaction: what was heard of each key, which keys wait in a queue, gaps, and what to set aside."""

import base64
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from shared.contracts.envelope import Head
from shared.contracts.message import Message
from shared.errors import Transient
from shared.messaging.bus import Partition
from shared.storage.trouble import DRIVER
from shared.storage.tx import Uow

# One lock per partition, not per key: it also keeps a member that was thought dead from working beside its successor,
# and it needs one slot of the lock table however many keys a batch has.
# Locks are taken in the order of the rows given.
LOCK = """
    SELECT pg_advisory_xact_lock(hashtextextended('inbox:' || topic || ':' || number, 0))
    FROM unnest($1::text[], $2::int[]) AS partition (topic, number)
"""
OPEN = """
    SELECT topic, key AS heard, last, NULL AS queued
    FROM unnest($1::text[], $2::uuid[]) AS asked (topic, key) JOIN inbox USING (topic, key)
    UNION ALL
    SELECT DISTINCT topic, NULL::uuid, NULL::bigint, key
    FROM unnest($3::text[], $4::bytea[]) AS asked (topic, key) JOIN parked USING (topic, key)
"""
ADVANCE = """
    INSERT INTO inbox (topic, key, last) SELECT * FROM unnest($1::text[], $2::uuid[], $3::bigint[])
    ON CONFLICT (topic, key) DO UPDATE SET last = greatest(inbox.last, excluded.last)
"""
GAP = text("INSERT INTO inbox_gap (topic, key, expected, got) VALUES (:topic, :key, :expected, :got)")
PARK = text("""
    INSERT INTO parked (topic, partition, "offset", key, value, headers, reason, detail)
    VALUES (:topic, :partition, :offset, :key, :value, CAST(:headers AS jsonb), :reason, :detail)
    ON CONFLICT (topic, partition, "offset") DO NOTHING
""")


@dataclass(frozen=True, slots=True)
class Gap:
    topic: str
    key: UUID
    expected: int
    got: int


@dataclass(frozen=True, slots=True)
class Aside:
    """A message to be parked and why; `reason` is a slug."""

    message: Message
    reason: str
    detail: str


@dataclass(slots=True)
class Ledger:
    """Opened for some messages; written at the end of the same transaction. A key is a key of its topic."""

    last: dict[tuple[str, UUID], int]
    queued: set[tuple[str, bytes]]
    advanced: dict[tuple[str, UUID], int] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)
    handled: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)

    def heard(self, topic: str, head: Head) -> bool:
        return head.sequence <= self.last.get((topic, head.key), 0)

    def waits(self, message: Message) -> bool:
        """Whether an earlier event of the message's key is parked."""
        return (message.topic, message.key) in self.queued

    def advance(self, topic: str, head: Head) -> None:
        """The event is dealt with. A sequence that isn't the next one is an alarm, except on compacted topics."""
        key = (topic, head.key)
        expected = self.last.get(key, 0) + 1
        if head.sequence != expected and not is_personal(topic):
            self.gaps.append(Gap(topic, head.key, expected, head.sequence))
        self.last[key] = self.advanced[key] = head.sequence

    def park(self, message: Message, reason: str, detail: str) -> None:
        """Set aside; the key's later events join the queue."""
        self.aside.append(Aside(message, reason, detail))
        if message.key is not None:
            self.queued.add((message.topic, message.key))

    async def write(self, uow: Uow) -> None:
        if self.advanced:
            rows = sorted((*key, last) for key, last in self.advanced.items())
            await uow.fetch(ADVANCE, *zip(*rows, strict=True))
        for gap in self.gaps:
            values = {"topic": gap.topic, "key": gap.key, "expected": gap.expected, "got": gap.got}
            await uow.execute(GAP, values)
        if self.aside:
            await uow.execute(PARK, [row_of(aside) for aside in self.aside])


async def lock(uow: Uow, partitions: Iterable[Partition]) -> None:
    """Hold the partitions' inboxes to the end of the transaction; in one order, so that nobody waits in a circle."""
    await uow.fetch(LOCK, *zip(*sorted(set(partitions)), strict=True))


async def open_ledger(uow: Uow, messages: Sequence[Message]) -> Ledger:
    """Lock the inboxes of these messages' partitions and read what concerns them."""
    raw = {(message.topic, message.key) for message in messages if message.key is not None}
    keys = [(topic, key) for topic, text in raw if (key := _uuid(text)) is not None]
    try:
        await lock(uow, (Partition(message.topic, message.partition) for message in messages))
        rows = await uow.fetch(OPEN, *_columns(keys), *_columns(raw))
    except DRIVER as error:
        raise Transient("the inbox can't be read now") from error  # never the message's fault
    heard = {(row["topic"], row["heard"]): row["last"] for row in rows if row["heard"] is not None}
    return Ledger(heard, {(row["topic"], row["queued"]) for row in rows if row["queued"] is not None})


def _columns(pairs: Collection[tuple[str, Any]]) -> tuple[Sequence[str], Sequence[Any]]:
    return [topic for topic, _ in pairs], [key for _, key in pairs]


def row_of(aside: Aside) -> dict[str, Any]:
    """A message as a row of `parked`: bytes as they came, headers as [name, base64]."""
    message = aside.message
    headers = [[name, base64.b64encode(value).decode()] for name, value in message.headers]
    return {
        "topic": message.topic,
        "partition": message.partition,
        "offset": message.offset,
        "key": message.key,
        "value": message.value,
        "headers": orjson.dumps(headers).decode(),
        "reason": aside.reason,
        "detail": aside.detail.replace("\0", "")[:2_000],
    }


def message_of_row(row: Any) -> Message:
    headers: Iterable[list[str]] = row.headers
    decoded = tuple((name, base64.b64decode(value)) for name, value in headers)
    return Message(row.topic, row.key, row.value, decoded, row.partition, row.offset)


def is_personal(topic: str) -> bool:
    """Compaction leaves gaps in these on purpose."""
    return topic.endswith(".personal")


def _uuid(raw: bytes) -> UUID | None:
    try:
        return UUID(raw.decode())
    except (ValueError, UnicodeDecodeError):
        return None
