"""A worker's endless work: step after step, without a pause while there is something to do."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from shared.runtime import Runtime

log = structlog.get_logger()
Step = Callable[[], Awaitable[object]]


async def forever(runtime: Runtime, what: str, step: Step, rest: float, *, after_failure: float | None = None) -> None:
    """Call `step` for ever. When it returned nothing true there was nothing to do: `rest` seconds pass.

    What it raises is logged, and it is called again after `after_failure` seconds (by default `rest`).
    """
    while True:
        try:
            pause = 0.0 if await step() else rest
        except Exception as error:
            log.warning("work waits", what=what, room=runtime.service.name, error=repr(error)[:300])
            pause = rest if after_failure is None else after_failure
        await asyncio.sleep(pause)
