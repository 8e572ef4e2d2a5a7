"""Streams of a process are woken when what they show has changed."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from shared.runtime import Runtime


class Told(asyncio.Event):
    """Set when what a stream shows may have changed."""

    async def for_seconds(self, longest: float, beat: float) -> AsyncIterator[bool]:
        """Once at the beginning, then True whenever it is set and False every `beat` seconds without that."""
        loop = asyncio.get_running_loop()
        until = loop.time() + longest
        yield False
        while (rest := until - loop.time()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(beat, rest)):
                    await self.wait()
            woken = self.is_set()
            self.clear()
            yield woken


class Waker(ABC):
    """Wakes streams by the id of what they show, whoever of this process listens. It runs only while somebody does."""

    def __init__(self, runtime: "Runtime") -> None:
        self.runtime = runtime
        self.told: dict[UUID, set[Told]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, runtime: "Runtime") -> Self:
        """The one of this process."""
        kept = _OF_PROCESS.setdefault(runtime, {})
        if cls not in kept:
            kept[cls] = cls(runtime)
        return kept[cls]  # type: ignore[no-any-return]

    @contextmanager
    def waiting(self, id_: UUID) -> Iterator[Told]:
        told = Told()
        self.told[id_].add(told)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self.run(), name=type(self).__name__)
        try:
            yield told
        finally:
            self.told[id_].discard(told)
            if not self.told[id_]:
                del self.told[id_]
                self.left(id_)
            if not self.told and self._task is not None:
                self._task.cancel()
                self._task = None

    def wake(self, *ids: UUID) -> None:
        for id_ in ids:
            for told in self.told.get(id_, ()):
                told.set()

    def left(self, id_: UUID) -> None:  # noqa: B027 (most have nothing to forget)
        """Nobody waits for this one any more."""

    @abstractmethod
    async def run(self) -> None:
        """Wake whoever is to be woken, for ever."""


_OF_PROCESS: "WeakKeyDictionary[Runtime, dict[type[Waker], Any]]" = WeakKeyDictionary()
