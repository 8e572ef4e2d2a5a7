"""What every bus must do: one suite, passed by the in-memory bus and by Apache Kafka."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Protocol

import pytest

from shared.contracts.message import Message
from shared.contracts.topics import Topic
from shared.errors import Transient
from shared.ids import new_id
from shared.messaging.bus import Batch, Bus, BusUnavailable, Partition, Refused, Revoked, Subscription


class Bench(Protocol):
    """What the suite needs of the bus under test."""

    largest: int

    async def bus(self) -> Bus:
        """A started bus on the shared servers; closed at the end of the test."""
        ...

    async def away(self) -> None: ...

    async def back(self) -> None: ...


def messages(topic: str, keys: int, each: int, *, start: int = 0) -> list[Message]:
    """`each` numbered messages for every one of `keys` keys, interleaved."""
    return [
        Message(topic, b"key-%d" % key, b"%d" % number, (("ce_id", b"%d-%d" % (key, number)),))
        for number in range(start, start + each)
        for key in range(keys)
    ]


class Ear:
    """Listens until told to stop; commits every batch after `work`, notes what it committed."""

    def __init__(self, subscription: Subscription, work: float = 0.0) -> None:
        self.subscription, self._work = subscription, work
        self.heard: list[Message] = []
        self.batches: list[Batch] = []
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self.subscription.start()
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for batch in self.subscription.batches():
            if self.subscription.revoked(batch):
                continue
            await asyncio.sleep(self._work)
            self.heard += batch.messages
            self.batches.append(batch)
            with suppress(Revoked):
                await self._commit(batch)

    async def _commit(self, batch: Batch) -> None:
        while True:
            try:
                return await self.subscription.commit(batch)
            except BusUnavailable:
                await asyncio.sleep(0.2)

    async def stop(self) -> None:
        await self.subscription.stop()
        await self.crash()

    async def crash(self) -> None:
        """Stop listening without leaving the group or finishing anything."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None


@asynccontextmanager
async def listening(*ears: Ear) -> AsyncIterator[None]:
    for ear in ears:
        await ear.start()
    try:
        yield
    finally:
        for ear in ears:
            await ear.stop()


async def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def first_batches(subscription: Subscription, count: int) -> list[Batch]:
    """Batches with at least `count` messages in all, none of them committed."""
    found: list[Batch] = []
    async with asyncio.timeout(30):
        async for batch in subscription.batches():
            found.append(batch)
            if sum(len(b.messages) for b in found) >= count:
                return found
    raise AssertionError("the subscription ended")


def numbers_by_key(heard: Sequence[Message]) -> dict[bytes, list[int]]:
    found = defaultdict(list)
    for message in heard:
        found[message.key].append(int(message.value))
    return dict(found)


