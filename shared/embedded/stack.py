"""The whole system on one machine: servers, databases, topics and the rooms' processes, started in the right order.

`python -m shared.embedded.stack` runs it until Ctrl-C; with `--servers-only`, Kafka, PostgreSQL and mail alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console

from shared.embedded import board
from shared.embedded.births import Births, run_once
from shared.embedded.checks import LOOPBACK, CannotStart, FolderLock, enough_space, writable_folder, write_text
from shared.embedded.child import Running
from shared.embedded.holds import Holds
from shared.embedded.kafka import KafkaCluster, brokers_listed
from shared.embedded.postgres import Postgres, create_databases
from shared.embedded.supervisor import Check, Program, Row, Supervisor, http_ok, http_status
from shared.embedded.wiring import Wiring, given_settings
from shared.service import discover

RUNTIME_FILE = "runtime.json"
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class EmbeddedStack:
    """`async with EmbeddedStack(folder) as stack:` – ready inside the block, stopped after it.

    `environ` is the environment to start from (default: this process's, and `.env`); a server given there by URL is
    used, the others are embedded. `rooms` are those to run (default: all that are there), `brokers` is 1 or 3.
    `usual_ports` are taken where they are free and nothing else is configured or remembered.
    """

    def __init__(
        self,
        data_dir: Path | str | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        rooms: Sequence[str] | None = None,
        brokers: int = 1,
        usual_ports: Mapping[str, int] | None = None,
    ) -> None:
        self._usual_ports, self._brokers = usual_ports, brokers
        self.given = given_settings(os.environ if environ is None else environ, Path.cwd())
        self.data = Path(data_dir or self.given.get("SOJOURN_DATA_DIR") or ".sojourn").absolute()
        self.logs = self.data / "logs"
        self.rooms = discover() if rooms is None else list(rooms)
        self.kafka: KafkaCluster | None = None
        self.postgres: Postgres | None = None
        self.supervisor = Supervisor(self._changed)
        self.stopping = asyncio.Event()
        self.idle = False
        self.seconds: dict[str, float] = {}
        self._births = Births(self.logs / "nursery.log")
        self._lock = FolderLock(self.data, "Sojourn")
        self._ready = False
        self._holds = Holds(self.data)
        self._holding: asyncio.Task[None] | None = None

    @property
    def addresses(self) -> dict[str, str]:
        """Room → the base address of its API; `mail` → the inbox."""
        return self.wiring.addresses()

    @property
    def environment(self) -> dict[str, str]:
        """Settings with which a process of any room finds this system."""
        rooms = [self.wiring.of_room(room, self.server_url) for room in self.rooms]
        return {name: value for part in (self._common, *rooms) for name, value in part.items()}

    async def start(self, timeout: float = 120.0) -> None:
        """Returns when every process is ready; CannotStart with one line when that can't be."""
        writable_folder(self.data)
        enough_space(self.data)
        self._lock.take()
        self._began = time.monotonic()
        try:
            self.wiring = Wiring(self.data, self.rooms, self.given, self._usual_ports, self._brokers)
            self._births.start(self.given)
            await self._start_all()
            await self.supervisor.until_ready(timeout=timeout)
            self._mark("ready")
            self._ready = True
            self._write_runtime()
            self._holds.forget()
            self._holding = asyncio.create_task(self._holds.follow(self.supervisor), name="holds")
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Everything ends within five seconds; data stays."""
        self.idle, self._ready = True, False
        (self.data / RUNTIME_FILE).unlink(missing_ok=True)
        if self._holding:
            self._holding.cancel()
        await self.supervisor.stop()
        servers = [server for server in (self.kafka, self.postgres) if server]
        await asyncio.gather(self._births.stop(), *(server.stop(grace=1) for server in servers))
        self._lock.release()

    async def forever(self) -> None:
        """Until a signal asks us to stop."""
        self.idle = True
        await self.stopping.wait()

    async def __aenter__(self) -> EmbeddedStack:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # --- the order of things

    async def _start_all(self) -> None:
        """Database → schemas → apis beside broker → topics; workers need both."""
        async with _first_error(), asyncio.TaskGroup() as group:
            broker = group.create_task(self._start_broker())
            group.create_task(self._start_rooms(broker))
            group.create_task(self._start_mail())

    async def _start_broker(self) -> str:
        if self.wiring.kafka:
            await self._reach_broker(self.wiring.kafka)
            return self.wiring.kafka
        names = self.wiring.brokers
        ports = [self.wiring.ports[name] for name in (*names, *self.wiring.controllers)]
        self.kafka = KafkaCluster(self.data / "kafka", len(names), ports, self.logs)
        await self.kafka.start()
        self._mark("kafka")
        self.supervisor.add([self._broker_program(name, node) for node, name in enumerate(names, 1)])
        return self.kafka.bootstrap

    def _broker_program(self, name: str, node: int) -> Program:
        launch = _adopt(self.kafka.child(node), partial(self.kafka.launch, node))
        return Program(name, launch, partial(self.kafka.ready, node), address=self.wiring.broker(name), tier=0)

    async def _reach_broker(self, bootstrap: str) -> None:
        if self.given.get("SOJOURN_KAFKA_SECURITY_PROTOCOL", "PLAINTEXT") != "PLAINTEXT":
            return  # the topics' client will tell
        for address in bootstrap.split(","):
            host, _, port = address.strip().rpartition(":")
            if port.isdigit() and await brokers_listed(host, int(port)):
                return
        raise CannotStart(f"no Kafka broker answers at {bootstrap} (SOJOURN_KAFKA_BOOTSTRAP)")

    async def _start_database(self) -> None:
        if self.wiring.database:
            self.server_url = self.wiring.database
        else:
            port = self.wiring.ports["postgres"]
            self.postgres = Postgres(self.data / "postgres", port, log_folder=self.logs)
            await self.postgres.start()
            self.server_url = self.postgres.url()
            launch = _adopt(self.postgres.child, self.postgres.launch)
            address, fast = f"{LOOPBACK}:{port}", signal.SIGINT
            ready = self.postgres.ready
            self.supervisor.add([Program("postgres", launch, ready, address=address, stop_signal=fast, tier=0)])
        await self._create_databases()
        self._mark("postgres")

    async def _create_databases(self) -> None:
        import asyncpg

        try:
            await create_databases(self.server_url, [f"sojourn_{room}" for room in self.rooms])
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
            where = urlsplit(self.server_url)
            place = f"{where.hostname}:{where.port or 5432} (SOJOURN_DATABASE_URL)"
            raise CannotStart(f"the database server at {place} can't be used: {problem}") from None

    async def _start_rooms(self, broker: asyncio.Task[str]) -> None:
        await self._start_database()
        self._common = self.wiring.common()
        await self._prepare("keys", *([f"schemas={','.join(self.rooms)}"] if self.rooms else []))
        self.supervisor.add([self._room_program(room, "api", room) for room in self.rooms])
        await broker
        await self._prepare("topics")
        self.supervisor.add([self._room_program(room, "worker", f"{room}_worker") for room in self.rooms])

    async def _prepare(self, *steps: str) -> None:
        log = self.logs / "prepare.log"
        await run_once(self._births, "shared.embedded.prepare", steps, self.environment, log)
        self._mark(" and ".join(step.partition("=")[0] for step in steps))

    async def _start_mail(self) -> None:
        if self.wiring.outer_mail:
            return
        ports = self.wiring.ports
        options = ["--data", self.data / "mail", "--smtp-port", ports["smtp"], "--web-port", ports["mail"]]
        program = self._python_program("mail", "shared.embedded.mail", [str(o) for o in options], "mail", self.given)
        self.supervisor.add([program])

    def _room_program(self, room: str, kind: str, port: str) -> Program:
        env = self._common | self.wiring.of_room(room, self.server_url)
        env.pop("SOJOURN_DATABASE_URL", None)  # the server's, for making the databases
        return self._python_program(f"{room}-{kind}", f"services.{room}", [kind], port, env)

    def _python_program(self, name: str, module: str, args: list[str], port: str, env: Mapping[str, str]) -> Program:
        log = self.logs / f"{name}.log"
        return Program(
            name,
            launch=lambda: self._births.bear(module, args, env, log),
            ready=lambda: http_ok(LOOPBACK, self.wiring.ports[port], "/readyz"),
            alive=_alive(self.wiring.ports[port]),
            address=self.wiring.address(port),
        )

    # --- what others can see

    def _mark(self, step: str) -> None:
        self.seconds[step] = round(time.monotonic() - self._began, 2)

    def _changed(self, _row: Row) -> None:
        if self._ready:
            self._write_runtime()

    def _write_runtime(self) -> None:
        """For other commands on this machine: where everything is, and with which settings to join in."""
        settings = {name: value for name, value in self.environment.items() if name.startswith("SOJOURN_")}
        content = {
            "pid": os.getpid(),
            "addresses": self.addresses,
            "processes": {
                row.name: {"pid": row.pid, "state": row.state, "address": row.program.address} for row in self._rows()
            },
            "environment": settings | {"SOJOURN_DATABASE_URL": self.server_url},
        }
        write_text(self.data / RUNTIME_FILE, json.dumps(content, indent=2) + "\n", mode=0o600)

    def _rows(self) -> list[Row]:
        return list(self.supervisor.rows.values())


def find_running(data_dir: Path | str = ".sojourn") -> dict[str, Any] | None:
    """What `runtime.json` says of the system that runs on this data folder; None when none does."""
    import psutil

    with suppress(OSError, ValueError):
        found = json.loads((Path(data_dir) / RUNTIME_FILE).read_text())
        if psutil.pid_exists(found["pid"]):
            return found
    return None


def run_stack(stack: EmbeddedStack, body: Callable[[EmbeddedStack], Awaitable[int]]) -> int:
    """Start, run the body, stop; the exit code. 2 with one line when it can't start, 130 when interrupted in the body.

    A signal ends `stack.forever()` and cancels whatever else the body awaits.
    """
    try:
        return asyncio.run(_run(stack, body))
    except CannotStart as problem:
        print(f"sojourn: {problem}", file=sys.stderr)
        return problem.exit_code


async def _run(stack: EmbeddedStack, body: Callable[[EmbeddedStack], Awaitable[int]]) -> int:
    task, loop = asyncio.current_task(), asyncio.get_running_loop()

    def on_signal() -> None:
        stack.stopping.set()
        if task and not stack.idle:
            task.cancel()

    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, on_signal)
    try:
        async with stack:
            return await body(stack)
    except asyncio.CancelledError:
        return 130


def _adopt(first: Running | None, launch: Callable[[], Running]) -> Callable[[], Running]:
    """A launch that gives the process that already runs the first time."""
    waiting = [first] if first else []
    return lambda: waiting.pop() if waiting else launch()


def _alive(port: int) -> Check:
    """Only a process that answers and says no is declared dead; a slow one isn't."""

    async def alive() -> bool:
        return await http_status(LOOPBACK, port, "/livez") in (200, None)

    return alive


class _first_error:  # noqa: N801 – used like a function
    """Lets the first CannotStart of a task group through as itself."""

    async def __aenter__(self) -> None: ...

    async def __aexit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, BaseExceptionGroup):
            refusals, _ = error.split(CannotStart)
            while isinstance(refusals, BaseExceptionGroup):
                refusals = refusals.exceptions[0]  # type: ignore[assignment]
            if refusals:
                raise refusals from None


async def _stay(stack: EmbeddedStack) -> int:
    print(f"Ready after {stack.seconds['ready']} s.", flush=True)
    await stack.forever()
    return 0


def main() -> None:
    parser = argparse.ArgumentParser(description="The whole system on one machine, until Ctrl-C.")
    parser.add_argument("--servers-only", action="store_true", help="Kafka, PostgreSQL and mail, without the rooms")
    stack = EmbeddedStack(rooms=[] if parser.parse_args().servers_only else None)
    with board.watching(stack.supervisor, Console()):
        code = run_stack(stack, _stay)
    sys.exit(code)


if __name__ == "__main__":
    main()
