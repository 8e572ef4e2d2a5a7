"""The embedded Apache Kafka: one node and three, killed and restarted."""

import asyncio
import signal

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.embedded.checks import CannotStart, free_ports
from shared.embedded.kafka import KafkaCluster, brokers_listed, new_cluster_id

pytestmark = pytest.mark.timeout(180)


async def make_topic(cluster: KafkaCluster, name: str, copies: int) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=cluster.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(name, 1, copies)])
    await admin.close()


async def write(cluster: KafkaCluster, topic: str, *values: bytes) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=cluster.bootstrap, acks="all", enable_idempotence=True)
    await producer.start()
    for value in values:
        await producer.send_and_wait(topic, value)
    await producer.stop()


async def read(cluster: KafkaCluster, topic: str, count: int) -> list[bytes]:
    consumer = AIOKafkaConsumer(bootstrap_servers=cluster.bootstrap, enable_auto_commit=False)
    await consumer.start()
    partition = TopicPartition(topic, 0)
    consumer.assign([partition])
    await consumer.seek_to_beginning(partition)
    values = [(await consumer.getone()).value for _ in range(count)]
    await consumer.stop()
    return values


async def test_what_was_acknowledged_survives_a_kill_and_a_new_start(tmp_path):
    async with KafkaCluster(tmp_path) as cluster:
        await make_topic(cluster, "facts", 1)
        await write(cluster, "facts", b"one", b"two")
        cluster.kill()
        assert not cluster.running()
        await cluster.restart()
        await write(cluster, "facts", b"three")
    assert cluster.child().exit_code is not None

    async with KafkaCluster(tmp_path) as again:
        assert await read(again, "facts", 3) == [b"one", b"two", b"three"]


async def test_it_listens_where_it_is_told_to_and_nowhere_else(tmp_path):
    """A free port taken unasked could be one that was chosen for somebody else a moment ago."""
    given = free_ports(2)
    async with KafkaCluster(tmp_path, ports=given) as cluster:
        connections = psutil.Process(cluster.child().pid).net_connections()
    assert {c.laddr.port for c in connections if c.status == psutil.CONN_LISTEN} == set(given)


async def test_it_listens_on_loopback_only_and_a_second_owner_is_refused(cluster):
    listening = [c for c in psutil.Process(cluster.child().pid).net_connections() if c.status == psutil.CONN_LISTEN]

    assert {c.laddr.ip.removeprefix("::ffff:") for c in listening} == {"127.0.0.1"}
    with pytest.raises(CannotStart, match="Kafka is already running"):
        await KafkaCluster(cluster.data).start()


async def test_three_nodes_keep_three_copies_and_write_on_when_one_is_killed(tmp_path):
    async with KafkaCluster(tmp_path, nodes=3) as cluster:
        assert [await brokers_listed(*cluster.address(node)) for node in cluster.nodes] == [3, 3, 3]
        await make_topic(cluster, "facts", 3)
        await write(cluster, "facts", b"one")
        cluster.kill(2)
        await write(cluster, "facts", b"two")
        await cluster.restart(2)
        assert all(map(cluster.running, cluster.nodes))
        assert await read(cluster, "facts", 2) == [b"one", b"two"]


async def test_an_orphan_of_a_crashed_owner_gives_way(tmp_path):
    first = KafkaCluster(tmp_path)
    await first.start()
    first._lock.release()  # as the death of the owner does

    async with KafkaCluster(tmp_path) as second:
        assert first.child().exit_code == -signal.SIGKILL
        assert second.running()


async def test_an_open_port_that_says_nothing_is_no_broker():
    async with await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await brokers_listed("127.0.0.1", port) == 0


def test_a_cluster_id_is_never_taken_for_an_option():
    drawn = {new_cluster_id() for _ in range(500)}

    assert all(len(one) == 22 and one[0] != "-" for one in drawn)
