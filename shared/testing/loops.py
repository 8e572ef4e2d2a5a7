"""Endless loops for the length of a test or a measurement."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager


@asynccontextmanager
async def running(*loops: Awaitable[None]) -> AsyncIterator[list[asyncio.Future[None]]]:
    """The loops run in the background; they are ended with the block."""
    tasks = [asyncio.ensure_future(loop) for loop in loops]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
