"""The bus on Apache Kafka."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace

from shared.contracts.message import Message
from shared.contracts.topics import Topic
from shared.messaging.bus import Partition, Presses, Subscription, TopicReport, everything
from shared.messaging.kafka import admin
from shared.messaging.kafka.connection import Connection
from shared.messaging.kafka.producer import LARGEST, Producer
from shared.messaging.kafka.reading import KafkaReading
from shared.messaging.kafka.subscription import SESSION, KafkaSubscription
from shared.messaging.partitions import Partitions


class KafkaBus:
    """Cheap to make; connects when it is first used and again after every failure.

    `patience` bounds a publish, `session` is how long a dead member's partitions wait for its successor (seconds);
    `largest` is the biggest message in bytes.
    """

    def __init__(
        self,
        connection: Connection | str,
        *,
        replication: int = 1,
        patience: float = 10.0,
        batch_size: int = 500,
        largest: int = LARGEST,
        session: float = SESSION,
    ) -> None:
        self.connection = Connection(connection) if isinstance(connection, str) else connection
        self._replication, self._batch_size, self._session = replication, batch_size, session
        self._producer = Producer(self.connection, patience=patience, largest=largest)

    async def start(self) -> None:
        """Nothing to do: a broker that is away at start-up is no different from one that leaves later."""

    async def stop(self) -> None:
        await self._producer.discard()

    async def publish(self, messages: Sequence[Message]) -> None:
        if messages:
            await self._producer.publish(messages)

    def subscription(
        self, group: str, topics: Sequence[str], member: str, *, presses: Presses = everything
    ) -> Subscription:
        named = replace(self.connection, client_id=f"{self.connection.client_id}-{member}")
        partitions = Partitions(self._batch_size, presses)
        return KafkaSubscription(named, group, topics, member, partitions, session=self._session)

    def reading(self, topics: Sequence[str]) -> Subscription:
        return KafkaReading(self.connection, topics, self._batch_size)

    async def ensure_topics(self, topics: Iterable[Topic]) -> TopicReport:
        return await admin.ensure_topics(self.connection, topics, self._replication)

    async def lag(self, group: str, topics: Sequence[str]) -> dict[Partition, int]:
        return await admin.lag(self.connection, group, topics)

    async def healthy(self) -> bool:
        return await admin.brokers(self.connection) >= admin.in_sync(self._replication)

    def feeds(self, drain: Callable[[], Awaitable[None]]) -> None:
        """Kafka needs no settling."""
