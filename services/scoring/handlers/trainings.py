"""Trainings: asked for by hand, by the night or by new labels; claimed by a worker, ended with a version."""

from datetime import UTC, datetime
from typing import Any

from sqlmodel import select

from services.scoring.commands import (
    AskTraining,
    ClaimTraining,
    EndTraining,
    HoldTraining,
    PlanTrainings,
    TellTraining,
    Trained,
    TrainingWork,
)
from services.scoring.handlers.reigns import follow
from services.scoring.model import ModelDocument, ModelVersion, Training
from services.scoring.policy.life import Course, ModelState, TrainingState, Why, last_night, next_training
from services.scoring.policy.transitions import WAYS, Transition, Way
from services.scoring.schemas import TrainingOut
from services.scoring.settings import limits
from shared.errors import Conflict
from shared.ids import new_id
from shared.storage.tx import Uow

MOST_TRIES = 3
ONE_PLANNER = "SELECT pg_try_advisory_xact_lock(7303081)"
NEXT = """
SELECT id FROM training
WHERE state = 'waiting' OR (state = 'running' AND lease_until < clock_timestamp())
ORDER BY asked_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
COURSE = """
SELECT max(asked_at) AS last_at, bool_or(state IN ('waiting', 'running')) AS open,
    max(until) FILTER (WHERE state <> 'failed') AS until
FROM training WHERE transition = $1
"""
# Labels: spells that ended, and open ones whose horizon is over.
LABELS = """
SELECT (SELECT count(*) FROM chance_change WHERE transition = $1 AND state <> 'open' AND at <= $2)
    + (SELECT count(*) FROM chance WHERE transition = $1 AND state = 'open'
       AND since <= $2::timestamptz - $4::interval),
    (SELECT count(*) FROM chance_change WHERE transition = $1 AND state <> 'open' AND at <= $2 AND at > $3)
    + (SELECT count(*) FROM chance WHERE transition = $1 AND state = 'open'
       AND since <= $2::timestamptz - $4::interval AND since > $3::timestamptz - $4::interval)
"""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def ask_training(uow: Uow, command: AskTraining) -> TrainingOut:
    """By hand; 409 while one of this transition waits or runs."""
    if await uow.all(Training, transition=command.transition, state=TrainingState.waiting) or await uow.all(
        Training, transition=command.transition, state=TrainingState.running
    ):
        raise Conflict("One of this transition is under way already.", code="training-under-way")
    return TrainingOut.model_validate(_asked(uow, command.transition, Why.asked, command.seed))


def _asked(uow: Uow, transition: Transition, why: Why, seed: int) -> Training:
    row = Training(
        id=new_id(), transition=transition, why=why, seed=seed, until=uow.now, asked_at=uow.now,
    )  # fmt: skip
    uow.note("ask_training", row.id, after={"transition": transition, "why": why, "seed": seed})
    return uow.add(row)


async def plan_trainings(uow: Uow, _command: PlanTrainings) -> list[Transition]:
    """What is due now; one worker at a time looks."""
    if not (await uow.fetch(ONE_PLANNER))[0][0]:
        return []
    night = last_night(uow.now, limits().train_hour)
    asked = []
    for way in WAYS.values():
        course = await _course(uow, way)
        if why := next_training(course, uow.now, night, limits().train_least, limits().train_after):
            _asked(uow, way.transition, why, limits().train_seed)
            asked.append(way.transition)
    return asked


async def _course(uow: Uow, way: Way) -> Course:
    (found,) = await uow.fetch(COURSE, str(way.transition))
    since = found["until"] or EPOCH
    (counts,) = await uow.fetch(LABELS, str(way.transition), uow.now, since, way.horizon)
    return Course(found["last_at"], bool(found["open"]), counts[0], counts[1])


# --- the worker's


async def claim_training(uow: Uow, command: ClaimTraining) -> TrainingWork | None:
    """The next one; None when nothing waits. One that kills its workers is given up after three tries."""
    found = await uow.fetch(NEXT)
    if not found:
        return None
    row = await uow.get(Training, found[0]["id"], lock=True)
    if row.tries >= MOST_TRIES:
        uow.change(row, state=TrainingState.failed, reason="gave_up", finished_at=uow.now, lease_until=None)
        return None
    lease = uow.clock.machine() + command.lease
    uow.change(row, state=TrainingState.running, tries=row.tries + 1, done=0, lease_until=lease)
    return TrainingWork(row.id, row.transition, row.seed, row.until)


async def tell_training(uow: Uow, command: TellTraining) -> bool:
    row = await uow.get(Training, command.training_id, lock=True)
    if row.state is not TrainingState.running:
        return False
    lease = uow.clock.machine() + command.lease
    uow.change(row, done=command.done, total=command.total, lease_until=lease)
    return True


async def hold_training(uow: Uow, command: HoldTraining) -> None:
    row = await uow.get(Training, command.training_id, lock=True)
    if row.state is TrainingState.running:
        uow.change(row, lease_until=uow.clock.machine() + command.lease)


async def end_training(uow: Uow, command: EndTraining) -> None:
    """A new version becomes the challenger; the one before it had its time."""
    row = await uow.get(Training, command.training_id, lock=True)
    if row.state is not TrainingState.running:
        return
    if command.trained is None:
        state = TrainingState.failed if command.reason == "failed" else TrainingState.done
        uow.change(row, state=state, reason=command.reason, finished_at=uow.now, lease_until=None)
        return
    version = await _keep(uow, row, command.trained)
    done = {"done": row.total, "model_id": version.id}
    uow.change(row, state=TrainingState.done, finished_at=uow.now, lease_until=None, **done)
    uow.note("train_model", version.id, after={"model": f"{version.transition}-{version.number}"})
    await follow(uow, version)


async def _keep(uow: Uow, row: Training, trained: Trained) -> ModelVersion:
    earlier = await uow.rows(select(ModelVersion).where(ModelVersion.transition == row.transition).with_for_update())
    number = max((one.number for one in earlier), default=0) + 1
    for one in earlier:
        if one.state is ModelState.challenger:
            why = f"followed by {row.transition}-{number}"
            uow.change(one, state=ModelState.retired, retired_at=uow.now, retired_why=why)
    version = uow.add(
        ModelVersion(
            id=new_id(), transition=row.transition, number=number, seed=row.seed,
            state=ModelState.challenger, trained_at=uow.now, **_figures(trained),
        )
    )  # fmt: skip
    uow.add(ModelDocument(id=version.id, document=trained.document))
    await uow.flush()
    return version


def _figures(trained: Trained) -> dict[str, Any]:
    names = (
        "window_from", "window_to", "labels", "reached", "code_version", "digest", "features", "metrics", "reference",
    )  # fmt: skip
    return {name: getattr(trained, name) for name in names}
