"""A faithful bus in memory for flow tests: partitions, groups, offsets, rebalances – and `settle`."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from time import time

from shared.contracts.message import Message
from shared.contracts.topics import Topic
from shared.messaging.bus import (
    Batch,
    BusUnavailable,
    Partition,
    Presses,
    Refused,
    Revoked,
    Subscription,
    TopicReport,
    everything,
)
from shared.messaging.partitions import Partitions

LARGEST = 1024 * 1024
DRAIN = 8.0


@dataclass(slots=True)
class Group:
    """Members by name in order of joining, and what they committed."""

    committed: dict[Partition, int] = field(default_factory=dict)
    members: dict[str, "MemorySubscription"] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class MemoryBus:
    """One process, one loop. `away` makes it behave like a broker that can't be reached."""

    def __init__(self, *, batch_size: int = 500, largest: int = LARGEST) -> None:
        self._batch_size, self._largest = batch_size, largest
        self._logs: dict[Partition, list[Message]] = {}
        self._topics: dict[str, Topic] = {}
        self._groups: dict[str, Group] = {}
        self._drains: list[Callable[[], Awaitable[None]]] = []
        self.away = False

    async def start(self) -> None: ...

    async def stop(self) -> None:
        for group in self._groups.values():
            for member in list(group.members.values()):
                await member.stop()

    async def publish(self, messages: Sequence[Message]) -> None:
        safe: set[int] = set()
        for index, message in enumerate(messages):
            if self.away:
                raise BusUnavailable("the bus is away", safe)
            if len(message.value or b"") > self._largest:
                raise Refused(f"{len(message.value or b'')} bytes are too many", index, safe)
            self._append(message)
            safe.add(index)
        await asyncio.sleep(0)

    def _append(self, message: Message) -> None:
        topic = self._topics.get(message.topic)
        if topic is None:
            raise BusUnavailable(f"there is no topic {message.topic}")
        number = message.partition if message.partition >= 0 else zlib.crc32(message.key or b"") % topic.partitions
        partition = Partition(message.topic, number)
        log = self._logs[partition]
        kept = replace(message, partition=number, offset=len(log), timestamp_ms=int(time() * 1000))
        log.append(kept)
        for group in self._groups.values():
            for member in group.members.values():
                member.arrived(partition, kept)

    def subscription(
        self, group: str, topics: Sequence[str], member: str, *, presses: Presses = everything
    ) -> Subscription:
        """Nothing lingers here: tests wait for it."""
        return MemorySubscription(self, group, topics, member, self._batch_size)

    def reading(self, topics: Sequence[str]) -> Subscription:
        return MemoryReading([self._logs[p] for p in self.partitions_of(topics)], self._batch_size)

    async def ensure_topics(self, topics: Iterable[Topic]) -> TopicReport:
        report = TopicReport()
        for topic in topics:
            present = self._topics.setdefault(topic.name, topic)
            if present is topic:
                report.created += [topic.name] if Partition(topic.name, 0) not in self._logs else []
                for number in range(topic.partitions):
                    self._logs.setdefault(Partition(topic.name, number), [])
            elif present.partitions != topic.partitions:
                report.drift.append(f"{topic.name}: {present.partitions} partitions, declared {topic.partitions}")
        return report

    async def lag(self, group: str, topics: Sequence[str]) -> dict[Partition, int]:
        committed = self.group(group).committed
        return {p: len(self._logs[p]) - committed.get(p, 0) for p in self.partitions_of(topics)}

    async def healthy(self) -> bool:
        return not self.away

    def feeds(self, drain: Callable[[], Awaitable[None]]) -> None:
        self._drains.append(drain)

    # --- for tests

    async def settle(self, seconds: float = 15.0) -> None:
        """Until every outbox is empty, every group has committed everything, and that caused nothing new."""
        try:
            async with asyncio.timeout(seconds):
                while not await self._still():
                    await asyncio.sleep(0.002)
        except TimeoutError:
            raise TimeoutError(f"the bus has not settled after {seconds} s; behind: {self._behind()}") from None

    async def _still(self) -> bool:
        before, behind = self._size(), self._behind()  # who is behind may fill an outbox that was seen empty
        for drain in self._drains:
            await drain()
        return self._size() == before and not behind and not self._behind()

    def _size(self) -> int:
        return sum(map(len, self._logs.values()))

    def _behind(self) -> dict[str, dict[Partition, int]]:
        found = {}
        for name, group in self._groups.items():
            topics = {topic for member in group.members.values() for topic in member.topics}
            behind = {p: len(self._logs[p]) - group.committed.get(p, 0) for p in self.partitions_of(topics)}
            if any(behind.values()):
                found[name] = {partition: count for partition, count in behind.items() if count}
        return found

    # --- what subscriptions use

    def group(self, name: str) -> Group:
        return self._groups.setdefault(name, Group())

    def partitions_of(self, topics: Iterable[str]) -> list[Partition]:
        return [p for p in sorted(self._logs) if p.topic in topics]

    def after(self, partition: Partition, offset: int) -> list[Message]:
        return self._logs[partition][offset:]

    async def rebalance(self, group: Group) -> None:
        """Drain everybody, then deal the partitions round; one rebalance of a group at a time."""
        async with group.turn:
            members = list(group.members.values())
            await asyncio.gather(*(member.revoke() for member in members))
            for place, member in enumerate(members):
                member.assign(self.partitions_of(member.topics)[place :: len(members)])


