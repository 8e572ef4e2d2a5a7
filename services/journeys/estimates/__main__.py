"""`python -m services.journeys.estimates`: a question comes in as JSON, lines of progress and the result go out.

The worker runs it as a process of its own, so that neither consumer nor timers wait. It only reads.
"""

import asyncio
import json
import os
import sys
import time
from datetime import datetime, timedelta
from typing import Any

from services.journeys.estimates.kinds import KINDS
from services.journeys.model.narrowing import caller_of
from services.journeys.policy.questions import question_of
from shared.clock import BusinessClock
from shared.storage.engine import Database

POLITE = 10  # of `nice`, altogether
SEEN = "SELECT max(changed_at) FROM touched"
LIMIT = timedelta(minutes=10)  # of a statement: somebody waits for none of them
MEMORY = "SELECT set_config('work_mem', '64MB', true)"


def main() -> None:
    """Lines `{"progress": …}`, then `{"result": …, "seen": …, "seconds": …}`."""
    os.nice(max(0, POLITE - os.nice(0)))
    order = json.loads(sys.stdin.buffer.read())
    print(json.dumps(asyncio.run(answered(order))), flush=True)


async def answered(order: dict[str, Any]) -> dict[str, Any]:
    question, began = question_of(order["question"]), time.perf_counter()
    made = KINDS[question.kind].made()
    database = Database(order["database_url"], name="sojourn-journeys-estimates", pool_size=1, limit=LIMIT)
    try:
        clock = BusinessClock(datetime.fromisoformat(order["now"]) - BusinessClock().machine())
        async with database.reading(caller_of(question.view, question.entity_id), clock) as uow:
            await uow.fetch(MEMORY)
            seen = (await uow.fetch(SEEN))[0][0]
            data = await made.load(uow, question)
    finally:
        await database.close()
    print(json.dumps({"progress": 0.6}), flush=True)
    result = made.compute(data, question.seed)
    told = {"result": result, "seen": seen.isoformat() if seen else None}
    return told | {"seconds": round(time.perf_counter() - began, 3)}


if __name__ == "__main__":
    main()
