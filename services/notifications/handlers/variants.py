"""Who gets which variant of a touchpoint: drawn by a hash, kept, and put in the place of the plan's entry."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from services.notifications.model import Assignment, Experience, Touchpoint
from services.notifications.plan import store
from services.notifications.plan.layers import Composed
from services.notifications.policy import Entry, Plan
from services.notifications.policy.trials import variant_of
from shared.ids import derived_id
from shared.storage.tx import Uow

BEGUN = (
    "SELECT id, touchpoint, entity_id, variants::text, state FROM experiment WHERE state <> 'draft' ORDER BY started_at"
)
ASSIGNED = "SELECT experiment_id, person_id, touchpoint_id, variant FROM assignment WHERE person_id = ANY($1)"
THERE = "SELECT id FROM touchpoint WHERE id = ANY($1)"


@dataclass(frozen=True, slots=True)
class _Trial:
    """An experiment that has begun."""

    id: UUID
    touchpoint: str
    entity_id: UUID | None
    variants: Sequence[dict[str, Any]]
    running: bool

    @property
    def timed(self) -> bool:
        return any(one.get("days") is not None or one.get("at") for one in self.variants)


@dataclass(frozen=True, slots=True)
class _Slot:
    """A touchpoint that may be in an experiment."""

    touchpoint_id: UUID
    code: str
    person_id: UUID
    application_id: UUID | None
    sides: tuple[UUID | None, UUID | None]


async def varied(uow: Uow, rows: Sequence[Experience], plans: dict[UUID, Composed]) -> dict[UUID, Composed]:
    """The plans of these applications with the variants that their people have. New people are shared out now.

    Somebody whose touchpoint was there before the experiment began is not in it.
    """
    if not (trials := await _begun(uow)):
        return plans
    codes = {trial.touchpoint for trial in trials}
    slots = {(row.id, code): _slot(row, code) for row in rows for code in codes & plans[row.id].entries.keys()}
    there = {one[0] for one in await uow.fetch(THERE, [slot.touchpoint_id for slot in slots.values()])}
    drawn = await _draw(uow, trials, slots.values(), there)
    found = dict(plans)
    for (application_id, code), slot in slots.items():
        if (variant := drawn.get(slot.touchpoint_id)) is not None:
            found[application_id] = _with(found[application_id], code, variant)
    return found


async def letters_of(uow: Uow, rows: Iterable[Touchpoint]) -> dict[UUID, str]:
    """Other letters than the plan's, by touchpoint. Experiments with letters alone share people out here as well."""
    if not (trials := await _begun(uow)):
        return {}
    names = {trial.touchpoint for trial in trials}
    slots = [
        _Slot(row.id, row.code, row.person_id, row.application_id, (row.sending_entity_id, row.hosting_entity_id))
        for row in rows
        if row.code in names and row.person_id is not None
    ]
    drawn = await _draw(uow, trials, slots, frozenset(), timed=False)
    return {id_: variant["letter"] for id_, variant in drawn.items() if variant.get("letter")}


async def _begun(uow: Uow) -> list[_Trial]:
    return [_Trial(one[0], one[1], one[2], json.loads(one[3]), one[4] == "running") for one in await uow.fetch(BEGUN)]


def _slot(row: Experience, code: str) -> _Slot:
    sides = (row.sending_entity_id, row.hosting_entity_id)
    return _Slot(derived_id("touchpoint", code, row.id), code, row.person_id, row.id, sides)


async def _draw(
    uow: Uow, trials: Sequence[_Trial], slots: Iterable[_Slot], there: Iterable[UUID], *, timed: bool = True
) -> dict[UUID, dict[str, Any]]:
    """The variant of each touchpoint that has one; `there` may not join any more, nor those of `timed` trials later."""
    wanted = list(slots)
    kept = {(one[0], one[1]): (one[2], one[3]) for one in await uow.fetch(ASSIGNED, [s.person_id for s in wanted])}
    old, found = set(there), {}
    for slot in wanted:
        for trial in trials:
            if trial.touchpoint != slot.code:
                continue
            touchpoint_id, number = kept.get((trial.id, slot.person_id), (None, None))
            joins = trial.running and number is None and slot.touchpoint_id not in old and (timed or not trial.timed)
            if joins and await _concerns(uow, trial, slot):
                number = await _assign(uow, trial, slot)
            if number is not None and (trial.running or touchpoint_id == slot.touchpoint_id):
                found[slot.touchpoint_id] = trial.variants[number]
    return found


async def _concerns(uow: Uow, trial: _Trial, slot: _Slot) -> bool:
    return trial.entity_id is None or trial.entity_id in await store.line_of(uow, *slot.sides)


async def _assign(uow: Uow, trial: _Trial, slot: _Slot) -> int:
    number = variant_of(trial.id, slot.person_id, len(trial.variants))
    put = insert(Assignment).values(
        experiment_id=trial.id, person_id=slot.person_id, variant=number, touchpoint_id=slot.touchpoint_id,
        application_id=slot.application_id, assigned_at=uow.now,
    )  # fmt: skip
    await uow.execute(put.on_conflict_do_nothing())
    return number


def _with(composed: Composed, code: str, variant: dict[str, Any]) -> Composed:
    """The same plan with another time or letter of one touchpoint."""
    entry = _changed(composed.entries[code], variant)
    entries = {**composed.entries, code: entry}
    plan = Plan(composed.plan.plan, composed.plan.version, tuple(entries.values()))
    return replace(composed, plan=plan, entries=entries, for_applications=plan.for_applications())


def _changed(entry: Entry, variant: dict[str, Any]) -> Entry:
    trigger = entry.trigger
    if variant.get("days") is not None:
        trigger = replace(trigger, days=variant["days"])
    if variant.get("at"):
        trigger = replace(trigger, at=time.fromisoformat(variant["at"]))
    return replace(entry, trigger=trigger, letter=variant.get("letter") or entry.letter)
