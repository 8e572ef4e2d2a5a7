"""Topics and groups asked of the cluster: create what is missing, report what differs, measure lag."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from shared.contracts.topics import Topic
from shared.messaging.bus import Partition, TopicReport
from shared.messaging.kafka.connection import AWAY, Connection, close, deadline
from shared.messaging.kafka.reading import places_of
from shared.messaging.retry import Backoff

CALL = 10.0
PROBE = 2.0
_EXISTS = 36
# Answers of a cluster that has just started or lost a node; the admin client itself doesn't try again.
_TRIES = 8


@asynccontextmanager
async def admin(connection: Connection) -> AsyncIterator[AIOKafkaAdminClient]:
    client = AIOKafkaAdminClient(**connection.arguments(), request_timeout_ms=8_000)
    try:
        async with deadline(CALL, "reaching the brokers"):
            await client.start()
        yield client
    finally:
        await close(client.close(), 2.0, "admin")


async def ensure_topics(connection: Connection, topics: Iterable[Topic], replication: int) -> TopicReport:
    """Create the topics that are missing. Several processes may do it at once."""
    wanted = list(topics)
    backoff = Backoff(first=0.2, cap=2.0)
    while True:
        try:
            async with deadline(2 * CALL, "creating topics"), admin(connection) as client:
                report = TopicReport(created=await _create(client, wanted, replication))
                report.drift = await _drift(client, [t for t in wanted if t.name not in report.created], replication)
                return report
        except Exception as error:
            if not isinstance(error, (*AWAY, AssertionError, AttributeError)) and not _from_away(error):
                raise
            if backoff.tries >= _TRIES:
                raise
            await asyncio.sleep(backoff.next())


def _from_away(error: Exception) -> bool:
    return isinstance(error.__cause__, AWAY)


async def _create(client: AIOKafkaAdminClient, wanted: list[Topic], replication: int) -> list[str]:
    present = set(await client.list_topics())
    missing = [topic for topic in wanted if topic.name not in present]
    if not missing:
        return []
    answer = await client.create_topics([_new(topic, replication) for topic in missing], timeout_ms=8_000)
    made = []
    for name, code, *why in answer.topic_errors:
        if code == 0:
            made.append(name)
        elif code != _EXISTS:
            raise for_code(code)(f"{name}: {why}")
    return made


def in_sync(replication: int) -> int:
    """How many copies must have a message before it counts."""
    return max(1, replication - 1)


def _new(topic: Topic, replication: int) -> NewTopic:
    durable = {"min.insync.replicas": str(in_sync(replication))}
    return NewTopic(topic.name, topic.partitions, replication, topic_configs=dict(topic.config) | durable)


async def _drift(client: AIOKafkaAdminClient, topics: list[Topic], replication: int) -> list[str]:
    """One line per difference between what is declared and what is there."""
    if not topics:
        return []
    lines = []
    found_topics = await client.describe_topics([topic.name for topic in topics])
    described = {found["topic"]: found["partitions"] for found in found_topics}
    configs = await _configs(client, topics)
    for topic in topics:
        partitions = described[topic.name]
        if len(partitions) != topic.partitions:
            lines.append(f"{topic.name}: {len(partitions)} partitions, declared {topic.partitions}")
        if partitions and len(partitions[0]["replicas"]) < replication:
            lines.append(f"{topic.name}: {len(partitions[0]['replicas'])} replicas, declared {replication}")
        for name, value in topic.config.items():
            if (found := configs[topic.name].get(name)) != value:
                lines.append(f"{topic.name}: {name} is {found}, declared {value}")
    return lines


async def _configs(client: AIOKafkaAdminClient, topics: list[Topic]) -> dict[str, dict[str, str]]:
    resources = [ConfigResource(ConfigResourceType.TOPIC, topic.name) for topic in topics]
    found: dict[str, dict[str, str]] = {}
    for answer in await client.describe_configs(resources):
        for code, why, _, name, entries in answer.resources:
            if code:
                raise for_code(code)(f"{name}: {why}")
            found[name] = {entry[0]: entry[1] for entry in entries}
    return found


async def lag(connection: Connection, group: str, topics: Sequence[str]) -> dict[Partition, int]:
    """End of each partition minus what the group committed (from the beginning when it never did)."""
    reader = AIOKafkaConsumer(**connection.arguments(), enable_auto_commit=False)
    try:
        async with deadline(2 * CALL, f"measuring the lag of {group}"):
            await reader.start()
            places = [place for topic in topics for place in await places_of(reader, topic)]
            ends, starts = await reader.end_offsets(places), await reader.beginning_offsets(places)
            committed = await _committed(connection, group, places)
    finally:
        await close(reader.stop(), 2.0, "lag reader")
    return {Partition(*p): max(0, ends[p] - max(committed.get(p, -1), starts[p])) for p in places}


async def _committed(connection: Connection, group: str, places: list[TopicPartition]) -> dict[TopicPartition, int]:
    backoff = Backoff(first=0.2, cap=2.0)
    async with admin(connection) as client:
        while True:
            try:
                offsets = await client.list_consumer_group_offsets(group, partitions=places)
                return {place: found.offset for place, found in offsets.items()}
            except KafkaError as error:  # a coordinator is found for the group at its first use
                if backoff.tries >= _TRIES:
                    raise TimeoutError(f"the group's coordinator does not answer: {error!r}") from error
            await asyncio.sleep(backoff.next())


async def brokers(connection: Connection) -> int:
    """How many of the brokers that the cluster lists can be reached; 0 when it can't be asked.

    The list alone proves little: a broker that has lost the majority goes on telling what it knew.
    """
    try:
        async with deadline(PROBE, "asking the cluster"), admin(connection) as client:
            listed = (await client.describe_cluster())["brokers"]
            return sum(await asyncio.gather(*(client._client.ready(broker["node_id"]) for broker in listed)))
    except Exception:  # any failure means the same here
        return 0
