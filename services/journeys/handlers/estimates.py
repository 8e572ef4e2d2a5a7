"""Estimates: asked for by people, claimed by a worker, ended with a result, made again when facts have moved on."""

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from services.journeys.commands import Ask, ClaimEstimate, EndEstimate, EstimateWork, PlanEstimates, TellEstimate
from services.journeys.model import Estimate
from services.journeys.policy.questions import (
    KEPT,
    LONGEST_QUIET,
    PATIENCE,
    QUIET,
    EstimateState,
    Question,
    question_of,
)
from services.journeys.schemas import EstimateOut
from services.journeys.views.estimates import asked, estimate_out
from services.journeys.views.funnel import is_large, standing_question
from shared.ids import new_id
from shared.storage.tx import Uow

MOST_TRIES = 3
NEXT = """
SELECT id FROM estimate WHERE state = 'waiting' OR (state = 'computing' AND lease_until < clock_timestamp())
ORDER BY result IS NOT NULL, asked_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
# What was asked for lately and is older than the facts; the longer it takes, the longer it is left alone.
MOVED = text("""
UPDATE estimate SET state = 'waiting', progress = 0, tries = 0
WHERE id IN (
    SELECT id FROM estimate
    WHERE state = 'ready' AND (asked_at > CAST(:now AS timestamptz) - CAST(:kept AS interval)
            OR key IN (SELECT estimate_key FROM scorecard WHERE scorecard.state = 'active'))
        AND coalesce(seen, '-infinity') < (SELECT max(changed_at) FROM touched)
        AND made_at < clock_timestamp() - least(
            greatest(CAST(:quiet AS interval), CAST(:patience AS float8) * seconds * interval '1 second'),
            CAST(:longest AS interval))
    FOR UPDATE SKIP LOCKED
)
""")


async def ask_estimate(uow: Uow, command: Ask) -> EstimateOut:
    """Have it worked out unless it is there; what failed is tried again."""
    question = await asked(uow, command.kind, command.what.params, command.what.segment)
    await _wanted(uow, question)
    row = await uow.find(Estimate, key=question.key, lock=True)
    assert row is not None
    if row.state is EstimateState.failed:
        row.state, row.tries, row.reason, row.progress = EstimateState.waiting, 0, None, 0.0
    return await estimate_out(uow, question, row)


async def _wanted(uow: Uow, question: Question) -> None:
    """There is such an estimate, and somebody wants it now."""
    values = {"id": new_id(), "key": question.key, "kind": question.kind, "question": question.as_json()}
    values |= {"seed": question.seed, "state": EstimateState.waiting, "progress": 0.0, "tries": 0}
    put = insert(Estimate).values(**values, asked_at=uow.now)
    await uow.execute(put.on_conflict_do_update(index_elements=["key"], set_={"asked_at": uow.now}))


# --- the worker's


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
    """Those whose facts have moved on wait again; how many. Of many people it is always known where they stand."""
    if await is_large(uow):
        await _wanted(uow, standing_question())
    values = {"now": uow.now, "kept": KEPT, "quiet": QUIET, "patience": PATIENCE, "longest": LONGEST_QUIET}
    return int((await uow.execute(MOVED, values)).rowcount)
