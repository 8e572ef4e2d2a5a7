"""One look a moment at what changed, for all streams that a process serves."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy.exc import SQLAlchemyError

from shared.access import Caller
from shared.runtime import Runtime
from shared.storage.tx import Uow

PACE = 0.5  # seconds between two looks
LOOK = "SELECT person_id AS id, changed_at FROM touched WHERE person_id = ANY($1)"


class Told(asyncio.Event):
    """Set when a conversation may have changed."""

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


class Watcher:
    """Wakes the streams of conversations whose rows changed. It looks only while somebody listens."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._told: dict[UUID, set[Told]] = defaultdict(set)
        self._seen: dict[UUID, datetime] = {}
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def watching(self, id_: UUID) -> Iterator[Told]:
        told = Told()
        self._told[id_].add(told)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="conversation watcher")
        try:
            yield told
        finally:
            self._told[id_].discard(told)
            if not self._told[id_]:
                del self._told[id_]
                self._seen.pop(id_, None)
            if not self._told and self._task is not None:
                self._task.cancel()
                self._task = None

    async def _run(self) -> None:
        """A database that is away is asked again; nothing is lost meanwhile, for streams look by themselves."""
        while True:
            with contextlib.suppress(OSError, SQLAlchemyError, TimeoutError):
                rows = await self._runtime.read(_changed, list(self._told), caller=Caller.system("journeys"))
                for id_, at in rows:
                    if self._seen.get(id_) != at:
                        self._wake(id_, at)
            await asyncio.sleep(PACE)

    def _wake(self, id_: UUID, at: datetime) -> None:
        """A conversation that is looked at for the first time has been looked at by its stream already."""
        new = id_ in self._seen
        self._seen[id_] = at
        if new:
            for told in self._told.get(id_, ()):
                told.set()


async def _changed(uow: Uow, ids: list[UUID]) -> list[tuple[UUID, datetime]]:
    return [(row["id"], row["changed_at"]) for row in await uow.fetch(LOOK, ids)]


_WATCHERS: WeakKeyDictionary[Runtime, Watcher] = WeakKeyDictionary()


def watcher_of(runtime: Runtime) -> Watcher:
    """The watcher of this process."""
    if (found := _WATCHERS.get(runtime)) is None:
        found = _WATCHERS[runtime] = Watcher(runtime)
    return found
