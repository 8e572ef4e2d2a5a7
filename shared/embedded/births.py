"""Python programs as children: forked from the nursery where the system allows it, started afresh elsewhere."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from shared.embedded.checks import CannotStart
from shared.embedded.child import Child, Running, leashed, open_log

FORKS = sys.platform == "linux"  # macOS's own libraries may break in a child that was only forked
ONCE = 300  # seconds for one that prepares something; a busy machine took more than 120


class Births:
    """Starts `python -m module args` processes."""

    def __init__(self, log: Path, forks: bool = FORKS) -> None:
        self._log = log
        self._forks = forks
        self._process: subprocess.Popen[bytes] | None = None
        self._born: dict[str, Forked] = {}
        self._living: dict[int, Forked] = {}

    def start(self, env: Mapping[str, str]) -> None:
        """Begins to import; a birth waits until that is done."""
        if not self._forks:
            return
        with open_log(self._log) as out:
            self._process = subprocess.Popen(
                leashed([sys.executable, "-m", "shared.embedded.nursery"]),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=out,
                env=dict(env),
                start_new_session=True,
            )
        self._listener = threading.Thread(target=self._listen, args=(self._process,), name="nursery", daemon=True)
        self._listener.start()

    def bear(self, module: str, args: Sequence[str], env: Mapping[str, str], log: Path) -> Running:
        """A process that runs the module; with the nursery it may get its pid a moment later."""
        open_log(log).close()
        if not self._forks:
            return Child([sys.executable, "-m", module, *args], env=env, log=log)
        if self._process is None or self._process.poll() is not None:
            self.start(env)
        forked = Forked(log)
        name = f"{id(forked)}"
        self._born[name] = forked
        request = {"name": name, "module": module, "args": list(args), "env": dict(env), "log": str(log)}
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError):  # it has just died
            forked.ended(-9)
        return forked

    async def stop(self) -> None:
        """Ends the nursery and whatever of its children still lives."""
        if process := self._process:
            with suppress(OSError):
                process.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(process.wait, 0.5)
            process.kill()
            process.wait()
            await asyncio.to_thread(self._listener.join, 2)
            self._process = None

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(ValueError, OSError):
            for line in process.stdout:
                self._hear(json.loads(line))
        for forked in [*self._living.values(), *self._born.values()]:
            forked.ended(-9)
        self._living.clear()
        self._born.clear()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                pipe.close()

    def _hear(self, news: dict[str, Any]) -> None:
        if "born" in news:
            forked = self._born.pop(news["name"])
            forked.is_born(news["born"])
            self._living[news["born"]] = forked
        elif forked := self._living.pop(news["died"], None):
            forked.ended(news["code"])


class Forked(Running):
    """A child of the nursery."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._pid = 0
        self._code: int | None = None
        self._wished: signal.Signals | None = None

    @property
    def pid(self) -> int:
        """0 until it is born."""
        return self._pid

    @property
    def exit_code(self) -> int | None:
        return self._code

    def send(self, number: signal.Signals) -> None:
        self._wished = number
        if self._pid:
            super().send(number)

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        if self._pid:
            super().kill()

    def is_born(self, pid: int) -> None:
        self._pid = pid
        if self._wished:
            super().send(self._wished)

    def ended(self, code: int) -> None:
        self._code = code


async def run_once(births: Births, module: str, args: Sequence[str], env: Mapping[str, str], log: Path) -> None:
    """Run to the end; what it last said becomes our one line when it fails."""
    child = births.bear(module, args, env, log)
    what = " ".join((module, *args))
    try:
        if not await child.wait(ONCE):
            raise CannotStart(f"{what} was not done after {ONCE} s: this machine is too busy for it; see {log}")
        if child.exit_code:
            raise CannotStart(f"{what} failed: {child.last_words()}; see {log}")
    finally:
        child.kill()
