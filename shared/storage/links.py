"""Connections of one process to its room's database: lent one at a time, the last one used first."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

WAIT_SECONDS = 5.0
UNDO_SECONDS = 2.0


class Home:
    """Stands for a process's database: what the process keeps of its content hangs there, and is gone with it."""


class Link:
    """One connection, spoken to through the bare driver (`driver`) or through SQLAlchemy on top of it.

    SQLAlchemy's side is in autocommit mode: BEGIN and COMMIT are the driver's, so both sides share a transaction.
    """

    def __init__(self, composed: AsyncConnection, driver: asyncpg.Connection, links: "Links") -> None:
        self._composed, self.driver, self._links = composed, driver, links
        self._session: AsyncSession | None = None

    @property
    def database(self) -> Home:
        """One and the same for all connections of a process to its database."""
        return self._links.home

    async def execute(self, statement: Any, values: Any = None) -> Any:
        """A statement of SQLAlchemy's, its rows as columns."""
        return await self._composed.execute(statement, values)

    async def entities(self, statement: Any, values: Any = None) -> Any:
        """A query whose rows are models; they are for reading, a change of them is not written."""
        if self._session is None:
            self._session = AsyncSession(self._composed, expire_on_commit=False, autoflush=False)
        return await self._session.execute(statement, values)

    async def portions(self, statement: Any, size: int) -> AsyncIterator[Sequence[Any]]:
        """Rows of a statement through a cursor on the server, so many at a time."""
        rows = await self._composed.stream(statement, execution_options={"yield_per": size})
        try:
            async for portion in rows.partitions(size):
                yield portion
        finally:
            await rows.close()

    async def tidy(self) -> None:
        """Leave nothing behind for the next transaction."""
        if self._session is not None:
            await self._session.close()
            self._session = None
        if self._composed.in_transaction():
            await self._composed.rollback()  # of SQLAlchemy's book-keeping: nothing is sent

    async def undo(self) -> bool:
        """Roll back; False when the connection is of no more use."""
        try:
            async with asyncio.timeout(UNDO_SECONDS):
                await self.driver.execute("ROLLBACK")
                await self.tidy()
        except Exception:
            return False
        return True

    async def end(self) -> None:
        """Cut the connection; the server undoes what was open."""
        self.driver.terminate()
        with suppress(Exception):
            await self._composed.invalidate()
            await self._composed.close()


class Links:
    """At most `size` connections; TimeoutError when none gets free in five seconds."""

    def __init__(self, engine: AsyncEngine, size: int) -> None:
        self._engine = engine
        self._free = asyncio.Semaphore(size)
        self.home = Home()
        self._idle: list[Link] = []
        self._closed = False

    @asynccontextmanager
    async def transaction(self, begin: str, end: str) -> AsyncIterator[Link]:
        """A connection inside a transaction that `end` ends; an exception rolls it back."""
        await self._acquire()
        try:
            link = await self._open()
            usable = False
            try:
                await link.driver.execute(begin)
                yield link
                await link.driver.execute(end)
                await link.tidy()
                usable = True
            except BaseException:
                usable = await link.undo()
                raise
            finally:
                await self._take_back(link, usable)
        finally:
            self._free.release()

    async def at_once(self, statement: str, *values: Any) -> None:
        """One statement that is its own transaction: a single round trip."""
        await self._acquire()
        try:
            link = await self._open()
            try:
                await link.driver.execute(statement, *values)
            except BaseException:
                await link.end()
                raise
            await self._take_back(link, True)
        finally:
            self._free.release()

    async def close(self) -> None:
        """Close what is idle; what is lent ends when it comes back."""
        self._closed = True
        idle, self._idle = self._idle, []
        for link in idle:
            await link.end()

    async def _take_back(self, link: Link, usable: bool) -> None:
        if usable and not self._closed:
            self._idle.append(link)
        else:
            await link.end()

    async def _acquire(self) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        async with asyncio.timeout(WAIT_SECONDS):
            await self._free.acquire()

    async def _open(self) -> Link:
        while self._idle:
            link = self._idle.pop()
            if not link.driver.is_closed():
                return link
            await link.end()
        composed = await self._engine.connect()
        raw = await composed.get_raw_connection()
        return Link(composed, raw.driver_connection, self)
