"""The worker's loop of segments: members kept up, then what was asked for – searches, corridors, figures of sheets.

What takes long is read in one transaction, worked out in a thread, and kept in another transaction, so that neither
the loop of the worker nor a row of the database waits for it.
"""

import asyncio
from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np
import structlog

from services.scoring.commands import KeepFigures, KeepReport, RefreshSegments
from services.scoring.handlers.membership import refresh_segments
from services.scoring.handlers.segment_reports import keep_corridor, keep_figures, keep_search
from services.scoring.model import Segment
from services.scoring.policy.corridors.mining import mine
from services.scoring.policy.segments.catalogue import Party
from services.scoring.policy.segments.columns import plain_columns, scaled
from services.scoring.policy.segments.conditions import in_words
from services.scoring.policy.segments.describing import Lift, lifts
from services.scoring.policy.segments.describing import in_words as lift_in_words
from services.scoring.policy.segments.found import Search, search
from services.scoring.policy.segments.freezing import freeze
from services.scoring.policy.segments.stp import Z, figures
from services.scoring.settings import limits
from services.scoring.views import segment_jobs as jobs
from shared.access import Caller
from shared.loops import forever
from shared.proportions import wilson
from shared.runtime import Runtime

log = structlog.get_logger()
AT_ONCE = 100
BREATH, PAUSE, AWAY = 0.05, 1.0, 10.0  # seconds
LOOK_FOR_WORK = 5  # rounds without anybody noted


async def keep_segments(runtime: Runtime) -> None:
    """For ever. Several workers may do the same work; one report is kept."""
    rounds = 0

    async def step() -> bool:
        nonlocal rounds
        busy: int = await refresh_some(runtime)
        if not busy and rounds % LOOK_FOR_WORK == 0:
            busy = await work_some(runtime)
        rounds = 0 if busy else rounds + 1
        if busy:
            await asyncio.sleep(BREATH)
        return bool(busy)

    await forever(runtime, "segments", step, PAUSE, after_failure=AWAY)


async def refresh_some(runtime: Runtime) -> int:
    """Look again at some of those who were noted; how many notes there were."""
    caller = Caller.system(runtime.service.name)
    return await runtime.execute(refresh_segments, RefreshSegments(AT_ONCE), caller=caller)


async def refresh_all(runtime: Runtime) -> int:
    """Until nobody is noted any more; how many notes."""
    count = 0
    while done := await refresh_some(runtime):
        count += done
    return count


async def work_some(runtime: Runtime) -> bool:
    """One piece of what waits; whether there was one."""
    return await _search(runtime) or await _corridor(runtime) or await _figures(runtime)


async def work_all(runtime: Runtime) -> None:
    """Until nothing waits."""
    while await work_some(runtime):
        pass


async def _search(runtime: Runtime) -> bool:
    caller = Caller.system(runtime.service.name)
    row = await runtime.read(jobs.next_search, caller=caller)
    if row is None:
        return False
    people = await runtime.read(jobs.everybody, row.party, row.entity_id, caller=caller)
    report = await _worked(searched, people.rows, row.party, row.seed)
    await runtime.execute(keep_search, KeepReport(row.id, report), caller=caller)
    return True


async def _corridor(runtime: Runtime) -> bool:
    caller = Caller.system(runtime.service.name)
    row = await runtime.read(jobs.next_corridor, caller=caller)
    if row is None:
        return False
    cases = await runtime.read(jobs.cases_of, row, caller=caller)
    report = await _worked(lambda: asdict(mine(cases, limits().least_told)))
    await runtime.execute(keep_corridor, KeepReport(row.id, report), caller=caller)
    return True


async def _figures(runtime: Runtime) -> bool:
    caller = Caller.system(runtime.service.name)
    row = await runtime.read(jobs.next_figures, caller=caller)
    if row is None:
        return False
    people = await runtime.read(jobs.everybody, row.party, row.entity_id, row.id, caller=caller)
    document = await asyncio.to_thread(counted, row, people, runtime.clock.now())
    await runtime.execute(keep_figures, KeepFigures(row.id, document, row.number), caller=caller)
    return True


async def _worked(work: Any, *args: Any) -> dict[str, Any] | None:
    """What a piece of work came to; None when it can't be done, and then it is not tried again by itself."""
    try:
        return await asyncio.to_thread(work, *args)
    except Exception as error:
        log.error("a report can't be made", error=repr(error))
        return None


# --- reports as documents


def searched(rows: list[Any], party: Party, seed: int) -> dict[str, Any]:
    """The report of a search among these rows."""
    columns, values = plain_columns(rows, party)
    result = search(columns, scaled(columns, values), seed)
    found = [_found(result, cluster, rows, party, columns, values, seed) for cluster in range(len(result.stability))]
    tried = [asdict(one) for one in result.tried]
    return {"finding": str(result.finding), "people": result.people, "tried": tried, "found": found}


def _found(
    result: Search, cluster: int, rows: list[Any], party: Party, columns: Any, values: Any, seed: int
) -> dict[str, Any]:
    assert result.labels is not None
    inside = result.labels == cluster
    frozen = freeze(columns, values, inside, np.random.default_rng([seed, cluster]))
    return {
        "cluster": cluster,
        "people": int(inside.sum()),
        "share": float(inside.mean()),
        "stability": result.stability[cluster],
        "traits": [trait_document(one) for one in lifts(rows, inside.tolist(), party)],
        "condition": frozen.condition,
        "in_words": in_words(frozen.condition) if frozen.condition else None,
        "precision": _with_rate(frozen.precision),
        "recall": _with_rate(frozen.recall),
    }


def _with_rate(share: Any) -> dict[str, Any] | None:
    return asdict(share) | {"rate": share.part / share.n} if share else None


def trait_document(one: Lift) -> dict[str, Any]:
    """A trait as it is answered."""
    trait = {"field": one.trait.field, "value": one.trait.value, "above": one.trait.above}
    here, there = _share(one.inside, one.n_inside), _share(one.outside, one.n_outside)
    lift = {"lift": one.lift, "low": one.low, "high": one.high}
    return {"text": lift_in_words(one), **trait, "here": here, "elsewhere": there, **lift}


def _share(part: int, n: int) -> dict[str, Any]:
    low, high = wilson(part, n, Z)
    return {"part": part, "n": n, "rate": part / n, "low": low, "high": high}


def counted(row: Segment, people: jobs.Everybody, now: datetime) -> dict[str, Any]:
    """The figures of a segment as they are answered."""
    found = figures(people.rows, people.inside, row.party, people.moved, people.entries, now)
    before = found.size - found.entered + found.left
    document = asdict(found)
    document["wants"] = [trait_document(one) for one in found.wants]
    document["behaviour"] = [trait_document(one) for one in found.behaviour]
    growth = (found.size - before) / before if before > 0 else None
    return document | {"as_of": now.isoformat(), "rule": row.number, "growth": growth}
