"""Child processes: started so that they never outlive us, stopped by a deadline, found again after a crash."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil

LEASH = Path(__file__).with_name("leash.py")
LOG_LIMIT = 10_000_000


class Running(ABC):
    """A process we started: its pid, its end, its log."""

    log: Path

    @property
    @abstractmethod
    def pid(self) -> int: ...

    @property
    @abstractmethod
    def exit_code(self) -> int | None:
        """None while it runs; -9 when a SIGKILL ended it."""

    @property
    def running(self) -> bool:
        return self.exit_code is None

    def send(self, number: signal.Signals) -> None:
        if self.running:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL for the program and all its descendants, as a crash does it."""
        if self.running:
            end_tree(self.pid)

    async def wait(self, seconds: float) -> bool:
        """True when it ended within the time."""
        deadline = time.monotonic() + seconds
        while self.running and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        return not self.running

    async def stop(self, number: signal.Signals = signal.SIGTERM, grace: float = 4.0) -> None:
        """Ask, wait for `grace` seconds, then kill."""
        self.send(number)
        if not await self.wait(grace):
            self.kill()
            await self.wait(2)

    def last_words(self, lines: int = 1) -> str:
        """The end of its log without lines that are set in: where a trace has been tells less than what it says."""
        with suppress(OSError):
            said = [line for line in self.log.read_text(errors="replace").splitlines() if line[:1].strip()]
            return " | ".join(said[-lines:])
        return ""


class Child(Running):
    """One running program in a process group of its own, its output in a log file."""

    def __init__(
        self,
        argv: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        user: tuple[int, int] | None = None,
        on_orphaned: signal.Signals = signal.SIGKILL,
    ) -> None:
        """`on_orphaned` is what the kernel sends when our process is gone (Linux; bound to the starting thread)."""
        with open_log(log) as out:
            self._process = subprocess.Popen(
                leashed(argv, user, on_orphaned),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                cwd=cwd,
                start_new_session=True,
            )
        self.log = log

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def kill(self) -> None:
        super().kill()
        self._process.wait()


def leashed(
    argv: Sequence[str | Path], user: tuple[int, int] | None = None, on_orphaned: signal.Signals = signal.SIGKILL
) -> list[str]:
    """The command line that runs `argv` so that it dies with us."""
    uid, gid = user or (-1, -1)
    order = [str(number) for number in (int(on_orphaned), os.getpid(), uid, gid)]
    return [sys.executable, "-ISB", str(LEASH), *order, *map(str, argv)]


def open_log(log: Path) -> IO[bytes]:
    """For appending; what is too long already is put aside."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    return open(log, "ab")


def end_tree(pid: int) -> None:
    """SIGKILL for a process and its descendants; those may have left its process group."""
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        family = [*parent.children(recursive=True), parent]
        for member in reversed(family):
            with suppress(psutil.NoSuchProcess):
                member.kill()


async def end_orphan(pid_file: Path, mark: str, number: signal.Signals, grace: float = 4.0) -> None:
    """End what a crashed owner left running: the process named in the file, if its command line holds `mark`.

    Call it only while holding the folder's lock, which proves that no owner is alive.
    """
    with suppress(OSError, ValueError, IndexError, psutil.Error):
        orphan = psutil.Process(int(pid_file.read_text().split()[0]))
        if not any(mark in word for word in orphan.cmdline()):
            return
        orphan.send_signal(number)
        deadline = time.monotonic() + grace
        while orphan.is_running() and orphan.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        end_tree(orphan.pid)
