"""The worker's loop for the risk of stays: learns anew when enough more of them have ended."""

import asyncio
import json
import sys
from typing import Any

import structlog

from services.scoring import handlers
from services.scoring.settings import limits
from shared.access import Caller
from shared.runtime import Runtime

log = structlog.get_logger()
LOOK = 60.0  # seconds
COMMAND = ("-m", "services.scoring.fitting.stays")
LONGEST = 300.0  # seconds that a training may take


async def keep_watching(runtime: Runtime) -> None:
    """For ever: one of the room's loops."""
    while True:
        try:
            await learn_of_stays(runtime)
        except Exception as error:
            log.warning("the risk of stays waits", room=runtime.service.name, error=repr(error))
        await asyncio.sleep(LOOK)


async def learn_of_stays(runtime: Runtime) -> bool:
    """Train when enough stays have ended since the last time; whether a model came of it."""
    caller = Caller.system(runtime.service.name)
    examples = await runtime.execute(handlers.examples_of_stays, None, caller=caller)
    if examples is None:
        return False
    seed = limits().risk_seed
    made = await _fitted(json.dumps({"examples": examples, "seed": seed}).encode())
    await runtime.execute(handlers.keep_risk_model, handlers.Fitted(made, len(examples), seed), caller=caller)
    return True


async def _fitted(order: bytes) -> dict[str, Any]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, *COMMAND, stdin=pipe, stdout=pipe)
    try:
        told, _ = await asyncio.wait_for(process.communicate(order), LONGEST)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise RuntimeError(f"the training ended with {process.returncode}")
    made: dict[str, Any] = json.loads(told)
    return made
