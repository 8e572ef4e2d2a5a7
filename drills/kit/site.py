"""A whole system to break: every process of every room, its servers, and a witness that hears everything."""

import asyncio
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

import asyncpg
import httpx

import services
from shared.access import Caller
from shared.contracts.message import Message
from shared.contracts.topics import TOPICS
from shared.embedded.checks import LOOPBACK, CannotStart, free_ports
from shared.embedded.child import Child, Running
from shared.embedded.stack import EmbeddedStack
from shared.embedded.supervisor import http_ok
from shared.messaging.bus import BusUnavailable
from shared.messaging.kafka import Connection, KafkaBus
from shared.service import discover, load
from shared.settings import Kernel
from shared.testing.folders import folder
from shared.web.issuer import development_issuer

EXTRA = Path(__file__).parents[1] / "rooms"
WITNESS = "witness"
# An e-mail that waits for facts waits for us; the others leave by themselves, and say so.
LEAVING = """
    SELECT count(*) FROM delivery WHERE state = 'sending' OR state IN ('pending', 'unknown') AND waiting_for = '[]'
"""
AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


class NotSettled(AssertionError):
    """Something still moves, or has got stuck, after the time that it was given."""


class Site:
    """`async with Site() as site:` – all processes ready inside the block, everything gone after it.

    `brokers` is 1 or 3 (replication 3, min.insync 2); `rooms` are those to run beside the witness (default: all);
    `settings` go into every process's environment.
    """

    def __init__(
        self, *, brokers: int = 1, rooms: Sequence[str] | None = None, settings: Mapping[str, str] | None = None
    ) -> None:
        self.brokers, self._settings = brokers, dict(settings or {})
        self.rooms = [*(discover() if rooms is None else rooms), WITNESS]
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self._stack.enter_context(_extra_rooms())
        self.folder = Path(self._stack.enter_context(folder("drill")))
        try:
            self.system = EmbeddedStack(
                self.folder / "data", environ=self._environ(), rooms=self.rooms, brokers=self.brokers
            )
            await self._stack.enter_async_context(self.system)
            self.kernel = Kernel(_env_file=None, **_kernel_values(self.system.environment))
            self._issuer = development_issuer(self.kernel)
            self.bus = KafkaBus(Connection.of(self.kernel, "drill"), replication=self.brokers)
            self._stack.push_async_callback(self.bus.stop)
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def _environ(self) -> dict[str, str]:
        bare = {name: value for name, value in os.environ.items() if not name.startswith("SOJOURN_")}
        path = os.pathsep.join(filter(None, [str(EXTRA), bare.get("PYTHONPATH")]))
        return bare | {"PYTHONPATH": path, "SOJOURN_LOG_LEVEL": "warning"} | self._settings

    # --- using it

    def token(self, caller: Caller, lifetime: float = 3600) -> str:
        return self._issuer.issue_token(
            caller.role, caller.subject, party=caller.party, entity=caller.entity, lifetime=lifetime
        )

    def client(self, room: str, caller: Caller | None = None, **options: Any) -> httpx.AsyncClient:
        """An HTTP client of a room's API with this caller's token; the caller closes it."""
        headers = {"Authorization": f"Bearer {self.token(caller)}"} if caller else {}
        return httpx.AsyncClient(base_url=self.system.addresses[room], headers=headers, timeout=30, **options)

    def dsn(self, room: str) -> str:
        """The room's database, for a bare driver."""
        return self.system.environment[f"SOJOURN_{room.upper()}_DATABASE_URL"]

    async def rows(self, room: str, query: str, *values: Any) -> list[asyncpg.Record]:
        """What a query finds in a room's database."""
        connection = await asyncpg.connect(self.dsn(room), timeout=5)
        try:
            return await connection.fetch(query, *values)
        finally:
            await connection.close()

    async def hire(self, room: str, name: str) -> Running:
        """One more worker of a room, ready, under a name of its own. Nobody starts it again when it ends."""
        (port,) = free_ports(1)
        own = {f"SOJOURN_{room.upper()}_WORKER": name, f"SOJOURN_{room.upper()}_WORKER_PORT": str(port)}
        command = [sys.executable, "-m", f"services.{room}", "worker"]
        worker = Child(command, env=self.system.environment | own, log=self.system.logs / f"{name}.log")
        self._stack.callback(worker.kill)
        while not await http_ok(LOOPBACK, port, "/readyz"):
            if not worker.running:
                raise CannotStart(f"{name} ended: {worker.last_words()}")
            await asyncio.sleep(0.05)
        return worker

    # --- breaking it

    @property
    def broker_names(self) -> list[str]:
        return self.system.wiring.brokers

    @property
    def process_names(self) -> list[str]:
        """All that can be killed: `kafka` (or `kafka-1` …), `postgres`, `mail`, `applications-api`, `…-worker`."""
        return list(self.system.supervisor.rows)

    def kill(self, name: str) -> None:
        """SIGKILL; the supervisor starts it again at once, however often it died lately."""
        self.system.supervisor.rows[name].quick_deaths = 0
        self.system.supervisor.kill(name)

    async def ready(self, seconds: float = 60) -> None:
        """Until every process answers that it is ready."""
        await self.system.supervisor.until_ready(timeout=seconds)

    # --- looking at it

    async def settle(self, seconds: float = 60) -> float:
        """Until nothing moves: no outbox row, no event unheard, no due row or e-mail open; the seconds that took.

        NotSettled names what still waits.
        """
        began = time.monotonic()
        still = 0
        while still < 2:
            waiting = await self._waiting()
            still = 0 if waiting else still + 1
            if waiting and time.monotonic() - began > seconds:
                raise NotSettled(f"after {seconds:.0f} s: {waiting}")
            if still < 2:
                await asyncio.sleep(0.1)
        return time.monotonic() - began

    async def _waiting(self) -> str | None:
        """What still has to move, if anything."""
        try:
            if "notifications" in self.rooms and (leaving := (await self.rows("notifications", LEAVING))[0][0]):
                return f"notifications: {leaving} e-mails to send"
            for room in self.rooms:
                (row,) = await self.rows(
                    room,
                    """SELECT (SELECT count(*) FROM outbox) AS unsaid, (SELECT count(*) FROM due WHERE state = 'waiting'
                        AND due_at <= now() + (SELECT offset_us FROM clock) * interval '1 microsecond') AS due""",
                )
                if row["unsaid"] or row["due"]:
                    return f"{room}: {row['unsaid']} outbox rows, {row['due']} due rows"
            for room in self.rooms:
                if behind := sum((await self.bus.lag(f"sojourn.{room}", load(room).topics_heard or [])).values()):
                    return f"{room}: {behind} events to hear"
        except (*AWAY, BusUnavailable) as error:
            return repr(error)
        return None

    async def published(self) -> list[Message]:
        """Every record on every topic, per partition in order."""
        reading = self.bus.reading(sorted(TOPICS))
        await reading.start()
        found: list[Message] = []
        try:
            async for batch in reading.batches():
                found += batch.messages
                await reading.commit(batch)
        finally:
            await reading.stop()
        return found


@contextmanager
def _extra_rooms() -> Iterator[None]:
    """Meanwhile this process finds the extra rooms too."""
    place = str(EXTRA / "services")
    services.__path__.append(place)
    try:
        yield
    finally:
        services.__path__.remove(place)


def _kernel_values(environment: Mapping[str, str]) -> dict[str, str]:
    given = {name.removeprefix("SOJOURN_").lower(): value for name, value in environment.items()}
    return {name: value for name, value in given.items() if name in Kernel.model_fields}
