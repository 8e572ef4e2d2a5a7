"""The worker's loops for estimates: the next question goes to a process of its own, its answer is kept."""

import asyncio
import json
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any

import structlog

from services.journeys import commands, handlers, views
from shared.access import Caller
from shared.aside import words
from shared.loops import forever
from shared.runtime import Runtime

log = structlog.get_logger()
MODULE = "services.journeys.estimates"
LEASE = timedelta(seconds=60)
LOOK, PLAN = 0.5, 10.0  # seconds between looks for questions, and for what is to be worked out anew or unasked


async def keep_estimates(runtime: Runtime) -> None:
    """For ever: questions are taken up one after the other."""
    await forever(runtime, "estimates", Estimating(runtime).step, LOOK)


async def renew_estimates(runtime: Runtime) -> None:
    """For ever: pages of figures begin with some, and what was worked out is so again when facts have moved on."""
    estimator = Estimating(runtime)

    async def plan() -> None:
        await estimator.keep()
        await estimator.plan()

    await forever(runtime, "renewed estimates", plan, PLAN)


class Estimating:
    """Takes up one question after the other."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime, self.caller = runtime, Caller.system(runtime.service.name)

    async def keep(self) -> None:
        """Have worked out what the pages of those begin with who look at figures."""
        for scope in await self.runtime.read(views.scopes_in_use, caller=self.caller):
            await self.runtime.execute(handlers.keep_estimates, commands.KeepEstimates(), caller=scope)

    async def plan(self) -> int:
        """Have those made again whose facts have moved on; how many."""
        return int(await self._do(handlers.plan_estimates, commands.PlanEstimates()))

    async def step(self) -> bool:
        """Whether there was anything to do."""
        work = await self._do(handlers.claim_estimate, commands.ClaimEstimate(LEASE))
        if work is None:
            return False
        beat = asyncio.create_task(self._beat(work))
        try:
            end = await self._answer(work)
        except (OSError, ValueError) as error:
            log.error("estimate fails", kind=work.question.kind, error=repr(error))
            end = commands.EndEstimate(work.estimate_id, reason="failed")
        finally:
            beat.cancel()
        await self._do(handlers.end_estimate, end)
        return True

    async def _answer(self, work: commands.EstimateWork) -> commands.EndEstimate:
        url = self.runtime.settings.database_url.get_secret_value()
        order = {"database_url": url, "question": work.question.as_json(), "now": work.now.isoformat()}
        async with aclosing(words(MODULE, json.dumps(order).encode())) as told:
            async for word in told:
                if "result" in word:
                    return _end(work, word)
                tell = commands.TellEstimate(work.estimate_id, LEASE, word["progress"])
                await self._do(handlers.tell_estimate, tell)
        raise ValueError("the process ended without a result")

    async def _beat(self, work: commands.EstimateWork) -> None:
        """Keep the lease while the process counts and says nothing."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            await self._do(handlers.tell_estimate, commands.TellEstimate(work.estimate_id, LEASE))

    async def _do(self, handler: Any, command: Any) -> Any:
        return await self.runtime.execute(handler, command, caller=self.caller)


def _end(work: commands.EstimateWork, word: dict[str, Any]) -> commands.EndEstimate:
    seen = datetime.fromisoformat(word["seen"]) if word["seen"] else None
    return commands.EndEstimate(work.estimate_id, word["result"], work.now, seen, word["seconds"])
