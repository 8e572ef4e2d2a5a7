"""The worker's loop for models of pairs: once a day each side is learned anew, when enough became known since then."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from services.scoring.model import MatchModel
from services.scoring.policy.matching.fit import SIDES
from services.scoring.policy.matching.training import LEAST
from shared.access import Caller
from shared.aside import answer
from shared.ids import new_id
from shared.loops import forever
from shared.runtime import Runtime
from shared.storage.tx import Uow

LOOK, LONGEST = 60.0, 300.0  # seconds between looks, and that a training may take
EVERY, MORE = timedelta(days=1), 0.1  # learned anew at most daily, and only with so many more examples, as a share
DECIDED, SHOWN = timedelta(days=60), timedelta(days=14)  # what had no yes by then is a no
MOST, SEED = 30_000, 1
PAIRS = "services.scoring.fitting.pairs"
# A decision within its horizon; nothing is learned from ends that say nothing about the EP, or came before a decision.
ACCEPTS = """
SELECT e.accepts AS row, coalesce(p.accepted_at <= e.at + $2::interval, false) AS label, e.at, 1.0::float AS weight
FROM match_example e JOIN pairing p ON p.application_id = e.application_id
WHERE e.place = 0 AND (p.accepted_at IS NOT NULL OR p.rejected_at IS NOT NULL AND NOT p.ours
    OR p.status = 'open' AND e.at <= $1::timestamptz - $2::interval)
ORDER BY e.at DESC, e.application_id LIMIT $3
"""
# Shown places whose time is over, and applications with others that could have been; those that were applied to after
# all are no contrast.
APPLIES = """
SELECT row, label, at, weight FROM (
    SELECT s.row, EXISTS (
            SELECT FROM pairing p WHERE p.person_id = s.person_id AND p.opportunity_id = s.opportunity_id
              AND p.submitted_at > l.made_at AND p.submitted_at <= l.made_at + $2::interval
        ) AS label, l.made_at AS at, 1.0::float AS weight
    FROM match_list l JOIN match_shown s ON s.list_id = l.id
    WHERE l.person_id IS NOT NULL AND l.made_at <= $1::timestamptz - $2::interval
    UNION ALL
    SELECT e.applies, e.place = 0, e.at, e.weight FROM match_example e
    WHERE e.place = 0 OR NOT EXISTS (
        SELECT FROM pairing p WHERE p.person_id = e.person_id AND p.opportunity_id = e.opportunity_id)
) AS known ORDER BY at DESC LIMIT $3
"""
QUERIES: Mapping[str, tuple[str, timedelta]] = {"applies": (APPLIES, SHOWN), "accepts": (ACCEPTS, DECIDED)}
LAST = "SELECT number, trained_at, labels FROM match_model WHERE side = $1 ORDER BY number DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a training made of an order; `made` is None when there was too little to learn from."""

    side: str
    window: tuple[str, str]
    made: dict[str, Any] | None


async def keep_pair_models(runtime: Runtime) -> None:
    """For ever: one of the room's loops."""
    both = [forever(runtime, f"models of pairs: {side}", partial(learn_pairs, runtime, side), LOOK) for side in SIDES]
    await asyncio.gather(*both)


async def learn_pairs(runtime: Runtime, side: str) -> bool:
    """Train this side if it is time; whether a model came of it."""
    caller = Caller.system(runtime.service.name)
    examples = await runtime.execute(examples_of_pairs, side, caller=caller)
    if not examples:
        return False
    made = await answer(PAIRS, {"side": side, "seed": SEED, "examples": examples}, LONGEST)
    fitted = Fitted(side, (examples[0][2], examples[-1][2]), made)
    return bool(await runtime.execute(keep_pair_model, fitted, caller=caller))


async def examples_of_pairs(uow: Uow, side: str) -> list[list[Any]]:
    """Row, label, moment and weight of each, the oldest first; none while it isn't time to learn anew."""
    last = next(iter(await uow.fetch(LAST, side)), None)
    if last is not None and uow.now - last["trained_at"] < EVERY:
        return []
    query, horizon = QUERIES[side]
    found = await uow.fetch(query, uow.now, horizon, MOST)
    if len(found) < max(LEAST, last["labels"] * (1 + MORE) if last and last["labels"] < MOST else 0):
        return []
    return [[row["row"], row["label"], row["at"].isoformat(), row["weight"]] for row in reversed(found)]


async def keep_pair_model(uow: Uow, fitted: Fitted) -> bool:
    """A new version: it speaks if it was better than the rules, else they do. Of two workers one comes too late."""
    last = next(iter(await uow.fetch(LAST, fitted.side)), None)
    if fitted.made is None or (last is not None and uow.now - last["trained_at"] < EVERY):
        return False
    number = 1 + (last["number"] if last else 0)
    begin, end = map(datetime.fromisoformat, fitted.window)
    row = uow.add(
        MatchModel(
            id=new_id(), side=fitted.side, number=number, seed=SEED, window_from=begin, window_to=end,
            trained_at=uow.now, **fitted.made,
        )
    )  # fmt: skip
    uow.note("train_pair_model", row.id, after={"model": f"pair-{fitted.side}-{number}", "speaks": row.speaks})
    return True
