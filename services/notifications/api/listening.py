"""One connection of a process that hears which feeds have changed, for all streams that it serves."""

import asyncio
import contextlib
from uuid import UUID

import asyncpg

from services.notifications.handlers.feed import CHANNEL
from shared.runtime import Runtime
from shared.web.waking import Waker

AGAIN = 1.0  # seconds until a lost connection is tried again


class Listener(Waker):
    """Wakes the streams of a recipient whose feed has changed; after a lost connection it wakes all of them."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime)
        self._ready = asyncio.Event()

    async def ready(self) -> None:
        """Returns when it listens, or after a second in which it couldn't: heartbeats look, too."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(AGAIN):
                await self._ready.wait()

    async def run(self) -> None:
        while True:
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                await self._listen()
            self.wake(*self.told)
            await asyncio.sleep(AGAIN)

    async def _listen(self) -> None:
        lost = asyncio.Event()
        connection = await asyncpg.connect(self.runtime.database.dsn, timeout=5)
        try:
            connection.add_termination_listener(lambda *_: lost.set())
            await connection.add_listener(CHANNEL, lambda *args: self.wake(UUID(args[-1])))
            self._ready.set()
            self.wake(*self.told)
            await lost.wait()
        finally:
            self._ready.clear()
            connection.terminate()
