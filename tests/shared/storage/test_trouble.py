"""Which failures pass by themselves, which may be a race, and which are for good."""

import asyncio
import socket

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.access import Caller
from shared.errors import Conflict, Transient
from shared.runtime import Runtime
from shared.storage import links
from shared.storage.engine import Database
from shared.storage.trouble import Failure, kind_of


@pytest.mark.parametrize(
    "error",
    [
        Transient("later"),
        TimeoutError(),
        ConnectionRefusedError(111, "refused"),
        socket.gaierror(-2, "no such host"),
        asyncpg.CannotConnectNowError("starting up"),
        asyncpg.SerializationError("again"),
        asyncpg.DeadlockDetectedError("again"),
        asyncpg.TooManyConnectionsError("full"),
        asyncpg.AdminShutdownError("bye"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_passes_by_itself_is_transient(error: Exception) -> None:
    assert kind_of(error) is Failure.transient


@pytest.mark.parametrize(
    "error",
    [ValueError("bad"), KeyError("x"), Conflict("no"), FileNotFoundError(2, "no", "t.html"), asyncpg.DataError("bad")],
    ids=lambda error: type(error).__name__,
)
def test_everything_else_is_for_good(error: Exception) -> None:
    assert kind_of(error) is Failure.deterministic


async def test_a_database_that_is_not_there_is_transient() -> None:
    engine = create_async_engine("postgresql+asyncpg://a:b@127.0.0.1:1/none", connect_args={"timeout": 1})
    with pytest.raises(Exception) as caught:  # noqa: PT011 (its kind is what is tested)
        async with engine.connect():
            pass
    await engine.dispose()
    assert kind_of(caught.value) is Failure.transient


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("SELECT 1 / 0", Failure.deterministic),
        ("SELECT * FROM nowhere", Failure.deterministic),
        ("SELECT pg_terminate_backend(pg_backend_pid())", Failure.transient),
        ("INSERT INTO clock (offset_us) VALUES (1)", Failure.doubtful),
        ("SET LOCAL statement_timeout = 50; SELECT pg_sleep(1)", Failure.doubtful),
    ],
)
async def test_database_errors_are_told_apart(rooms, statement: str, kind: Failure) -> None:
    runtime = (await rooms("applications")).runtime
    with pytest.raises(Exception) as caught:  # noqa: PT011
        await _all(runtime, statement.split("; "))
    assert kind_of(caught.value) is kind


async def test_a_pool_that_is_exhausted_is_transient(rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "WAIT_SECONDS", 0.05)
    runtime = (await rooms("applications")).runtime
    database = Database(runtime.database.dsn, pool_size=1)
    caller = Caller.system("applications")
    async with database.reading(caller, runtime.clock):
        with pytest.raises(TimeoutError) as caught:
            await asyncio.wait_for(database.reading(caller, runtime.clock).__aenter__(), 5)
    await database.close()
    assert kind_of(caught.value) is Failure.transient


async def test_a_connection_that_is_lent_while_the_pool_closes_ends_when_it_comes_back(rooms) -> None:
    runtime = (await rooms("applications")).runtime
    database = Database(runtime.database.dsn)
    async with database.reading(Caller.system("applications"), runtime.clock) as uow:
        await database.close()
        assert (await uow.link.execute(text("SELECT 1"))).scalar() == 1
    assert uow.link.driver.is_closed()


async def _all(runtime: Runtime, statements: list[str]) -> None:
    async with runtime.database.engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))
