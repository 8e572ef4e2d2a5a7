"""Publishing: one record batch per partition at a time, so that order per key survives any half failure."""

import asyncio
from collections import deque
from collections.abc import Sequence
from functools import lru_cache
from typing import NoReturn

import structlog
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder

from shared.contracts.message import Message
from shared.messaging.bus import BusUnavailable, Refused
from shared.messaging.kafka.connection import AWAY, Connection, close, deadline

log = structlog.get_logger()

BATCH_BYTES = 512 * 1024  # well under a topic's max.message.bytes, which counts a whole record batch
LARGEST = 1024 * 1024  # a single message, all headers included

Lanes = dict[TopicPartition, deque[int]]  # indexes of messages, in order
Sent = dict[asyncio.Future, list[int]]

_partition_by_key = DefaultPartitioner()


@lru_cache(maxsize=65_536)
def partition_of(key: bytes, partitions: int) -> int:
    """Where the Java clients would put the key (murmur2)."""
    return _partition_by_key(key, range(partitions), ())


class Producer:
    """An idempotent acks=all client, built when needed and thrown away after any failure.

    All messages of a partition that go out together lie in one record batch: the broker takes it whole or not at
    all, and the next leaves only when it is acknowledged. A leftover of a client that was thrown away can therefore
    double the oldest unacknowledged messages of a key, never overtake them.
    """

    def __init__(self, connection: Connection, *, patience: float = 10.0, largest: int = LARGEST) -> None:
        self._connection, self._patience, self._largest = connection, patience, largest
        self._client: AIOKafkaProducer | None = None
        self._turn = asyncio.Lock()

    async def publish(self, messages: Sequence[Message]) -> None:
        """See `Bus.publish`. One caller at a time: order per key is the order of the calls."""
        self._check_sizes(messages)
        safe: set[int] = set()
        try:
            async with deadline(self._patience, f"publishing {len(messages)} messages"), self._turn:
                client = await self._ready()
                lanes = await self._sort(client, messages)
                while lanes:
                    await self._round(client, lanes, messages, safe)
        except BusUnavailable as failure:
            await self.discard()
            raise BusUnavailable(str(failure), safe) from failure
        except asyncio.CancelledError:
            await self.discard()
            raise

    async def _ready(self) -> AIOKafkaProducer:
        if self._client is None:
            client = AIOKafkaProducer(
                **self._connection.arguments(),
                acks="all",
                enable_idempotence=True,
                max_batch_size=BATCH_BYTES,
                max_request_size=8 * self._largest,
                request_timeout_ms=int(self._patience * 1000),
                metadata_max_age_ms=60_000,
            )
            self._client = client
            await client.start()
        return self._client

    def _check_sizes(self, messages: Sequence[Message]) -> None:
        for index, message in enumerate(messages):
            if (size := _size(message)) > self._largest:
                raise Refused(f"{size} bytes are more than the {self._largest} that a message may have", index)

    async def _sort(self, client: AIOKafkaProducer, messages: Sequence[Message]) -> Lanes:
        """The messages' indexes by partition, in order."""
        partitions = {topic: len(await client.partitions_for(topic)) for topic in {m.topic for m in messages}}
        lanes: Lanes = {}
        for index, message in enumerate(messages):
            count = partitions[message.topic]
            place = message.partition if message.partition >= 0 else _place(message, count)
            lanes.setdefault(TopicPartition(message.topic, place), deque()).append(index)
        return lanes

    async def _round(self, client: AIOKafkaProducer, lanes: Lanes, messages: Sequence[Message], safe: set[int]) -> None:
        """Send one record batch of every partition and wait for all of them."""
        sent: Sent = {}
        for place, waiting in list(lanes.items()):
            batch = client.create_batch()
            indexes = _fill(batch, waiting, messages)
            future = await client.send_batch(batch, place.topic, partition=place.partition)
            future.add_done_callback(_look_at)
            sent[future] = indexes
            if not waiting:
                del lanes[place]
        try:
            await asyncio.wait(sent)
        finally:
            failed = _settle(sent, safe)
        if failed:
            _raise(failed, sent, safe)

    async def discard(self) -> None:
        """Throw the client away; the next publish builds a new one (new producer id, nothing in flight)."""
        client, self._client = self._client, None
        if client is not None:
            _silence(client)
            await close(client.stop(), 2.0, "producer")
            await close(client.client.close(), 1.0, "producer's connections")


def _place(message: Message, partitions: int) -> int:
    if message.key is not None:
        return partition_of(message.key, partitions)
    return hash(message.value) % partitions


def _size(message: Message) -> int:
    headers = sum(len(name) + len(value) + 4 for name, value in message.headers)
    return len(message.key or b"") + len(message.value or b"") + headers + 64


def _fill(batch: BatchBuilder, waiting: deque[int], messages: Sequence[Message]) -> list[int]:
    """Take as many as the record batch holds (one at least)."""
    indexes = []
    while waiting:
        message = messages[waiting[0]]
        if not batch.append(timestamp=None, key=message.key, value=message.value, headers=list(message.headers)):
            break
        indexes.append(waiting.popleft())
    batch.close()
    return indexes


def _raise(failed: asyncio.Future, sent: Sent, safe: set[int]) -> NoReturn:
    error = failed.exception()
    if isinstance(error, MessageSizeTooLargeError) and len(sent[failed]) == 1:
        raise Refused(f"the broker takes no message of this size: {error}", sent[failed][0], safe)
    raise error if isinstance(error, AWAY) else KafkaError(repr(error))


def _look_at(future: asyncio.Future) -> None:
    """A batch that fails after its deadline has nobody waiting for it."""
    if not future.cancelled():
        future.exception()


def _settle(sent: Sent, safe: set[int]) -> asyncio.Future | None:
    """Note what was acknowledged; the first that failed, if any."""
    failed = None
    for future, indexes in sent.items():
        if not future.done() or future.cancelled():
            continue
        if future.exception() is None:
            safe.update(indexes)
        else:
            failed = failed or future
    return failed


def _silence(client: AIOKafkaProducer) -> None:
    """End the sender at once: what it has not sent yet must not leave after a successor began."""
    sender = getattr(client, "_sender", None)
    if sender is not None and sender.sender_task is not None:
        sender.sender_task.cancel()
        client._message_accumulator.fail_all(KafkaError("the producer was thrown away"))
