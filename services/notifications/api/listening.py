"""One connection of a process that hears which feeds have changed, for all streams that it serves."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from uuid import UUID
from weakref import WeakKeyDictionary

import asyncpg

from services.notifications.handlers.feed import CHANNEL
from shared.runtime import Runtime

AGAIN = 1.0  # seconds until a lost connection is tried again


class Told(asyncio.Event):
    """Set when the feed may have changed."""

    async def for_seconds(self, longest: float, beat: float) -> AsyncIterator[None]:
        """Once at the beginning, then whenever it is set, and every `beat` seconds without that; up to `longest`."""
        loop = asyncio.get_running_loop()
        until = loop.time() + longest
        yield
        while loop.time() < until:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(beat):
                    await self.wait()
            yield


class Listener:
    """Wakes the streams of a recipient whose feed has changed; after a lost connection it wakes all of them."""

    def __init__(self, runtime: Runtime) -> None:
        self._dsn = runtime.database.dsn
        self._told: dict[str, set[Told]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    async def start(self) -> None:
        """Returns when it listens, or after a second in which it couldn't: heartbeats look, too."""
        if self._task is None or self._task.done():
            self._ready.clear()
            self._task = asyncio.create_task(self._run(), name="feed listener")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(AGAIN):
                await self._ready.wait()

    @contextmanager
    def waiting(self, recipient: UUID) -> Iterator[Told]:
        told, key = Told(), str(recipient)
        self._told[key].add(told)
        try:
            yield told
        finally:
            self._told[key].discard(told)
            if not self._told[key]:
                del self._told[key]
            if not self._told and self._task is not None:  # nobody listens: the connection is given back
                self._task.cancel()
                self._task = None

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                await self._listen()
            self._wake(*self._told)
            await asyncio.sleep(AGAIN)

    async def _listen(self) -> None:
        lost = asyncio.Event()
        connection = await asyncpg.connect(self._dsn, timeout=5)
        try:
            connection.add_termination_listener(lambda *_: lost.set())
            await connection.add_listener(CHANNEL, lambda *args: self._wake(args[-1]))
            self._ready.set()
            self._wake(*self._told)
            await lost.wait()
        finally:
            self._ready.clear()
            connection.terminate()

    def _wake(self, *recipients: str) -> None:
        for recipient in recipients:
            for told in self._told.get(recipient, ()):
                told.set()


_LISTENERS: WeakKeyDictionary[Runtime, Listener] = WeakKeyDictionary()


async def listener_of(runtime: Runtime) -> Listener:
    """The listener of this process; it starts with the first stream."""
    if (found := _LISTENERS.get(runtime)) is None:
        found = _LISTENERS[runtime] = Listener(runtime)
    await found.start()
    return found
