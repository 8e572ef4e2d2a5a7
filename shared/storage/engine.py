"""A room's database: its connections, their limits, and transactions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from shared.access import Caller
from shared.clock import Clock
from shared.storage.documents import dumped, loaded
from shared.storage.links import Links
from shared.storage.tx import Cause, Uow

STATEMENT_LIMIT = timedelta(seconds=15)
BESIDE = 3  # connections for what runs beside transactions: clocks, health, counting


class Database:
    """One room's PostgreSQL database. `transaction` is the only thing in the system that commits.

    `limit` is how long a statement may take, and how long a transaction may wait for us between two of them.
    """

    def __init__(
        self, url: str, *, name: str = "sojourn", pool_size: int = 10, limit: timedelta = STATEMENT_LIMIT
    ) -> None:
        self.url = make_url(url).set(drivername="postgresql+asyncpg")
        beside = {"pool_size": BESIDE, "max_overflow": 0, "pool_timeout": 5, "pool_use_lifo": True}
        self.engine = _engine(self.url, name, limit, **beside)
        self._single = _engine(self.url, name, limit, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._links = Links(self._single, pool_size)

    @property
    def dsn(self) -> str:
        """The address for a bare driver (LISTEN, advisory locks), with its password."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    @asynccontextmanager
    async def transaction(self, caller: Caller, cause: Cause, clock: Clock) -> AsyncIterator[Uow]:
        """One unit of work: what it said and noted is written, then all is committed; an exception undoes all."""
        async with self._links.transaction("BEGIN", "COMMIT") as link:
            uow = Uow(link, caller, cause, clock)
            yield uow
            await uow.write()

    @asynccontextmanager
    async def reading(self, caller: Caller, clock: Clock) -> AsyncIterator[Uow]:
        """A read-only transaction: whoever writes in it gets an error."""
        async with self._links.transaction("BEGIN READ ONLY", "ROLLBACK") as link:
            yield Uow(link, caller, Cause.new(), clock)

    async def at_once(self, statement: str, *values: Any) -> None:
        """A statement that says nothing, notes nothing and is repeatable, committed by itself in one round trip."""
        await self._links.at_once(statement, *values)

    async def close(self) -> None:
        await self._links.close()
        await self._single.dispose()
        await self.engine.dispose()


def _engine(url: object, name: str, longest: timedelta, **pool: Any) -> AsyncEngine:
    limit = str(int(longest.total_seconds() * 1000))
    return create_async_engine(
        url,
        hide_parameters=True,  # values may be personal: no log line shows them
        json_serializer=dumped,
        json_deserializer=loaded,
        connect_args={
            "timeout": 5,
            "command_timeout": longest.total_seconds() + 5,
            "server_settings": {
                "application_name": name,
                "statement_timeout": limit,
                "idle_in_transaction_session_timeout": limit,
                "timezone": "UTC",
            },
        },
        **pool,
    )
