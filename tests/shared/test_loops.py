"""Endless work goes on while there is something to do, rests when there is nothing, and survives its failures."""

import asyncio
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from shared.loops import forever

RUNTIME: Any = SimpleNamespace(service=SimpleNamespace(name="scoring"))


async def run(steps: list[Any], rest: float, **options: float) -> list[float]:
    """When each of these was called, seconds after the first; an exception among them is raised."""
    began, left, done = [], iter(steps), asyncio.Event()

    async def step() -> Any:
        began.append(time.monotonic())
        found = next(left, None)
        if len(began) > len(steps):
            done.set()
            await asyncio.Event().wait()
        if isinstance(found, Exception):
            raise found
        return found

    task = asyncio.create_task(forever(RUNTIME, "models", step, rest, **options))
    async with asyncio.timeout(10):
        await done.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return [moment - began[0] for moment in began]


async def test_it_rests_only_when_there_was_nothing_to_do() -> None:
    busy = await run([True, 3, "more"], 5.0)
    assert busy[-1] < 5.0
    idle = await run([0], 0.3)
    assert idle[-1] >= 0.3


@pytest.fixture
def said() -> Iterator[list[Any]]:
    with capture_logs() as logs:
        yield logs


async def test_a_failure_is_told_and_the_work_goes_on(said: list[Any]) -> None:
    began = await run([OSError("no disk"), True], 0.0, after_failure=0.3)
    assert began[1] >= 0.3
    (entry,) = said
    assert (entry["what"], entry["room"], entry["log_level"]) == ("models", "scoring", "warning")
    assert "no disk" in entry["error"]
