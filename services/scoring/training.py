"""The worker's loop for models: trainings in a process of their own, the nightly look, scoring with a new champion."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any

import structlog

from services.scoring import commands, handlers
from services.scoring.policy.transitions import WAYS
from services.scoring.settings import Limits, limits
from shared.access import Caller
from shared.aside import words
from shared.loops import forever
from shared.runtime import Runtime

log = structlog.get_logger()
LEASE = timedelta(seconds=60)
LOOK, PLAN, TOLD = 1.0, 60.0, 0.5  # seconds between looks for work, looks at what is due, words of progress
MODULE = "services.scoring.fitting"


async def keep_models(runtime: Runtime) -> None:
    """For ever: one of the room's loops."""
    await forever(runtime, "models", Keeper(runtime).step, LOOK)


class Keeper:
    def __init__(self, runtime: Runtime) -> None:
        self.runtime, self.caller, self.planned = runtime, Caller.system(runtime.service.name), 0.0

    async def step(self) -> bool:
        """Whether there was anything to do."""
        if time.monotonic() - self.planned >= PLAN:
            self.planned = time.monotonic()
            await self.plan()
        painted = await self._do(handlers.repaint, commands.Repaint())
        return await self.train() or painted > 0

    async def plan(self) -> None:
        """What the night or new labels make due; the nightly look at each transition; nights of suggestions."""
        await self._do(handlers.begin_nights, None)
        await self._do(handlers.plan_trainings, commands.PlanTrainings())
        for transition in WAYS:
            await self._do(handlers.judge_models, commands.JudgeModels(transition))

    async def train(self) -> bool:
        work = await self._do(handlers.claim_training, commands.ClaimTraining(LEASE))
        if work is None:
            return False
        await self._run(work)
        return True

    async def _do(self, handler: Any, command: Any) -> Any:
        return await self.runtime.execute(handler, command, caller=self.caller)

    async def _run(self, work: commands.TrainingWork) -> None:
        beat = asyncio.create_task(self._beat(work))
        try:
            async with aclosing(words(MODULE, self._order(work, limits()))) as told:
                end = await self._follow(work, told)
        except (OSError, ValueError) as error:
            log.error("training fails", error=type(error).__name__)
            end = commands.EndTraining(work.training_id, reason="failed")
        finally:
            beat.cancel()
        if end is not None:
            await self._do(handlers.end_training, end)

    def _order(self, work: commands.TrainingWork, given: Limits) -> bytes:
        url = self.runtime.settings.database_url.get_secret_value()
        order = {"database_url": url, "transition": work.transition, "seed": work.seed}
        order |= {"until": work.until.isoformat(), "late_share": given.train_late_share, "least": given.train_least}
        return json.dumps(order).encode()

    async def _follow(self, work: commands.TrainingWork, said: AsyncIterator[Any]) -> commands.EndTraining | None:
        """How it ended; None when nobody wants it any more; ValueError when the process ends without a model."""
        told = 0.0
        async for word in said:
            if "model" in word:
                return commands.EndTraining(work.training_id, trained(word["model"]))
            if "reason" in word:
                return commands.EndTraining(work.training_id, reason=word["reason"])
            if time.monotonic() - told < TOLD:
                continue
            told = time.monotonic()
            tell = commands.TellTraining(work.training_id, word["done"], word["all"], LEASE)
            if not await self._do(handlers.tell_training, tell):
                return None
        raise ValueError("the process ended without a model")

    async def _beat(self, work: commands.TrainingWork) -> None:
        """Keep the lease while the process counts and says nothing."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            await self._do(handlers.hold_training, commands.HoldTraining(work.training_id, LEASE))


def trained(found: dict[str, Any]) -> commands.Trained:
    """What the process wrote, read."""
    moments = {name: datetime.fromisoformat(found[name]) for name in ("window_from", "window_to")}
    return commands.Trained(**found | moments)
