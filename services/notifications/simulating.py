"""The worker's runner of simulations: one at a time, each in a process of its own, which is stopped when told so."""

import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import structlog

from services.notifications.commands.simulations import ClaimSimulation, EndSimulation, SimulationWork, TellSimulation
from services.notifications.handlers import simulations as handlers
from shared.access import Caller
from shared.aside import words
from shared.loops import forever
from shared.runtime import Runtime

log = structlog.get_logger()
LEASE = timedelta(seconds=60)
LOOK, TOLD = 1.0, 0.5  # seconds between two looks for work, and between two words of progress
MODULE = "services.notifications.simulation"


async def run_simulations(runtime: Runtime) -> None:
    """For ever: run what was asked for. One of the room's loops."""
    await forever(runtime, "simulations", Runner(runtime).step, LOOK)


class Runner:
    def __init__(self, runtime: Runtime) -> None:
        self.runtime, self.caller = runtime, Caller.system(runtime.service.name)

    async def step(self) -> bool:
        """Run the next one, if there is one; whether there was."""
        work = await self.runtime.execute(handlers.claim_simulation, ClaimSimulation(LEASE), caller=self.caller)
        if work is None:
            return False
        await self._run(work)
        return True

    async def _run(self, work: SimulationWork) -> None:
        try:
            async with aclosing(words(MODULE, work.order)) as told:
                report = await self._follow(work, told)
            if report is None:
                return
            end = EndSimulation(work.run_id, report)
        except (OSError, ValueError) as error:
            log.error("simulation fails", error=type(error).__name__)
            end = EndSimulation(work.run_id, reason="failed")
        await self.runtime.execute(handlers.end_simulation, end, caller=self.caller)

    async def _follow(self, work: SimulationWork, said: AsyncIterator[Any]) -> dict[str, object] | None:
        """The report; None when it was cancelled; ValueError when the process ends without one."""
        told = time.monotonic()
        async for word in said:
            if "report" in word:
                return word["report"]  # type: ignore[no-any-return]
            if time.monotonic() - told < TOLD:
                continue
            told = time.monotonic()
            tell = TellSimulation(work.run_id, word["done"], word["all"], LEASE)
            if not await self.runtime.execute(handlers.tell_simulation, tell, caller=self.caller):
                return None
        raise ValueError("the process ended without a report")
