"""A running room: its settings, clock and database, and the one way to change something."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import text

from shared import failpoints
from shared.access import Caller
from shared.clock import BusinessClock
from shared.errors import Unavailable
from shared.service import Service
from shared.settings import Kernel, Mode, RoomSettings, kernel
from shared.storage.engine import Database
from shared.storage.tx import Cause, Uow

T = TypeVar("T")
Run = Callable[[], Awaitable[Any]]
Around = Callable[[Uow, Run], Awaitable[Any]]
CLOCK = "sojourn_clock"  # the channel on which a moved clock is told
OFFSET = text("SELECT offset_us FROM clock")
TOLD, LOOK_AGAIN = 0.2, 5.0  # seconds
STREAMS_SHARE = 4  # one connection in four may be held by a reply that is being sent


class Runtime:
    """What the doors of one process share."""

    def __init__(
        self, service: Service, *, kernel_settings: Kernel | None = None, settings: RoomSettings | None = None,
        clock: BusinessClock | None = None, database: Database | None = None,
    ) -> None:  # fmt: skip
        self.service = service
        self.kernel = kernel_settings or kernel()
        self.settings = settings or service.settings()
        self.clock = clock or BusinessClock()
        url = self.settings.database_url.get_secret_value()
        own = f"sojourn-{service.name}"
        self.database = database or Database(url, name=own, pool_size=self.settings.pool_size)
        self.committed: Callable[[], None] = lambda: None
        self.clock_moved = asyncio.Event()
        self._streams = asyncio.Semaphore(max(1, self.settings.pool_size // STREAMS_SHARE))
        self._follower: asyncio.Task[None] | None = None

    async def start(self) -> None:
        if self.may_move_clock:
            await self.read_clock()
            self._follower = asyncio.create_task(self._follow(), name="clock follower")

    async def stop(self) -> None:
        if self._follower:
            self._follower.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._follower
        await self.database.close()

    async def execute(
        self, handler: Callable[[Uow, Any], Awaitable[T]], command: Any, *, caller: Caller, cause: Cause | None = None,
        expected: int | None = None, around: Around | None = None,
    ) -> T:  # fmt: skip
        """Run one handler in one transaction, committed before this returns; any exception leaves nothing behind.

        `around(uow, run)` may wrap the handler inside the transaction (idempotency). `expected` is the version that
        the caller has seen.
        """
        async with self.database.transaction(caller, cause or Cause.new(), self.clock) as uow:
            uow.expected = expected
            result = await (around(uow, lambda: handler(uow, command)) if around else handler(uow, command))
            failpoints.passing("command-handled")
        failpoints.passing("command-committed")
        self.committed()
        return result

    async def read(self, view: Callable[..., Awaitable[T]], *args: Any, caller: Caller) -> T:
        """Run a view `view(uow, *args)` in a read-only transaction."""
        async with self.database.reading(caller, self.clock) as uow:
            return await view(uow, *args)

    @contextlib.asynccontextmanager
    async def streaming(self, caller: Caller) -> AsyncIterator[Uow]:
        """A read-only transaction that stays open while its rows are sent; Unavailable when many are being sent."""
        if self._streams.locked():
            raise Unavailable("Several exports are being sent already; try again in a while.")
        async with self._streams, self.database.reading(caller, self.clock) as uow:
            yield uow

    # --- business time

    @property
    def may_move_clock(self) -> bool:
        return self.kernel.mode is Mode.development and self.kernel.clock_control

    async def move_clock(self, offset: timedelta) -> None:
        """Store the offset; returns when every process of the room has had the time to follow."""
        if not self.may_move_clock:
            raise PermissionError("business time moves in development mode with SOJOURN_CLOCK_CONTROL only")
        async with self.database.engine.begin() as connection:
            micros = offset // timedelta(microseconds=1)
            await connection.execute(text("UPDATE clock SET offset_us = :us, moved_at = now()"), {"us": micros})
            await connection.execute(text(f"NOTIFY {CLOCK}"))
        self._set_offset(offset)
        await asyncio.sleep(TOLD)

    async def read_clock(self) -> None:
        """Business time as the room has it now."""
        async with self.database.engine.connect() as connection:
            micros = (await connection.execute(OFFSET)).scalar_one()
        self._set_offset(timedelta(microseconds=micros))

    def _set_offset(self, offset: timedelta) -> None:
        if offset != self.clock.offset:
            self.clock.offset = offset
            self.clock_moved.set()

    async def _follow(self) -> None:
        while True:
            with contextlib.suppress(Exception):  # a database that is away: the readiness check tells; we follow later
                await self._listen()
            await asyncio.sleep(1)

    async def _listen(self) -> None:
        """Read the clock whenever it is told that it moved, and now and then without that."""
        told = asyncio.Event()
        connection = await asyncpg.connect(self.database.dsn, timeout=5)
        try:
            await connection.add_listener(CLOCK, lambda *_: told.set())
            while not connection.is_closed():
                told.clear()
                await self.read_clock()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_AGAIN):
                        await told.wait()
        finally:
            connection.terminate()
