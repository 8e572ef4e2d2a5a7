"""A room's database: the engine, its limits, and transactions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import orjson
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from shared.access import Caller
from shared.clock import Clock
from shared.storage.tx import Cause, Uow

STATEMENT_LIMIT = timedelta(seconds=15)


def _dump(value: object) -> str:
    return orjson.dumps(value, default=str).decode()


class Database:
    """One room's PostgreSQL database. `transaction` is the only thing in the system that commits."""

    def __init__(self, url: str, *, name: str = "sojourn", pool_size: int = 10) -> None:
        self.url = make_url(url).set(drivername="postgresql+asyncpg")
        self.engine = _engine(self.url, name, pool_size)
        self._reading = self.engine.execution_options(postgresql_readonly=True)

    @property
    def dsn(self) -> str:
        """The address for a bare driver (LISTEN, advisory locks), with its password."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    @asynccontextmanager
    async def transaction(self, caller: Caller, cause: Cause, clock: Clock) -> AsyncIterator[Uow]:
        """One unit of work: what it said and noted is written, then all is committed; an exception undoes all."""
        async with AsyncSession(self.engine, expire_on_commit=False, autoflush=False) as session:
            uow = Uow(session, caller, cause, clock)
            yield uow
            await uow.write()
            await session.commit()

    @asynccontextmanager
    async def reading(self, caller: Caller, clock: Clock) -> AsyncIterator[Uow]:
        """A read-only transaction: whoever writes in it gets an error."""
        async with AsyncSession(self._reading, expire_on_commit=False, autoflush=False) as session:
            yield Uow(session, caller, Cause.new(), clock)

    async def close(self) -> None:
        await self.engine.dispose()


def _engine(url: object, name: str, pool_size: int) -> AsyncEngine:
    limit = str(int(STATEMENT_LIMIT.total_seconds() * 1000))
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        pool_use_lifo=True,
        hide_parameters=True,  # values may be personal: no log line shows them
        json_serializer=_dump,
        json_deserializer=orjson.loads,
        connect_args={
            "timeout": 5,
            "command_timeout": STATEMENT_LIMIT.total_seconds() + 5,
            "server_settings": {
                "application_name": name,
                "statement_timeout": limit,
                "idle_in_transaction_session_timeout": limit,
                "timezone": "UTC",
            },
        },
    )
