"""The bus suite on the in-memory bus, on one Apache Kafka and on a cluster of three."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.embedded.kafka import KafkaCluster
from shared.messaging.bus import Bus
from shared.messaging.kafka import KafkaBus
from shared.messaging.kafka.connection import close
from shared.messaging.memory import MemoryBus
from shared.testing.bus_suite import (
    BusSuite,
    Ear,
    listening,
    messages,
    numbers_by_key,
    publish_at_last,
    until,
)


class MemoryBench:
    largest = 1024 * 1024

    def __init__(self) -> None:
        self._bus = MemoryBus(batch_size=100)

    async def bus(self) -> Bus:
        return self._bus

    async def away(self) -> None:
        self._bus.away = True

    async def back(self) -> None:
        self._bus.away = False


class TestMemoryBus(BusSuite):
    @pytest.fixture
    async def bench(self) -> MemoryBench:
        return MemoryBench()


class KafkaBench:
    """One broker: it is away when it is killed."""

    largest = 1024 * 1024

    def __init__(self, cluster: KafkaCluster) -> None:
        self.cluster = cluster
        self._buses: list[KafkaBus] = []

    async def bus(self) -> Bus:
        copies = len(self.cluster.nodes)
        bus = KafkaBus(self.cluster.bootstrap, replication=copies, patience=5.0, batch_size=100, session=6.0)
        self._buses.append(bus)
        return bus

    async def away(self) -> None:
        """Kill as many as it takes: all of one, two of three – what is left then may not accept anything."""
        for node in self.cluster.nodes[: len(self.cluster.nodes) // 2 + 1]:
            self.cluster.kill(node)

    async def back(self) -> None:
        for node in self.cluster.nodes:
            if not self.cluster.running(node):
                self.cluster.launch(node)
        async with asyncio.timeout(60):
            while not all([await self.cluster.ready(node) for node in self.cluster.nodes]):
                await asyncio.sleep(0.05)

    async def close(self) -> None:
        await self.back()
        for bus in self._buses:
            await bus.stop()


class KafkaSuite(BusSuite):
    async def kill(self, ear: Ear) -> None:
        """Cut the connections under the client, so that it can't say goodbye."""
        await ear.crash()
        subscription = ear.subscription
        subscription._task.cancel()
        client = subscription._client
        subscription._client = None
        await close(client.stop(), 0.0, "killed")

    async def test_a_member_that_stops_leaves_its_partitions_to_the_others_at_once(self, bus: Bus, topic: str) -> None:
        group = self.group()
        leaver, other = (Ear(bus.subscription(group, [topic], name)) for name in ("one", "two"))
        async with listening(other):
            async with listening(leaver):
                await until(lambda: leaver.subscription.assigned() and other.subscription.assigned())
            began = time.monotonic()
            await bus.publish(messages(topic, keys=40, each=1))
            await until(lambda: len({m.key for m in other.heard}) == 40)
        assert time.monotonic() - began < 3.0, "it was heard only when the session had ended"


class TestKafkaBus(KafkaSuite):
    @pytest.fixture
    async def bench(self, cluster: KafkaCluster) -> AsyncIterator[KafkaBench]:
        bench = KafkaBench(cluster)
        yield bench
        await bench.close()


@pytest.fixture(scope="module")
async def three() -> AsyncIterator[KafkaCluster]:
    with tempfile.TemporaryDirectory(prefix="sojourn-kafka-") as folder:
        async with KafkaCluster(Path(folder), nodes=3) as running:
            yield running


class TestKafkaBusOfThree(KafkaSuite):
    """Three copies, of which two must have a message: without one broker work goes on, without two it waits."""

    @pytest.fixture
    async def bench(self, three: KafkaCluster) -> AsyncIterator[KafkaBench]:
        bench = KafkaBench(three)
        yield bench
        await bench.close()

    async def test_without_one_of_three_work_goes_on(self, bench: KafkaBench, bus: Bus, topic: str) -> None:
        sent = messages(topic, keys=20, each=20)
        ear = Ear(bus.subscription(self.group(), [topic], "one"))
        async with listening(ear):
            await bus.publish(sent[:200])
            bench.cluster.kill(1)
            await publish_at_last(bus, sent[200:])
            assert await bus.healthy()
            await until(lambda: {m.headers for m in ear.heard} == {m.headers for m in sent})
        firsts = {key: list(dict.fromkeys(numbers)) for key, numbers in numbers_by_key(ear.heard).items()}
        assert firsts == {b"key-%d" % key: list(range(20)) for key in range(20)}
