"""Hearing: a group member (or a reader of everything) on aiokafka that drains on revoke and is rebuilt when it dies."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError

from shared.contracts.message import Message
from shared.messaging.bus import Batch, BusUnavailable, Partition, Revoked
from shared.messaging.kafka.connection import AWAY, Connection, close, deadline
from shared.messaging.partitions import Partitions
from shared.messaging.retry import Backoff

log = structlog.get_logger()

SESSION = 10.0  # a dead member's partitions wait this long for its successor before others get them
DRAIN = 8.0  # a batch that runs may finish while its partition leaves
GOODBYE = 3.0  # the same when the process ends
REBALANCE = 30.0
CALL = 10.0
TELL_EVERY = 0.1  # how long an offset may wait to be told: each telling costs both sides as much as a batch of one
TELL = 2.0
HIGH, LOW = 1_000, 500  # messages fetched ahead per partition: stop above, go on below


class KafkaSubscription:
    """One member of a group. Its client lives in a task that opens it, pumps it, and opens it anew after a failure."""

    def __init__(
        self,
        connection: Connection,
        group: str,
        topics: Sequence[str],
        member: str,
        partitions: Partitions,
        *,
        session: float = SESSION,
    ) -> None:
        self._connection, self._group, self._member = connection, group, member
        self._topics, self._session = tuple(topics), session
        self._partitions = partitions
        self._client: AIOKafkaConsumer | None = None
        self._assigned = self._leaving = False
        self._done: dict[TopicPartition, int] = {}  # offsets that the brokers don't know yet
        self._told, self._telling = 0.0, asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._pumping: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to connect; returns at once, `connected` tells when there is an assignment."""
        self._leaving = False
        self._task = asyncio.create_task(self._live(), name=f"subscription {self._group}")

    async def stop(self) -> None:
        """Let a running batch finish, then leave the group, so that others hear the partitions at once.

        Who ends without this stays a member for a session: its successor of the same name resumes where it was.
        """
        await self._partitions.drain(GOODBYE)
        await self._tell()
        self._leaving = True
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def batches(self) -> AsyncIterator[Batch]:
        while True:
            yield await self._partitions.next()

    def another(self) -> Batch | None:
        return self._partitions.take()

    async def commit(self, batch: Batch) -> None:
        """Noted at once, told to the brokers with what else is done by then: a crash before means hearing it again."""
        if not self._partitions.held(batch) or self._client is None:
            raise Revoked(batch.partition)
        self._done[TopicPartition(*batch.partition)] = batch.next_offset
        self._release(batch)

    async def _tell(self) -> None:
        """Tell the brokers what is done; what can't be told now is told the next time."""
        async with self._telling:
            done, self._done = self._done, {}
            self._told = time.monotonic()
            if not done or self._client is None:
                return
            try:
                await self._commit(done)
            except BusUnavailable as error:
                self._done = done | self._done
                log.warning("offsets not committed", group=self._group, error=str(error))

    async def _commit(self, done: dict[TopicPartition, int]) -> None:
        async with deadline(TELL, "committing"):
            try:
                await self._client.commit(done)  # type: ignore[union-attr]
            except (IllegalStateError, CommitFailedError):
                log.info("offsets came too late", group=self._group)  # whoever has the partitions now hears it again

    def _release(self, batch: Batch) -> None:
        """The partition's next batch may go out; fetching goes on when little is left."""
        self._partitions.done(batch)
        place = TopicPartition(*batch.partition)
        if self._client and self._partitions.waiting(batch.partition) <= LOW and place in self._client.paused():
            self._client.resume(place)

    def abandon(self, batch: Batch) -> None:
        self._partitions.give_back(batch)

    def revoked(self, batch: Batch) -> bool:
        return self._partitions.leaving(batch)

    def connected(self) -> bool:
        return self._assigned

    def assigned(self) -> frozenset[Partition]:
        return self._partitions.assigned()

    def rebuild(self) -> None:
        if self._pumping is not None:
            self._pumping.cancel()

    # --- the client's life

    async def _live(self) -> None:
        backoff = Backoff(first=0.1, cap=2.0)
        while True:
            try:
                await self._open()
                backoff.reset()
                await self._pump_until_told()
            except AWAY as error:
                log.warning("subscription lost", group=self._group, error=f"{type(error).__name__} {error}")
            except Exception:
                log.exception("subscription failed", group=self._group)
            finally:
                await self._close()
            await asyncio.sleep(backoff.next())

    async def _open(self) -> None:
        self._client = AIOKafkaConsumer(**self._arguments())
        self._client.subscribe(self._topics, listener=_Listener(self))
        async with asyncio.timeout(REBALANCE + CALL):
            await self._client.start()

    def _arguments(self) -> dict[str, Any]:
        return self._connection.arguments() | {
            "group_id": self._group,
            "group_instance_id": self._member,
            "enable_auto_commit": False,
            "auto_offset_reset": "earliest",
            "session_timeout_ms": int(self._session * 1000),
            "heartbeat_interval_ms": 1_000,
            "rebalance_timeout_ms": int(REBALANCE * 1000),
            "max_poll_interval_ms": 300_000,
            "fetch_max_wait_ms": 500,
            "max_partition_fetch_bytes": 524_288,
            "request_timeout_ms": 15_000,
            "metadata_max_age_ms": 60_000,
        }

    async def _pump_until_told(self) -> None:
        """Pump in a task of its own, so that `rebuild` can end it without ending the subscription."""
        self._pumping = asyncio.create_task(self._pump())
        try:
            await asyncio.wait([self._pumping])
            if self._pumping.cancelled():
                log.warning("subscription rebuilt", group=self._group)
            else:
                self._pumping.result()
        finally:
            self._pumping.cancel()

    async def _pump(self) -> None:
        client = self._client
        assert client is not None
        while True:
            async with asyncio.timeout(REBALANCE + CALL):  # getmany waits inside while the group rebalances
                found = await client.getmany(timeout_ms=200)
            for place, records in found.items():
                partition = Partition(*place)
                self._partitions.put(partition, map(message_of, records))
                if self._partitions.waiting(partition) > HIGH and place in client.assignment():
                    client.pause(place)
            if self._done and time.monotonic() - self._told >= TELL_EVERY:
                await self._tell()

    async def _close(self) -> None:
        self._assigned = False
        self._done.clear()
        self._partitions.assign(())
        client, self._client = self._client, None
        if client is not None:
            if self._leaving:
                say_goodbye(client)
            await close(client.stop(), 1.5, "consumer")
            end_tasks_of(client)
            await close(client._client.close(), 0.5, "consumer's connections")

    async def _revoke(self) -> None:
        self._assigned = False
        if not await self._partitions.drain(DRAIN):
            log.warning("drain took too long", group=self._group)
        await self._tell()
        self._partitions.assign(())

    def _assign(self, places: Iterable[TopicPartition]) -> None:
        self._partitions.assign(Partition(*place) for place in places)
        self._assigned = True


