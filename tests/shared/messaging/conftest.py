"""Buses, event classes and rooms of the messaging tests, on the servers of the run."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping

import pytest

from shared.embedded.kafka import KafkaCluster
from shared.embedded.postgres import Postgres
from shared.messaging.kafka import KafkaBus
from shared.messaging.memory import MemoryBus
from shared.runtime import Runtime
from tests.shared.messaging.rooms import Vocabulary, room


@pytest.fixture
def words() -> Iterator[Vocabulary]:
    """Event classes of a room that only this test knows."""
    vocabulary = Vocabulary()
    yield vocabulary
    vocabulary.forget()


@pytest.fixture
async def kafka(cluster: KafkaCluster, words: Vocabulary) -> AsyncIterator[KafkaBus]:
    """A bus on the real broker, with the topics of `words`."""
    bus = KafkaBus(cluster.bootstrap, patience=4.0, session=6.0)
    await bus.ensure_topics(words.topics)
    yield bus
    await bus.stop()


@pytest.fixture
async def memory(words: Vocabulary) -> AsyncIterator[MemoryBus]:
    bus = MemoryBus()
    await bus.ensure_topics(words.topics)
    yield bus
    await bus.stop()


Rooms = Callable[..., Awaitable[Runtime]]


@pytest.fixture
async def open_room(postgres: Postgres, words: Vocabulary) -> AsyncIterator[Rooms]:
    """`await open_room(hears, **kernel_settings)`: rooms that are closed with the test."""
    opened: list[Runtime] = []

    async def open_(hears: Mapping | None = None, **kernel: object) -> Runtime:
        opened.append(await room(postgres, words, hears, **kernel))
        return opened[-1]

    yield open_
    for runtime in opened:
        await runtime.stop()
