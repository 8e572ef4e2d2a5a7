"""The bus suite on the in-memory bus and on Apache Kafka."""

from collections.abc import AsyncIterator

import pytest

from shared.embedded.kafka import KafkaCluster
from shared.messaging.bus import Bus
from shared.messaging.kafka import KafkaBus
from shared.messaging.kafka.connection import close
from shared.messaging.memory import MemoryBus
from shared.testing.bus_suite import BusSuite, Ear


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
    largest = 1024 * 1024

    def __init__(self, cluster: KafkaCluster) -> None:
        self._cluster = cluster
        self._buses: list[KafkaBus] = []

    async def bus(self) -> Bus:
        bus = KafkaBus(self._cluster.bootstrap, patience=5.0, batch_size=100, session=6.0)
        self._buses.append(bus)
        return bus

    async def away(self) -> None:
        self._cluster.kill()

    async def back(self) -> None:
        await self._cluster.restart()

    async def close(self) -> None:
        if not self._cluster.running():
            await self._cluster.restart()
        for bus in self._buses:
            await bus.stop()


class TestKafkaBus(BusSuite):
    @pytest.fixture
    async def bench(self, cluster: KafkaCluster) -> AsyncIterator[KafkaBench]:
        bench = KafkaBench(cluster)
        yield bench
        await bench.close()

    async def kill(self, ear: Ear) -> None:
        """Cut the connections under the client, so that it can't say goodbye."""
        await ear.crash()
        subscription = ear.subscription
        subscription._task.cancel()
        client = subscription._client
        subscription._client = None
        await close(client.stop(), 0.0, "killed")