class BusSuite:
    """Subclass it as `Test…` and give it the fixture `bench`."""

    @pytest.fixture
    async def bus(self, bench: Bench) -> Bus:
        return await bench.bus()

    @pytest.fixture
    async def topic(self, bus: Bus) -> str:
        return await self.fresh_topic(bus)

    async def fresh_topic(self, bus: Bus, partitions: int = 4, *, personal: bool = False) -> str:
        name = f"suite.t{new_id().hex}"
        await bus.ensure_topics([Topic(name, "suite", partitions, personal)])
        return name

    def group(self) -> str:
        return f"suite-{new_id().hex}"

    async def test_what_is_published_is_heard_in_order_per_key(self, bus: Bus, topic: str) -> None:
        sent = messages(topic, keys=20, each=50)
        ear = Ear(bus.subscription(self.group(), [topic], "one"))
        async with listening(ear):
            await bus.publish(sent[:400])
            await bus.publish(sent[400:])
            await until(lambda: len(ear.heard) >= len(sent))
        assert numbers_by_key(ear.heard) == {b"key-%d" % key: list(range(50)) for key in range(20)}

    async def test_a_key_stays_in_one_partition_and_offsets_grow(self, bus: Bus, topic: str) -> None:
        ear = Ear(bus.subscription(self.group(), [topic], "one"))
        async with listening(ear):
            await bus.publish(messages(topic, keys=8, each=10))
            await until(lambda: len(ear.heard) >= 80)
        places = defaultdict(set)
        for message in ear.heard:
            places[message.key].add(message.partition)
        assert {len(found) for found in places.values()} == {1}
        for batch in ear.batches:
            assert {m.partition for m in batch.messages} == {batch.partition.number}
            assert [m.offset for m in batch.messages] == sorted({m.offset for m in batch.messages})

    async def test_what_was_not_committed_is_heard_again_by_the_next(self, bus: Bus, topic: str) -> None:
        group = self.group()
        await bus.publish(messages(topic, keys=4, each=5))
        first = bus.subscription(group, [topic], "one")
        await first.start()
        seen = await first_batches(first, 20)
        for batch in seen:
            first.abandon(batch)
        await first.stop()
        second = Ear(bus.subscription(group, [topic], "one"))
        async with listening(second):
            await until(lambda: len(second.heard) >= 20)
        assert numbers_by_key(second.heard) == {b"key-%d" % key: list(range(5)) for key in range(4)}

    async def test_what_was_committed_is_not_heard_again(self, bus: Bus, topic: str) -> None:
        group = self.group()
        await bus.publish(messages(topic, keys=4, each=5))
        first = Ear(bus.subscription(group, [topic], "one"))
        async with listening(first):
            await until(lambda: len(first.heard) >= 20)
        second = Ear(bus.subscription(group, [topic], "one"))
        async with listening(second):
            await bus.publish(messages(topic, keys=4, each=1, start=5))
            await until(lambda: len(second.heard) >= 4)
        assert numbers_by_key(second.heard) == {b"key-%d" % key: [5] for key in range(4)}

    async def test_a_commit_covers_exactly_its_batch(self, bus: Bus) -> None:
        group, topic = self.group(), await self.fresh_topic(bus, partitions=2)
        await bus.publish([Message(topic, b"a", b"%d" % n, partition=n % 2) for n in range(20)])
        first = bus.subscription(group, [topic], "one")
        await first.start()
        batches = await first_batches(first, 20)
        await first.commit(next(batch for batch in batches if batch.partition.number == 0))
        for batch in batches:
            if batch.partition.number == 1:
                first.abandon(batch)
        await first.stop()
        assert await bus.lag(group, [topic]) == {Partition(topic, 0): 0, Partition(topic, 1): 10}

    async def test_an_abandoned_batch_comes_again_before_what_follows(self, bus: Bus) -> None:
        topic = await self.fresh_topic(bus, partitions=1)
        subscription = bus.subscription(self.group(), [topic], "one")
        await subscription.start()
        await bus.publish(messages(topic, keys=1, each=3))
        (batch,) = await first_batches(subscription, 3)
        await bus.publish(messages(topic, keys=1, each=3, start=3))
        subscription.abandon(batch)
        heard: list[Message] = []
        async with asyncio.timeout(10):
            async for again in subscription.batches():
                heard += again.messages
                await subscription.commit(again)
                if len(heard) >= 6:
                    break
        await subscription.stop()
        assert [int(m.value) for m in heard] == [0, 1, 2, 3, 4, 5]

    async def test_two_members_joining_under_load_hear_everything_once_and_in_order(self, bus: Bus) -> None:
        topic, group = await self.fresh_topic(bus, partitions=6), self.group()
        sent = messages(topic, keys=30, each=100)
        ears = [Ear(bus.subscription(group, [topic], f"member-{n}"), work=0.02) for n in range(3)]
        log: list[Message] = []
        for ear in ears:
            ear.heard = log  # one list in the order in which they were heard
        async with listening(ears[0]):
            sending = asyncio.create_task(_publish_in_pieces(bus, sent))
            await until(lambda: len(log) > 300)
            async with listening(ears[1]):
                await until(lambda: len(log) > 900)
                async with listening(ears[2]):
                    await sending
                    await until(lambda: len(log) >= len(sent))
                    await asyncio.sleep(0.5)
        assert len(log) == len(sent)
        assert numbers_by_key(log) == {b"key-%d" % key: list(range(100)) for key in range(30)}
        assert all(ear.batches for ear in ears)

    async def test_a_batch_that_runs_may_finish_while_its_partition_leaves(self, bus: Bus, topic: str) -> None:
        group = self.group()
        first = bus.subscription(group, [topic], "one")
        await first.start()
        await bus.publish(messages(topic, keys=1, each=10))
        (batch,) = await first_batches(first, 10)
        second = Ear(bus.subscription(group, [topic], "two"))
        joining = asyncio.create_task(second.start())
        await until(lambda: first.revoked(batch))
        await first.commit(batch)
        await joining
        await bus.publish(messages(topic, keys=8, each=1, start=10))
        await asyncio.sleep(0.3)
        await first.stop()
        assert not [m for m in second.heard if int(m.value) < 10]
        await second.stop()

    async def test_a_batch_of_a_partition_that_has_left_is_revoked(self, bus: Bus, topic: str) -> None:
        first = bus.subscription(self.group(), [topic], "one")
        await first.start()
        await bus.publish(messages(topic, keys=1, each=1))
        (batch,) = await first_batches(first, 1)
        foreign = replace(batch, epoch=batch.epoch - 1)
        assert first.revoked(foreign)
        with pytest.raises(Revoked):
            await first.commit(foreign)
        await first.commit(batch)
        await first.stop()

    async def test_tombstones_and_headers_come_as_they_were_sent(self, bus: Bus) -> None:
        topic = await self.fresh_topic(bus, personal=True)
        headers = (("ce_type", b"suite.t.v1"), ("ce_title", "Şoimi – 東京".encode()), ("empty", b""), ("ce_type", b"2"))
        ear = Ear(bus.subscription(self.group(), [topic], "one"))
        async with listening(ear):
            await bus.publish([Message(topic, b"k", b"{}", headers), Message(topic, b"k", None, headers[:1])])
            await until(lambda: len(ear.heard) >= 2)
        assert [(m.key, m.value, m.headers) for m in ear.heard] == [(b"k", b"{}", headers), (b"k", None, headers[:1])]
        assert all(abs(m.timestamp_ms / 1000 - time.time()) < 60 for m in ear.heard)

    async def test_messages_without_a_key_are_heard_too(self, bus: Bus, topic: str) -> None:
        ear = Ear(bus.subscription(self.group(), [topic], "one"))
        async with listening(ear):
            await bus.publish([Message(topic, None, b"%d" % n) for n in range(10)])
            await until(lambda: len(ear.heard) >= 10)
        assert {m.key for m in ear.heard} == {None}

    async def test_big_messages_pass_and_too_big_ones_are_refused_without_harm(
        self, bench: Bench, bus: Bus, topic: str
    ) -> None:
        big = Message(topic, b"k", b"x" * (bench.largest - 2_000))
        too_big = Message(topic, b"k", b"x" * (bench.largest + 1))
        ear = Ear(bus.subscription(self.group(), [topic], "one"))
        async with listening(ear):
            await bus.publish([big, *messages(topic, keys=3, each=3), big])
            with pytest.raises(Refused) as refused:
                await bus.publish([big, too_big])
            assert refused.value.index == 1
            await bus.publish([m for n, m in enumerate([big]) if n not in refused.value.acknowledged])
            await until(lambda: len(ear.heard) >= 12)
        assert sum(len(m.value or b"") > 1_000 for m in ear.heard) == 3

    async def test_a_bus_that_is_away_fails_a_publish_soon_and_takes_it_later(
        self, bench: Bench, bus: Bus, topic: str
    ) -> None:
        sent = messages(topic, keys=5, each=4)
        ear = Ear(bus.subscription(self.group(), [topic], "one"))
        async with listening(ear):
            await bus.publish(sent[:10])
            await until(lambda: len(ear.heard) >= 10)
            await bench.away()
            began = time.monotonic()
            with pytest.raises(Transient):
                await bus.publish(sent[10:])
            assert time.monotonic() - began < 8
            assert not await bus.healthy()
            await bench.back()
            await publish_at_last(bus, sent[10:])
            await until(lambda: {m.headers for m in ear.heard} == {m.headers for m in sent}, 40)
        firsts = {key: list(dict.fromkeys(numbers)) for key, numbers in numbers_by_key(ear.heard).items()}
        assert firsts == {b"key-%d" % key: [0, 1, 2, 3] for key in range(5)}

    async def test_stopping_while_the_bus_is_away_does_not_hang(self, bench: Bench, bus: Bus, topic: str) -> None:
        ear = Ear(bus.subscription(self.group(), [topic], "one"))
        await ear.start()
        await bus.publish(messages(topic, keys=2, each=2))
        await until(lambda: len(ear.heard) >= 4)
        await bench.away()
        began = time.monotonic()
        await ear.stop()
        await bus.stop()
        assert time.monotonic() - began < 12
        await bench.back()

    async def test_a_successor_with_the_same_name_resumes_within_a_second(self, bus: Bus, topic: str) -> None:
        group = self.group()
        first = Ear(bus.subscription(group, [topic], "one"))
        other = Ear(bus.subscription(group, [topic], "two"))
        await bus.publish(messages(topic, keys=40, each=1))
        await first.start()
        async with listening(other):
            await until(lambda: len(first.heard) + len(other.heard) >= 40)
            await until(lambda: first.subscription.connected() and other.subscription.connected())
            await self.kill(first)
            began = time.monotonic()
            successor = Ear(bus.subscription(group, [topic], "one"))
            async with listening(successor):
                await bus.publish(messages(topic, keys=40, each=1, start=1))
                await until(lambda: len({m.key for m in other.heard + successor.heard if m.value == b"1"}) >= 40)
                took = time.monotonic() - began
        assert successor.heard
        assert took < 1.0, f"resumed after {took:.2f} s"

    async def kill(self, ear: Ear) -> None:
        """End a member as `kill -9` would: no goodbye to the group."""
        await ear.crash()

    async def test_ensure_topics_is_idempotent_and_reports_drift(self, bus: Bus) -> None:
        topic = Topic(f"suite.t{new_id().hex}", "suite", 3)
        both = await asyncio.gather(bus.ensure_topics([topic]), bus.ensure_topics([topic]))
        assert sorted(name for report in both for name in report.created) == [topic.name]
        again = await bus.ensure_topics([topic])
        assert (again.created, again.drift) == ([], [])
        drifted = await bus.ensure_topics([replace(topic, partitions=6)])
        assert drifted.created == []
        assert drifted.drift == [f"{topic.name}: 3 partitions, declared 6"]

    async def test_a_reading_gives_all_there_is_from_the_start_and_ends(self, bus: Bus, topic: str) -> None:
        sent = messages(topic, keys=6, each=30)
        await bus.publish(sent)
        empty = await self.fresh_topic(bus)
        reading = bus.reading([topic, empty])
        await reading.start()
        heard = [message async for batch in reading.batches() for message in batch.messages]
        await reading.stop()
        assert numbers_by_key(heard) == {b"key-%d" % key: list(range(30)) for key in range(6)}

    async def test_lag_counts_what_the_group_has_not_committed(self, bus: Bus, topic: str) -> None:
        group = self.group()
        await bus.publish(messages(topic, keys=6, each=5))
        assert sum((await bus.lag(group, [topic])).values()) == 30
        ear = Ear(bus.subscription(group, [topic], "one"))
        async with listening(ear):
            await until(lambda: len(ear.heard) >= 30)
        assert set((await bus.lag(group, [topic])).values()) == {0}


async def _publish_in_pieces(bus: Bus, sent: Sequence[Message]) -> None:
    for at in range(0, len(sent), 30):
        await bus.publish(sent[at : at + 30])
        await asyncio.sleep(0.02)


async def publish_at_last(bus: Bus, sent: Sequence[Message]) -> None:
    """Publish what is not safe yet until all is."""
    left = list(sent)
    async with asyncio.timeout(40):
        while left:
            try:
                await bus.publish(left)
                left = []
            except BusUnavailable as error:
                left = [m for n, m in enumerate(left) if n not in error.acknowledged]
                await asyncio.sleep(0.2)
