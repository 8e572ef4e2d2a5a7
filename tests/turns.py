"""Two processes test side by side (`make test`), each with servers of its own; drills against time run alone.

What breaks a system of its own and must see it whole again within some seconds would be disturbed by tests beside it.
So each process takes its turn with the others by two locks on files: `floor` is shared by tests that don't mind others,
and held alone by those that do; `door` is for those who wait for the floor, so that nobody walks past them.
"""

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import pytest

from shared.testing.folders import folder

ALONE = tuple(f"tests/drills/test_{name}.py" for name in ("kills", "failpoints", "partition", "rebalance"))
# What is one process's as a whole, by where it stands: what must be alone, and what shares a system.
GROUPS = {"alone": ALONE, "system": ("tests/e2e/",), "lived": ("tests/drills/test_lived.py",)}
LONG = {"drills", "bench"}  # folders of what takes long, but minds nobody
FOLDER = "sojourn_turns"  # of what a process is told by the one that leads the run
_OF_RUN = pytest.StashKey[TemporaryDirectory[str]]()


def group(nodeid: str) -> str | None:
    """The group of a test that stands there; None for one that any process may take."""
    return next((name for name, places in GROUPS.items() if nodeid.startswith(places)), None)


def is_alone(item: pytest.Item | None) -> bool:
    return item is not None and group(item.nodeid) == "alone"


def place(item: pytest.Item) -> int:
    """Where it goes in a run: who needs all for itself first, then what takes long, so that both processes end with
    short tests and at the same time."""
    if is_alone(item):
        return 0
    if group(item.nodeid) == "system":
        return 1
    return 2 if item.path.parent.name in LONG else 3


class Turns:
    """Of one process of a run. Without a folder there is nobody else."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._held: ExitStack | None = None  # the floor, for as long as tests follow each other that want to be alone

    @contextmanager
    def turn(self, item: pytest.Item, following: pytest.Item | None) -> Iterator[None]:
        """Hold the floor for this test, alone if it must be; whoever is alone stays so for the next such test."""
        if self._folder is None:
            yield
            return
        held = self._held or self._take(alone=is_alone(item))
        self._held = None
        try:
            yield
        finally:
            if is_alone(item) and is_alone(following):
                self._held = held
            else:
                held.close()

    def _take(self, alone: bool) -> ExitStack:
        with ExitStack() as stack, self._open("door") as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            floor = stack.enter_context(self._open("floor"))
            fcntl.flock(floor, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
            return stack.pop_all()

    def _open(self, name: str) -> IO[str]:
        assert self._folder
        return open(self._folder / name, "w", encoding="ascii")


def of_process(config: pytest.Config) -> Turns:
    told = getattr(config, "workerinput", {}).get(FOLDER)
    return Turns(Path(told) if told else None)


def folder_of_run(config: pytest.Config) -> str:
    """Made once by the process that leads the run, and gone with it."""
    if _OF_RUN not in config.stash:
        config.stash[_OF_RUN] = folder("turns")
        config.add_cleanup(config.stash[_OF_RUN].cleanup)
    return config.stash[_OF_RUN].name