class MemorySubscription:
    """A member of a group of the in-memory bus."""

    def __init__(self, bus: MemoryBus, group: str, topics: Sequence[str], member: str, batch_size: int) -> None:
        self._bus, self._group, self._member = bus, bus.group(group), member
        self.topics = frozenset(topics)
        self._partitions = Partitions(batch_size)
        self._assigned: frozenset[Partition] = frozenset()

    async def start(self) -> None:
        if missing := [topic for topic in self.topics if not self._bus.partitions_of([topic])]:
            raise BusUnavailable(f"there is no topic {missing}")
        if former := self._group.members.get(self._member):  # a static member's successor takes its place
            former.fence()
        self._group.members[self._member] = self
        await self._bus.rebalance(self._group)

    async def stop(self) -> None:
        await self._partitions.drain(DRAIN)
        if self._group.members.get(self._member) is self:
            del self._group.members[self._member]
            await self._bus.rebalance(self._group)
        self.fence()

    def fence(self) -> None:
        self._assigned = frozenset()
        self._partitions.assign(())

    async def revoke(self) -> None:
        await self._partitions.drain(DRAIN)
        self.fence()

    def assign(self, partitions: Iterable[Partition]) -> None:
        self._assigned = frozenset(partitions)
        self._partitions.assign(self._assigned)
        for partition in self._assigned:
            self._partitions.put(partition, self._bus.after(partition, self._group.committed.get(partition, 0)))

    def arrived(self, partition: Partition, message: Message) -> None:
        if partition in self._assigned:
            self._partitions.put(partition, [message])

    async def batches(self) -> AsyncIterator[Batch]:
        while True:
            yield await self._partitions.next()

    def another(self) -> Batch | None:
        return self._partitions.take()

    async def commit(self, batch: Batch) -> None:
        if not self._partitions.held(batch):
            raise Revoked(batch.partition)
        if self._bus.away:
            raise BusUnavailable("the bus is away")
        self._group.committed[batch.partition] = batch.next_offset
        self._partitions.done(batch)

    def abandon(self, batch: Batch) -> None:
        self._partitions.give_back(batch)

    def revoked(self, batch: Batch) -> bool:
        return self._partitions.leaving(batch)

    def connected(self) -> bool:
        return not self._bus.away

    def assigned(self) -> frozenset[Partition]:
        return self._assigned

    def rebuild(self) -> None:
        """A subscription in memory doesn't die."""


class MemoryReading:
    """Everything there was on some topics when the reading was made."""

    def __init__(self, logs: Iterable[Sequence[Message]], batch_size: int) -> None:
        self._logs, self._size = [list(log) for log in logs], batch_size

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def batches(self) -> AsyncIterator[Batch]:
        for log in self._logs:
            for at in range(0, len(log), self._size):
                messages = tuple(log[at : at + self._size])
                yield Batch(Partition(messages[0].topic, messages[0].partition), messages)

    def another(self) -> Batch | None:
        return None

    async def commit(self, batch: Batch) -> None: ...

    def abandon(self, batch: Batch) -> None:
        raise RuntimeError("a replay can't hand a batch out again: start it anew")

    def revoked(self, batch: Batch) -> bool:
        return False

    def connected(self) -> bool:
        return True

    def assigned(self) -> frozenset[Partition]:
        return frozenset()

    def rebuild(self) -> None: ...
