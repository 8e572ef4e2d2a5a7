"""Experiments: drafted with their size, run one a touchpoint, looked at for a price, stopped or decided."""

from typing import Any
from uuid import UUID

from services.notifications import texts
from services.notifications.commands.trials import (
    DraftExperiment,
    LookAtExperiment,
    Metric,
    StartExperiment,
    StopExperiment,
)
from services.notifications.handlers.plans import EVERYWHERE, may_write
from services.notifications.model import Experiment, TrialState
from services.notifications.plan import store
from services.notifications.policy import Entry, Kind
from services.notifications.policy.trials import (
    UNDECIDED,
    boundaries,
    compare,
    interval,
    sample_size,
    verdict,
)
from services.notifications.schemas.trials import ExperimentOut
from services.notifications.views.trials import arms_of, experiment_out
from shared.errors import Conflict, FieldError, Invalid
from shared.ids import new_id
from shared.storage.scope import below
from shared.storage.tx import Uow

LEAST_STEP = 0.1  # of the planned people between two looks


async def draft_experiment(uow: Uow, command: DraftExperiment) -> ExperimentOut:
    await may_write(uow, command.entity_id)
    entry = (await store.composed(uow, None, command.entity_id)).entries.get(command.touchpoint)
    _sensible(command, entry)
    numbers = {name: getattr(command, name) for name in ("baseline", "effect", "alpha", "power")}
    row = uow.add(
        Experiment(
            id=new_id(), title=command.title, touchpoint=command.touchpoint, entity_id=command.entity_id,
            metric=command.metric, variants=[one.model_dump(mode="json") for one in command.variants],
            planned=sample_size(**numbers, variants=len(command.variants)), state=TrialState.draft,
            author=uow.caller.subject, created_at=uow.now, **numbers,
        )
    )  # fmt: skip
    uow.note("draft_experiment", row.id)
    return await experiment_out(uow, row)


def _sensible(command: DraftExperiment, entry: Entry | None) -> None:
    wrong = []
    if entry is None:
        raise Invalid(errors=[FieldError("#/touchpoint", "the plan has no such touchpoint")])
    if (entry.kind is Kind.task) != (command.metric is Metric.task_in_time):
        wrong.append(FieldError("#/metric", "a task is measured by being done in time, and nothing else is"))
    for at, variant in enumerate(command.variants):
        if (variant.days is not None or variant.at is not None) and entry.trigger.anchor is None:
            wrong.append(FieldError(f"#/variants/{at}", "its time hangs on no date"))
        missing = [code for code in texts.languages() if variant.letter not in texts.words(code).letters]
        if variant.letter and missing:
            wrong.append(FieldError(f"#/variants/{at}/letter", f"it isn't written in {', '.join(missing)}"))
    if wrong:
        raise Invalid(errors=wrong)


async def start_experiment(uow: Uow, command: StartExperiment) -> ExperimentOut:
    """From now on people are shared out. 409 while another one runs with the same touchpoint."""
    row = await _own(uow, command.experiment_id)
    if row.state is not TrialState.draft:
        raise Conflict(f"It is {row.state} already.", code="not-a-draft")
    if await uow.find(Experiment, touchpoint=row.touchpoint, state=TrialState.running) is not None:
        raise Conflict("Another experiment runs with this touchpoint.", code="one-at-a-time")
    uow.change(row, state=TrialState.running, started_at=uow.now)
    uow.note("start_experiment", row.id)
    await uow.flush()
    return await experiment_out(uow, row)


async def stop_experiment(uow: Uow, command: StopExperiment) -> ExperimentOut:
    """Nobody more is shared out; who has a variant keeps it. Without a verdict it stays undecided."""
    row = await _own(uow, command.experiment_id)
    if row.state is not TrialState.running:
        raise Conflict(f"It is {row.state}.", code="not-running")
    uow.change(row, state=TrialState.stopped, ended_at=uow.now, verdict=UNDECIDED)
    uow.note("stop_experiment", row.id)
    return await experiment_out(uow, row)


async def look_at_experiment(uow: Uow, command: LookAtExperiment) -> ExperimentOut:
    """Pay for a look: the figures with intervals at this look's boundary, kept; and the verdict, if they decide.

    409 `too-early` before a tenth of the planned people came since the last look.
    """
    row = await _own(uow, command.experiment_id)
    if row.state is not TrialState.running:
        raise Conflict(f"It is {row.state}.", code="not-running")
    arms = await arms_of(uow, row)
    share = min(1.0, min(arm.people for arm in arms) / row.planned)
    before = [look["share"] for look in row.looks]
    if share < 1 and share - (before[-1] if before else 0.0) < LEAST_STEP:
        raise Conflict("Too few people came since the last look.", code="too-early", extra={"share": round(share, 3)})
    alpha = row.alpha / (len(arms) - 1)
    boundary = boundaries([*before, share], alpha)[-1]
    compared = [compare(arms[0], arm, boundary) for arm in arms[1:]]
    found = verdict(arms, compared, share)
    look = {
        "share": share, "at": uow.now.isoformat(), "boundary": round(boundary, 4),
        "variants": [
            {
                "name": variant["name"], "people": arm.people, "successes": arm.successes, "rate": round(arm.rate, 4),
                "interval": [round(bound, 4) for bound in interval(arm, boundary)],
            }
            for variant, arm in zip(row.variants, arms, strict=True)
        ],
        "compared": [
            {
                "name": variant["name"], "difference": round(one.difference, 4), "z": round(one.z, 4),
                "interval": [round(one.low, 4), round(one.high, 4)], "decides": one.decides,
            }
            for variant, one in zip(row.variants[1:], compared, strict=True)
        ],
    }  # fmt: skip
    ended: dict[str, Any] = {}
    if found is not None:
        name = row.variants[found]["name"] if isinstance(found, int) else found
        ended = {"state": TrialState.decided, "verdict": name, "ended_at": uow.now}
    uow.change(row, looks=[*row.looks, look], **ended)
    return await experiment_out(uow, row)


async def _own(uow: Uow, experiment_id: UUID) -> Experiment:
    mine = () if uow.caller.role in EVERYWHERE else (below(Experiment.entity_id, uow.caller),)
    row = await uow.get(Experiment, experiment_id, *mine, lock=True)
    uow.expect(row.version)
    return row
