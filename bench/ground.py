"""What a measurement stands on: a broker and a PostgreSQL of its own, migrated databases, a loop as in the rooms."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self, TypeVar

import uvloop
from pydantic import SecretStr

from shared.contracts.topics import TOPICS
from shared.embedded.kafka import KafkaCluster
from shared.embedded.postgres import Postgres
from shared.messaging.kafka import KafkaBus
from shared.runtime import Runtime
from shared.service import load
from shared.settings import Kernel
from shared.storage.engine import Database
from shared.storage.migrate import migrate

T = TypeVar("T")


class Ground:
    """`async with Ground() as ground:` – the servers, as the embedded system starts them, with all topics."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        kafka, postgres = (
            self._stack.enter_context(tempfile.TemporaryDirectory(prefix=f"sojourn-bench-{name}-"))
            for name in ("kafka", "postgres")
        )
        Path(postgres).chmod(0o755)  # PostgreSQL's own user must get through
        try:
            self.cluster = await self._stack.enter_async_context(KafkaCluster(Path(kafka)))
            self.postgres = await self._stack.enter_async_context(Postgres(Path(postgres)))
            bus = KafkaBus(self.cluster.bootstrap)
            await bus.ensure_topics(TOPICS.values())
            await bus.stop()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def database(self, room: str) -> str:
        """The address of a new, migrated database of this room."""
        return await migrated(self.postgres, room)


async def migrated(postgres: Postgres, room: str) -> str:
    """The address of a new, migrated database of this room."""
    url = await postgres.create_database(f"sojourn_{room}")
    database = Database(url)
    try:
        await migrate(database, load(room).migrations)
    finally:
        await database.close()
    return url


def runtime(room: str, url: str) -> Runtime:
    """A room as its worker has it; made inside the loop that uses it."""
    service = load(room)
    settings = service.settings(database_url=SecretStr(url), port=0, _env_file=None)
    return Runtime(service, kernel_settings=Kernel(_env_file=None), settings=settings)


async def on_fast_loop(work: Callable[[], Awaitable[T]]) -> T:
    """Run on a uvloop of its own, as the rooms' processes do, while this loop keeps the servers."""
    return await asyncio.to_thread(uvloop.run, _awaited(work))


async def _awaited(work: Callable[[], Awaitable[T]]) -> T:
    return await work()


async def until(done: Callable[[], Awaitable[bool]], seconds: float = 120.0) -> None:
    """Look every 20 ms; TimeoutError after `seconds`."""
    async with asyncio.timeout(seconds):
        while not await done():
            await asyncio.sleep(0.02)


async def a_second(count: int, work: Awaitable[Any]) -> float:
    """How many of `count` things a second this work did."""
    began = time.perf_counter()
    await work
    return count / (time.perf_counter() - began)


def rates(found: Sequence[float], limits: Sequence[float], **more: Any) -> dict[str, Any]:
    """Figures of rounds that alternated with the bare driver's: medians, 1/s, and how they relate."""
    value, limit = statistics.median(found), statistics.median(limits)
    return {"value": round(value), "unit": "1/s", "limit": round(limit), "ratio": round(value / limit, 3), **more}


def too_slow(figures: dict[str, Any], strict: bool, *, ratio: float, floor: float) -> list[str]:
    """What a rate falls short of: always the ratio to the bare driver, the absolute floor only when strict."""
    reasons = [] if figures["ratio"] >= ratio else [f"{figures['ratio']} of the bare driver, {ratio} wanted"]
    if strict and figures["value"] < floor:
        reasons.append(f"{figures['value']:,} a second, {floor:,.0f} wanted")
    return reasons
