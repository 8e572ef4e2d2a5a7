"""What must hold before anything is started, and the one-line error for what doesn't."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO

LOOPBACK = "127.0.0.1"
LEAST_FREE_BYTES = 1_000_000_000


class CannotStart(Exception):
    """A start that can't succeed; the message is the one line that a person needs. Exit code 2."""

    exit_code = 2


def writable_folder(folder: Path) -> Path:
    """The folder, made if absent, as an absolute path."""
    folder = folder.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as problem:
        raise CannotStart(f"the data folder {folder} is not writable: {problem.strerror}") from None
    return folder


def enough_space(folder: Path, least: int = LEAST_FREE_BYTES) -> None:
    free = shutil.disk_usage(folder).free
    if free < least:
        raise CannotStart(f"only {free / 1e9:.2f} GB free under {folder}; at least {least / 1e9:.0f} GB is needed")


def port_is_free(port: int, host: str = LOOPBACK) -> bool:
    """True when a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on, all different."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) for _ in range(count)]
        for probe in probes:
            probe.bind((LOOPBACK, 0))
        return [probe.getsockname()[1] for probe in probes]


class Ports:
    """Ports by name: a configured one is kept or refused, a remembered one is kept while free, else a free one."""

    def __init__(
        self,
        file: Path,
        configured: Mapping[str, tuple[str, int]] | None = None,
        usual: Mapping[str, int] | None = None,
    ) -> None:
        """`configured` is name → (the setting it comes from, port); `usual` are those to begin with where free."""
        self._file = file
        self._usual = usual or {}
        self._configured = configured or {}

    def take(self, names: Iterable[str]) -> dict[str, int]:
        remembered = {**self._usual, **self._read()}
        taken: dict[str, int] = {}
        for name in names:
            taken[name] = self._port(name, remembered.get(name), set(taken.values()))
        write_json(self._file, remembered | taken)
        return taken

    def _port(self, name: str, remembered: int | None, others: set[int]) -> int:
        if name in self._configured:
            setting, port = self._configured[name]
            if port in others or not port_is_free(port):
                raise CannotStart(f"port {port} is already in use; choose another one for {setting}")
            return port
        if remembered and remembered not in others and port_is_free(remembered):
            return remembered
        return next(port for port in free_ports(len(others) + 1) if port not in others)

    def _read(self) -> dict[str, int]:
        with suppress(FileNotFoundError, ValueError):
            return {name: int(port) for name, port in json.loads(self._file.read_text()).items()}
        return {}


class FolderLock:
    """One running owner per folder; the kernel frees the lock when its owner dies, however it dies."""

    def __init__(self, folder: Path, what: str) -> None:
        self._path = folder / "lock"
        self._what = what
        self._held: IO[str] | None = None

    def take(self) -> None:
        if self._held:
            return
        held = open(self._path, "a+", encoding="ascii")  # noqa: SIM115 – open for as long as the lock is held
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            held.seek(0)
            owner = held.read().strip() or "unknown"
            held.close()
            raise CannotStart(f"{self._what} is already running on {self._path.parent} (process {owner})") from None
        held.truncate(0)
        held.write(str(os.getpid()))
        held.flush()
        self._held = held

    def release(self) -> None:
        if self._held:
            self._held.close()
            self._held = None


def write_json(file: Path, value: object) -> None:
    """Whole or not at all: readers never see half a file."""
    write_text(file, json.dumps(value, indent=2) + "\n")


def write_text(file: Path, text: str, mode: int = 0o644) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with open(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    draft.replace(file)
