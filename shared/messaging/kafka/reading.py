"""Reading everything on some topics from offset zero to the present end, without a group: what a replay needs."""

from collections.abc import AsyncIterator, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.messaging.bus import Batch, Partition
from shared.messaging.kafka.connection import Connection, close, deadline
from shared.messaging.kafka.subscription import CALL, message_of


class KafkaReading:
    """`batches` ends where the topics ended at `start`. Commits nothing: the group's offsets stay where they are."""

    def __init__(self, connection: Connection, topics: Sequence[str], batch_size: int) -> None:
        self._connection, self._topics, self._size = connection, topics, batch_size
        self._client: AIOKafkaConsumer | None = None
        self._ends: dict[TopicPartition, int] = {}

    async def start(self) -> None:
        self._client = AIOKafkaConsumer(
            **self._connection.arguments(),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=100,
        )
        async with deadline(3 * CALL, "starting to read"):
            await self._client.start()
            places = [place for topic in self._topics for place in await places_of(self._client, topic)]
            self._client.assign(places)
            starts = await self._client.beginning_offsets(places)
            ends = await self._client.end_offsets(places)
        self._ends = {place: end for place, end in ends.items() if end > starts[place]}

    async def stop(self) -> None:
        if self._client is not None:
            await close(self._client.stop(), 3.0, "reader")

    async def batches(self) -> AsyncIterator[Batch]:
        assert self._client is not None
        open_places = dict(self._ends)
        while open_places:
            async with deadline(2 * CALL, "reading"):
                found = await self._client.getmany(timeout_ms=500)
            for place, records in found.items():
                if place not in open_places:
                    continue
                messages = [message_of(record) for record in records if record.offset < open_places[place]]
                for at in range(0, len(messages), self._size):
                    yield Batch(Partition(*place), tuple(messages[at : at + self._size]))
            async with deadline(2 * CALL, "reading"):
                done = [place for place, end in open_places.items() if await self._client.position(place) >= end]
            for place in done:
                del open_places[place]

    def another(self) -> Batch | None:
        return None

    async def commit(self, batch: Batch) -> None:
        """Nothing to remember: a replay that stops is started again from zero."""

    def abandon(self, batch: Batch) -> None:
        raise RuntimeError("a replay can't hand a batch out again: start it anew")

    def revoked(self, batch: Batch) -> bool:
        return False

    def connected(self) -> bool:
        return self._client is not None

    def assigned(self) -> frozenset[Partition]:
        return frozenset(Partition(*place) for place in self._ends)

    def rebuild(self) -> None:
        """Nothing watches a replay but who started it."""


async def places_of(client: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    """All partitions of a topic, asked of the cluster (a topic that is new or missing counts as unavailable)."""
    await client._client.force_metadata_update()
    numbers = await client._client._wait_on_metadata(topic)  # there is no public way to await it
    return [TopicPartition(topic, number) for number in sorted(numbers)]
