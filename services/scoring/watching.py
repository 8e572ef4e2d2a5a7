"""The worker's loops that learn aside: of stays when enough more have ended, and of tables that somebody sent."""

from dataclasses import asdict
from datetime import timedelta
from functools import partial

import structlog

from services.scoring import handlers
from services.scoring.commands import studies as commands
from services.scoring.settings import limits
from shared.access import Caller
from shared.aside import answer
from shared.loops import forever
from shared.runtime import Runtime

log = structlog.get_logger()
LOOK = 60.0  # seconds
STAYS, STUDIES = "services.scoring.fitting.stays", "services.scoring.fitting.studies"
AT_ONCE = 1.0
LONGEST = 300.0  # seconds that a training may take


async def keep_watching(runtime: Runtime) -> None:
    """For ever: one of the room's loops."""

    async def look() -> None:
        await learn_of_stays(runtime)  # again at the next look, whatever came of it

    await forever(runtime, "the risk of stays", look, LOOK)


async def learn_of_stays(runtime: Runtime) -> bool:
    """Train when enough stays have ended since the last time; whether a model came of it."""
    caller = Caller.system(runtime.service.name)
    examples = await runtime.execute(handlers.examples_of_stays, None, caller=caller)
    if examples is None:
        return False
    seed = limits().risk_seed
    made = await answer(STAYS, {"examples": examples, "seed": seed}, LONGEST)
    await runtime.execute(handlers.keep_risk_model, handlers.Fitted(made, len(examples), seed), caller=caller)
    return True


async def keep_studying(runtime: Runtime) -> None:
    """For ever: another of the room's loops."""
    await forever(runtime, "studies", partial(study_next, runtime), AT_ONCE)


async def study_next(runtime: Runtime) -> bool:
    """Work out a study that waits; whether there was one."""
    caller = Caller.system(runtime.service.name)
    lease = timedelta(seconds=2 * LONGEST)
    work = await runtime.execute(handlers.claim_study, commands.ClaimStudy(lease), caller=caller)
    if work is None:
        return False
    plan = asdict(work.plan) | {"ignored": sorted(work.plan.ignored)}
    try:
        found = await answer(STUDIES, {"text": work.text, "plan": plan}, LONGEST)
    except (OSError, ValueError) as error:
        log.error("a study fails", error=type(error).__name__)
        found = {"reason": "the work on it broke off"}
    end = {"reason": found["reason"]} if "reason" in found else {"found": found}
    await runtime.execute(handlers.end_study, commands.EndStudy(work.study_id, **end), caller=caller)
    return True
