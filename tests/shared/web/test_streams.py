"""Replies that are sent while they are made: refused in time, ended when nobody listens, never a part as a whole."""

import asyncio
import csv
import io
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import text

from shared.access import Caller
from shared.errors import NotFound
from shared.runtime import Runtime
from shared.storage.tx import Uow
from shared.testing.callers import service
from shared.web.streams import Streamed
from shared.web.tables import cell, csv_chunks

pytestmark = pytest.mark.usefixtures("app")  # it closes the connections in the end
ROWS = text("SELECT n, repeat('x', 1000) AS filler FROM generate_series(1, :n) AS n")


class Client:
    """What stands behind the app: keeps what is sent, and may read slowly or leave."""

    def __init__(self, *, leaves_after: int | None = None, stalls: bool = False) -> None:
        self.sent: list[dict[str, Any]] = []
        self.left = asyncio.Event()
        self.leaves_after, self.stalls = leaves_after, stalls

    async def receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.sent.append({**message, "body": len(message.get("body", b""))})
        await asyncio.sleep(0)
        if len(self.sent) == self.leaves_after:
            self.left.set()
        if self.stalls or self.left.is_set():
            await asyncio.sleep(3600)

    @property
    def ended(self) -> bool:
        return bool(self.sent) and self.sent[-1].get("more_body") is False


async def bodies(uow: Uow, count: int) -> AsyncIterator[bytes]:
    async for rows in uow.portions(ROWS.bindparams(n=count), 500):
        yield "".join(row.filler for row in rows).encode()


def streamed(runtime: Runtime, produce: Any, caller: Caller | None = None) -> Streamed:
    return Streamed(runtime, caller or service(), produce, "text/plain", "Größe 1.txt")


async def idle(runtime: Runtime) -> int:
    """How many of the room's connections still hold a transaction."""
    query = text("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%' AND datname = current_database()")
    async with runtime.database.engine.connect() as connection:
        return int((await connection.execute(query)).scalar_one())


async def test_rows_arrive_in_portions_and_as_a_file(runtime: Runtime) -> None:
    client = Client()
    await streamed(runtime, lambda uow: bodies(uow, 1_200))({}, client.receive, client.send)
    start, *parts = client.sent
    headers = dict(start["headers"])
    assert headers[b"content-disposition"] == b"attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe%201.txt"
    assert (headers[b"cache-control"], b"content-length" in headers) == (b"no-store", False)
    assert [part["body"] for part in parts] == [500_000, 500_000, 200_000, 0]
    assert client.ended


async def test_a_stream_holds_one_portion_and_not_all(runtime: Runtime) -> None:
    client = Client()
    tracemalloc.start()
    await streamed(runtime, lambda uow: bodies(uow, 60_000))({}, client.receive, client.send)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(message["body"] for message in client.sent) == 60_000_000
    assert peak < 12_000_000


async def test_it_is_one_look_at_the_rows_and_changes_none(runtime: Runtime) -> None:
    async def writing(uow: Uow) -> AsyncIterator[bytes]:
        await uow.execute(text("UPDATE clock SET offset_us = 5"))
        yield b"never"

    client = Client()
    with pytest.raises(Exception, match="read-only transaction"):
        await streamed(runtime, writing)({}, client.receive, client.send)
    assert client.sent == []


async def test_what_is_refused_before_the_first_byte_is_an_answer_like_any_other(runtime: Runtime) -> None:
    async def refusing(uow: Uow) -> AsyncIterator[bytes]:
        raise NotFound("There is nothing to send.")
        yield b""

    client = Client()
    with pytest.raises(NotFound):
        await streamed(runtime, refusing)({}, client.receive, client.send)
    assert client.sent == []
    assert await idle(runtime) == 0


async def test_what_fails_later_never_looks_whole(runtime: Runtime) -> None:
    async def breaking(uow: Uow) -> AsyncIterator[bytes]:
        yield b"a part"
        raise KeyError("lost")

    client = Client()
    with pytest.raises(KeyError):
        await streamed(runtime, breaking)({}, client.receive, client.send)
    assert not client.ended
    assert await idle(runtime) == 0


async def test_a_client_that_goes_away_ends_the_transaction(runtime: Runtime) -> None:
    client = Client(leaves_after=3)
    ended = asyncio.Event()

    async def watched(uow: Uow) -> AsyncIterator[bytes]:
        try:
            async for chunk in bodies(uow, 1_000_000):
                yield chunk
        finally:
            ended.set()

    async with asyncio.timeout(10):
        await streamed(runtime, watched)({}, client.receive, client.send)
    assert ended.is_set()
    assert not client.ended
    assert await idle(runtime) == 0
    again = Client()
    await streamed(runtime, lambda uow: bodies(uow, 10))({}, again.receive, again.send)
    assert again.ended


async def test_a_client_that_takes_nothing_is_let_go(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.web.streams.SEND_SECONDS", 0.05)
    client = Client(stalls=True)
    with pytest.raises(TimeoutError):
        await streamed(runtime, lambda uow: bodies(uow, 1_000))({}, client.receive, client.send)
    assert await idle(runtime) == 0


async def test_streams_leave_connections_to_others(runtime: Runtime) -> None:
    going, gates = [], asyncio.Event()

    async def waiting(uow: Uow) -> AsyncIterator[bytes]:
        yield b"begun"
        await gates.wait()

    most = runtime.settings.pool_size // 4
    for _ in range(most):
        client = Client()
        going.append(asyncio.create_task(streamed(runtime, waiting)({}, client.receive, client.send)))
        while not client.sent:
            await asyncio.sleep(0.01)
    one_more = Client()
    with pytest.raises(Exception, match="Several exports"):
        await streamed(runtime, waiting)({}, one_more.receive, one_more.send)
    gates.set()
    await asyncio.gather(*going)


# --- CSV


class Colour(StrEnum):
    red = "=red"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+40721000000", "'+40721000000"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        (Colour.red, "'=red"),
        (["=1", "b"], "'=1;b"),
        (["a", "=1"], "a;=1"),
        ("a=b", "a=b"),
        ("'=1", "'=1"),
        (-5, -5),
        (-0.5, -0.5),
        (0, 0),
        (True, "true"),
        (None, ""),
        (date(2026, 3, 1), "2026-03-01"),
    ],
)
def test_no_cell_is_run_and_numbers_stay_numbers(value: Any, shown: Any) -> None:
    found = cell(value)
    assert (type(found), found) == (type(shown), shown)


class Line(BaseModel):
    name: str
    count: int
    rate: float | None


async def _portions(*portions: Sequence[Line]) -> AsyncIterator[Sequence[Line]]:
    for portion in portions:
        yield portion


async def test_a_csv_reads_back_as_it_was() -> None:
    lines = [Line(name='Ș, "x"\nz', count=-3, rate=None), Line(name="=cmd|' /C calc'!A0", count=2, rate=-0.25)]
    content = b"".join([chunk async for chunk in csv_chunks(Line, _portions(lines[:1], lines[1:]))])
    assert list(csv.reader(io.StringIO(content.decode(), newline=""))) == [
        ["name", "count", "rate"],
        ['Ș, "x"\nz', "-3", ""],
        ["'=cmd|' /C calc'!A0", "2", "-0.25"],
    ]
    assert content.startswith(b"name,count,rate\r\n")


async def test_a_byte_order_mark_comes_when_asked_for_and_a_header_always() -> None:
    content = b"".join([chunk async for chunk in csv_chunks(Line, _portions(), bom=True)])
    assert content == b"\xef\xbb\xbfname,count,rate\r\n"