class _Listener(ConsumerRebalanceListener):
    def __init__(self, subscription: KafkaSubscription) -> None:
        self._subscription = subscription

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        await self._subscription._revoke()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        self._subscription._assign(assigned)


def message_of(record: Any) -> Message:
    headers = tuple([(name, value or b"") for name, value in record.headers])  # a list is filled faster: ten an event
    return Message(record.topic, record.key, record.value, headers, record.partition, record.offset, record.timestamp)


def say_goodbye(client: AIOKafkaConsumer) -> None:
    """aiokafka's `stop()` leaves the group when the member has no instance id; a static one it would leave behind."""
    if (coordinator := getattr(client, "_coordinator", None)) is not None:
        coordinator._group_instance_id = None


def end_tasks_of(client: AIOKafkaConsumer) -> None:
    """What a `stop()` that hung would leave running: a forgotten heartbeat would keep a dead member alive."""
    coordinator = getattr(client, "_coordinator", None)
    owners = ((coordinator, ("_coordination_task", "_heartbeat_task", "_commit_refresh_task")),)
    owners += ((getattr(client, "_fetcher", None), ("_fetch_task",)),)
    for owner, names in owners:
        for name in names:
            task = getattr(owner, name, None)
            if isinstance(task, asyncio.Task) and not task.done():
                task.cancel()
