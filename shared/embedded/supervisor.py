"""Keeps named processes running: starts them, restarts what dies or declares itself dead, stops all by a deadline."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from shared.embedded.checks import CannotStart
from shared.embedded.child import Running

SHORTEST_PAUSE, LONGEST_PAUSE = 0.25, 10.0
STEADY_SECONDS = 30.0
DEATHS_BEFORE_READY = 5
LIVENESS_EVERY, LIVENESS_MISSES = 5.0, 3
STOP_SECONDS, SERVERS_WAIT_SECONDS = 3.2, 2.0

Check = Callable[[], Awaitable[bool]]


@dataclass(frozen=True)
class Program:
    """What to keep running. Those with a lower `tier` are stopped later: servers 0, what needs them 1."""

    name: str
    launch: Callable[[], Running]
    ready: Check
    alive: Check | None = None
    address: str = ""
    stop_signal: signal.Signals = signal.SIGTERM
    tier: int = 1


class State(StrEnum):
    waiting = "waiting"
    starting = "starting"
    ready = "ready"
    unready = "not ready"
    pausing = "restarting"
    held = "held"
    stopped = "stopped"


@dataclass
class Row:
    """What is known of one program's process."""

    program: Program
    process: Running | None = None
    state: State = State.waiting
    restarts: int = 0
    started: float = field(default_factory=time.monotonic)
    quick_deaths: int = 0
    was_ready: bool = False
    held: bool = False

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.running else None


class Supervisor:
    """One task per program. `on_change(row)` is called at each change of state or process."""

    def __init__(self, on_change: Callable[[Row], None] = lambda _row: None) -> None:
        self.rows: dict[str, Row] = {}
        self.on_change = on_change
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False

    def add(self, programs: Sequence[Program]) -> None:
        for program in programs:
            row = self.rows[program.name] = Row(program)
            self._tasks.append(asyncio.create_task(self._keep(row), name=f"keep {program.name}"))

    async def until_ready(self, names: Sequence[str] | None = None, timeout: float = 60.0) -> None:
        """Returns when all of them that are not held are ready; CannotStart when one can't get there."""
        deadline = time.monotonic() + timeout
        while waiting := [row for row in self._chosen(names) if row.state is not State.ready and not row.held]:
            for row in waiting:
                self._refuse_hopeless(row)
            if time.monotonic() > deadline:
                laggards = ", ".join(row.name for row in waiting)
                raise CannotStart(f"not ready after {timeout:.0f} s: {laggards}; see {_log(waiting[0])}")
            await asyncio.sleep(0.05)

    def kill(self, name: str) -> None:
        """SIGKILL, as a crash does it; the program is restarted."""
        if process := self.rows[name].process:
            process.kill()

    async def hold(self, name: str) -> None:
        """Stop one program and keep it stopped until `resume`; the others go on."""
        row = self.rows[name]
        row.held = True
        if row.process:
            await row.process.stop(row.program.stop_signal, STOP_SECONDS)
        while row.state is not State.held:
            await asyncio.sleep(0.02)

    def resume(self, name: str) -> None:
        """Start a program again that was held."""
        self.rows[name].held = False

    async def stop(self) -> None:
        """SIGTERM (or the program's own signal) to all, servers last; SIGKILL for what is left after `STOP_SECONDS`."""
        self._stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        deadline = time.monotonic() + STOP_SECONDS
        tiers = sorted({row.program.tier for row in self.rows.values()}, reverse=True)
        for tier in tiers:
            rows = [row for row in self.rows.values() if row.program.tier == tier and row.process]
            last = tier == tiers[-1]
            left = deadline - time.monotonic()
            await self._end(rows, left if last else min(left, SERVERS_WAIT_SECONDS))
        for row in self.rows.values():
            if row.process:
                row.process.kill()
            self._note(row, State.stopped)

    async def _end(self, rows: list[Row], seconds: float) -> None:
        for row in rows:
            row.process.send(row.program.stop_signal)
        await asyncio.gather(*(row.process.wait(seconds) for row in rows))

    async def _keep(self, row: Row) -> None:
        while not self._stopping:
            await self._while_held(row)
            row.process = row.program.launch()
            row.started = time.monotonic()
            self._note(row, State.starting)
            await self._watch(row)
            if row.held:
                continue
            row.restarts += 1
            self._note(row, State.pausing)
            await asyncio.sleep(_pause(row))

    async def _while_held(self, row: Row) -> None:
        if row.held:
            self._note(row, State.held)
        while row.held:
            await asyncio.sleep(0.05)

    async def _watch(self, row: Row) -> None:
        """Follow one process to its end; one that says three times that it is dead is ended."""
        process, misses, next_liveness = row.process, 0, time.monotonic() + LIVENESS_EVERY
        while process.running:
            ready = await row.program.ready()
            if not process.running:
                break
            if ready != (row.state is State.ready):
                self._note(row, self._state(row, ready))
            if row.program.alive and time.monotonic() > next_liveness:
                next_liveness = time.monotonic() + LIVENESS_EVERY
                misses = 0 if await row.program.alive() else misses + 1
                if misses >= LIVENESS_MISSES:
                    await process.stop(row.program.stop_signal, 2)
            await process.wait(1.0 if row.state is State.ready else 0.1)

    def _state(self, row: Row, ready: bool) -> State:
        if ready:
            row.was_ready = True
            return State.ready
        return State.unready if row.state is State.ready else row.state

    def _note(self, row: Row, state: State) -> None:
        row.state = state
        self.on_change(row)

    def _chosen(self, names: Sequence[str] | None) -> list[Row]:
        return [row for row in self.rows.values() if names is None or row.name in names]

    def _refuse_hopeless(self, row: Row) -> None:
        if row.restarts >= DEATHS_BEFORE_READY and not row.was_ready and row.process:
            raise CannotStart(f"{row.name} ended {row.restarts} times: {row.process.last_words()}; see {_log(row)}")


def _pause(row: Row) -> float:
    """Doubles with each quick death, up to a limit; starts anew after a steady time."""
    lived = time.monotonic() - row.started
    row.quick_deaths = 0 if row.was_ready and lived > STEADY_SECONDS else row.quick_deaths + 1
    return min(SHORTEST_PAUSE * 2 ** max(row.quick_deaths - 1, 0), LONGEST_PAUSE)


def _log(row: Row) -> str:
    return str(row.process.log) if row.process else "its log"


async def http_ok(host: str, port: int, path: str, timeout: float = 2.0) -> bool:
    """Whether a GET answers 200."""
    return await http_status(host, port, path, timeout) == 200


async def http_status(host: str, port: int, path: str, timeout: float = 2.0) -> int | None:
    """The answer's status; None without an answer."""
    with suppress(OSError, ValueError, IndexError, TimeoutError, asyncio.IncompleteReadError):
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
                return int((await reader.readline()).split()[1])
            finally:
                writer.close()
    return None
