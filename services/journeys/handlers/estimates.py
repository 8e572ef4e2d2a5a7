"""Estimates: asked for by people, claimed by a worker, ended with a result, made again when facts have moved on."""

from typing import Any

from sqlalchemy import or_, text
from sqlalchemy.dialects.postgresql import insert

from services.journeys.commands import (
    Ask,
    ClaimEstimate,
    EndEstimate,
    EstimateWork,
    KeepEstimates,
    PlanEstimates,
    TellEstimate,
)
from services.journeys.model import Estimate
from services.journeys.policy.beginnings import KEPT_FOR, NOTED
from services.journeys.policy.questions import (
    KEPT,
    LONGEST_QUIET,
    PATIENCE,
    QUIET,
    UNASKED_PATIENCE,
    UNASKED_QUIET,
    EstimateState,
    Question,
    question_of,
)
from services.journeys.schemas import EstimateOut
from services.journeys.views.beginnings import beginnings_of
from services.journeys.views.estimates import asked, estimate_out
from shared.ids import new_id
from shared.storage.tx import Uow

MOST_TRIES = 3
NEXT = """
SELECT id FROM estimate WHERE state = 'waiting' OR (state = 'computing' AND lease_until < clock_timestamp())
ORDER BY result IS NOT NULL, asked_at IS NULL, asked_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
# What is wanted and older than the facts; the longer it takes, the longer it is left alone. What nobody asked for is
# kept all the same, out of what time there is.
MOVED = text("""
WITH wanted AS (
    SELECT id, seconds, coalesce(asked_at > CAST(:now AS timestamptz) - CAST(:kept AS interval), false)
        OR key IN (SELECT estimate_key FROM scorecard WHERE scorecard.state = 'active') AS asked
    FROM estimate
), unasked AS (
    SELECT wanted.id, sum(wanted.seconds) OVER () AS seconds FROM wanted JOIN estimate USING (id)
    WHERE NOT asked AND kept_at > clock_timestamp() - CAST(:kept_for AS interval)
), pace AS (
    SELECT id, greatest(CAST(:quiet AS interval), CAST(:patience AS float8) * seconds * interval '1 second') AS rest
    FROM wanted WHERE asked
    UNION ALL
    SELECT id, greatest(CAST(:unasked_quiet AS interval), CAST(:unasked_patience AS float8) * seconds
        * interval '1 second') FROM unasked
)
UPDATE estimate SET state = 'waiting', progress = 0, tries = 0
WHERE id IN (
    SELECT estimate.id FROM estimate JOIN pace USING (id)
    WHERE state = 'ready' AND coalesce(seen, '-infinity') < (SELECT max(changed_at) FROM touched)
        AND made_at < clock_timestamp() - least(rest, CAST(:longest AS interval))
    FOR UPDATE OF estimate SKIP LOCKED
)
""")


async def ask_estimate(uow: Uow, command: Ask) -> EstimateOut:
    """Have it worked out unless it is there and new enough; what failed is tried again."""
    question = await asked(uow, command.kind, command.what.params, command.what.segment)
    await want(uow, question)
    row = await uow.find(Estimate, key=question.key, lock=True)
    assert row is not None
    if row.state is EstimateState.failed or (await estimate_out(uow, question, row)).old:
        row.state, row.tries, row.reason, row.progress = EstimateState.waiting, 0, None, 0.0
    return await estimate_out(uow, question, row)


async def want(uow: Uow, question: Question) -> None:
    """There is such an estimate, and somebody wants it now."""
    put = insert(Estimate).values(**_new(question), asked_at=uow.now)
    await uow.execute(put.on_conflict_do_update(index_elements=["key"], set_={"asked_at": uow.now}))


def _new(question: Question) -> dict[str, Any]:
    values = {"id": new_id(), "key": question.key, "kind": question.kind, "question": question.as_json()}
    return values | {"seed": question.seed, "state": EstimateState.waiting, "progress": 0.0, "tries": 0}


# --- the worker's


async def keep_estimates(uow: Uow, _command: KeepEstimates) -> None:
    """What the pages of the caller's scope begin with is worked out although nobody asked."""
    now, kept = uow.clock.machine(), {question.key: question for question in await beginnings_of(uow)}
    put = insert(Estimate).values([_new(question) | {"kept_at": now} for question in kept.values()])
    long_ago = or_(Estimate.kept_at.is_(None), Estimate.kept_at < now - NOTED)  # type: ignore[union-attr, operator]
    await uow.execute(put.on_conflict_do_update(index_elements=["key"], set_={"kept_at": now}, where=long_ago))


async def claim_estimate(uow: Uow, command: ClaimEstimate) -> EstimateWork | None:
    """The next one, those first that nobody has an answer to. One that kills its workers is given up after three."""
    if not (found := await uow.fetch(NEXT)):
        return None
    row = await uow.get(Estimate, found[0]["id"], lock=True)
    if row.tries >= MOST_TRIES:
        _fail(row, "gave_up")
        return None
    row.state, row.tries, row.progress = EstimateState.computing, row.tries + 1, 0.0
    row.begun_at, row.lease_until = uow.now, uow.clock.machine() + command.lease
    return EstimateWork(row.id, question_of(row.question), uow.now)


async def tell_estimate(uow: Uow, command: TellEstimate) -> None:
    row = await uow.get(Estimate, command.estimate_id, lock=True)
    if row.state is EstimateState.computing:
        row.lease_until = uow.clock.machine() + command.lease
        row.progress = row.progress if command.progress is None else command.progress


async def end_estimate(uow: Uow, command: EndEstimate) -> None:
    """A result, or why there is none; a former one stays then."""
    row = await uow.get(Estimate, command.estimate_id, lock=True)
    if row.state is not EstimateState.computing:
        return
    if command.result is None:
        _fail(row, command.reason or "failed")
        return
    row.state, row.result, row.progress, row.reason = EstimateState.ready, command.result, 1.0, None
    row.as_of, row.seen, row.seconds = command.as_of, command.seen, command.seconds
    row.made_at, row.lease_until, row.tries = uow.clock.machine(), None, 0


def _fail(row: Estimate, reason: str) -> None:
    row.state, row.reason, row.lease_until = EstimateState.failed, reason, None


async def plan_estimates(uow: Uow, _command: PlanEstimates) -> int:
    """Those whose facts have moved on wait again; how many."""
    values: dict[str, Any] = {"now": uow.now, "kept": KEPT, "quiet": QUIET, "patience": PATIENCE}
    values |= {"kept_for": KEPT_FOR, "unasked_quiet": UNASKED_QUIET, "unasked_patience": UNASKED_PATIENCE}
    values |= {"longest": LONGEST_QUIET}
    return int((await uow.execute(MOVED, values)).rowcount)
