"""The inbox in one transaction: what was heard of each key, which keys wait in a queue, gaps, and what to set aside."""

import base64
from collections import Counter
from collections.abc import Iterable, Sequence
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
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('inbox:' || $1::text || ':' || $2::int, 0))"
OPEN = """
    SELECT key AS heard, last, NULL AS queued FROM inbox WHERE topic = $1 AND key = ANY($2::uuid[])
    UNION ALL
    SELECT DISTINCT NULL::uuid, NULL::bigint, key FROM parked WHERE topic = $1 AND key = ANY($3::bytea[])
"""
ADVANCE = """
    INSERT INTO inbox (topic, key, last) SELECT $1, * FROM unnest($2::uuid[], $3::bigint[])
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
    """Opened for the messages of one partition; written at the end of the same transaction."""

    partition: Partition
    last: dict[UUID, int]
    queued: set[bytes]
    advanced: dict[UUID, int] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)
    handled: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)

    def heard(self, head: Head) -> bool:
        return head.sequence <= self.last.get(head.key, 0)

    def advance(self, head: Head) -> None:
        """The event is dealt with. A sequence that isn't the next one is an alarm, except on compacted topics."""
        expected = self.last.get(head.key, 0) + 1
        if head.sequence != expected and not is_personal(self.partition.topic):
            self.gaps.append(Gap(self.partition.topic, head.key, expected, head.sequence))
        self.last[head.key] = self.advanced[head.key] = head.sequence

    def park(self, message: Message, reason: str, detail: str) -> None:
        """Set aside; the key's later events join the queue."""
        self.aside.append(Aside(message, reason, detail))
        if message.key is not None:
            self.queued.add(message.key)

    async def write(self, uow: Uow) -> None:
        topic = self.partition.topic
        if self.advanced:
            keys = sorted(self.advanced)
            lasts = [self.advanced[key] for key in keys]
            await uow.fetch(ADVANCE, topic, keys, lasts)
        for gap in self.gaps:
            values = {"topic": topic, "key": gap.key, "expected": gap.expected, "got": gap.got}
            await uow.execute(GAP, values)
        if self.aside:
            await uow.execute(PARK, [row_of(aside) for aside in self.aside])


async def open_ledger(uow: Uow, partition: Partition, messages: Sequence[Message]) -> Ledger:
    """Lock the partition's inbox to the end of the transaction and read what concerns these messages."""
    raw = {message.key for message in messages if message.key is not None}
    keys = [key for key in map(_uuid, raw) if key is not None]
    try:
        await uow.fetch(LOCK, partition.topic, partition.number)
        rows = await uow.fetch(OPEN, partition.topic, keys, list(raw))
    except DRIVER as error:
        raise Transient("the inbox can't be read now") from error  # never the message's fault
    heard = {row["heard"]: row["last"] for row in rows if row["heard"] is not None}
    return Ledger(partition, heard, {row["queued"] for row in rows if row["queued"] is not None})


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
