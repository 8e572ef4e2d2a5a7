"""`python -m services.scoring.fitting`: an order as JSON comes in, lines of progress and the model go out.

The worker runs it as a process of its own, so that neither consumer nor timers wait. It only reads.
"""

import asyncio
import json
import os
import sys
from datetime import datetime
from typing import Any

from services.scoring.fitting import TooFew, learn
from services.scoring.fitting.gathering import count_subjects, portions
from services.scoring.policy.examples import Case
from services.scoring.policy.transitions import WAYS, Transition
from shared.access import Caller
from shared.clock import BusinessClock
from shared.storage.engine import Database

POLITE = 10  # of `nice`


def main() -> None:
    """Lines `{"done": …, "all": …}`, then `{"model": …}` or `{"reason": …}`."""
    os.nice(POLITE)
    order = json.loads(sys.stdin.buffer.read())
    print(json.dumps(asyncio.run(fitted(order))), flush=True)


async def fitted(order: dict[str, Any]) -> dict[str, Any]:
    way, until = WAYS[Transition(order["transition"])], datetime.fromisoformat(order["until"])
    cases = await _read(order["database_url"], way.transition, until)
    try:
        about = {"late_share": order["late_share"], "least": order["least"]}
        return {"model": learn(cases, way, order["seed"], until, **about)}
    except TooFew:
        return {"reason": "too_few_labels"}


async def _read(url: str, transition: Transition, until: datetime) -> list[Case]:
    database, cases, done = Database(url, name="sojourn-scoring-fitting", pool_size=1), [], 0
    try:
        async with database.reading(Caller.system("scoring"), BusinessClock()) as uow:
            whole = await count_subjects(uow, WAYS[transition])
            async for count, found in portions(uow, WAYS[transition], until):
                cases += found
                done += count
                print(json.dumps({"done": done, "all": whole}), flush=True)
    finally:
        await database.close()
    return cases


if __name__ == "__main__":
    main()
