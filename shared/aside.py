"""Work in a process of its own, so that neither consumers nor timers wait: an order goes in, lines of JSON come out."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

LONGEST_LINE = 256 * 1024 * 1024


async def words(module: str, order: bytes) -> AsyncGenerator[Any]:
    """What `python -m module` writes, line by line. The process is killed when nobody listens any more: close it.

    OSError when it doesn't take the order, ValueError when it writes no JSON or ends badly.
    """
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, stdin=pipe, stdout=pipe, limit=LONGEST_LINE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(order)
        await process.stdin.drain()
        process.stdin.close()
        async for line in process.stdout:
            yield json.loads(line)
        if code := await process.wait():
            raise ValueError(f"the process ended with {code}")
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def answer(module: str, order: Any, within: float) -> Any:
    """The one word of a process that has one; TimeoutError after so many seconds, ValueError when it says none."""
    async with asyncio.timeout(within), aclosing(words(module, json.dumps(order).encode())) as told:
        found = [word async for word in told]
    if not found:
        raise ValueError("the process ended without a word")
    return found[-1]
