"""Blast radius: what a version would do to running applications, counted first, then done in portions."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

from sqlalchemy import or_, true
from sqlmodel import select

from services.notifications.handlers.calendar import gone, row_of
from services.notifications.handlers.experiences import settle_experience, stay_of
from services.notifications.handlers.surroundings import surroundings
from services.notifications.model import Experience, PlanPin, PlanVersion, Touchpoint
from services.notifications.plan import store
from services.notifications.plan.layers import Composed, Layer, compose
from services.notifications.policy import Around, Do, State, Status, Step, due_at, plan_calendar, steps
from shared.storage.due import Due
from shared.storage.scope import ENTITY_PATH
from shared.storage.tx import Uow

APPLY = "apply-plan"
PORTION = 200
OVER = (Status.completed, Status.withdrawn, Status.declined, Status.rejected)
COUNTED = ("added", "moved", "cancelled", "late_at_once")


async def measure(uow: Uow, row: PlanVersion, layer: Layer) -> dict[str, Any]:
    """Figures per touchpoint and per hosting committee, all whole numbers."""
    touchpoints: dict[str, Counter[str]] = {}
    entities: dict[str, Counter[str]] = {}
    plans: dict[tuple[UUID, UUID], Composed] = {}  # by the two committees: very many applications share few pairs
    applications = changed = 0
    async for portion in _running(uow, row):
        around, held = await surroundings(uow, portion), await _held(uow, portion)
        for experience in portion:
            applications += 1
            sides = (experience.sending_entity_id, experience.hosting_entity_id)
            if (after := plans.get(sides)) is None:
                after = plans[sides] = await _with(uow, sides, row, layer)
            told = _effect(uow, experience, after, held[experience.id], around[experience.id])
            changed += bool(told)
            for code, what in told:
                touchpoints.setdefault(code, Counter())[what] += 1
                entities.setdefault(str(experience.hosting_entity_id), Counter())[what] += 1
        await asyncio.sleep(0)
    totals: Counter[str] = Counter()
    for counts in touchpoints.values():
        totals.update(counts)
    return {
        "applications": applications,
        "changed": changed,
        "totals": {name: totals[name] for name in COUNTED},
        "touchpoints": {code: dict(sorted(counts.items())) for code, counts in sorted(touchpoints.items())},
        "entities": {entity: dict(sorted(counts.items())) for entity, counts in sorted(entities.items())},
    }


def beyond(seen: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """Which totals are larger now than what was seen."""
    pairs = {name: (seen["totals"].get(name, 0), now["totals"].get(name, 0)) for name in COUNTED}
    return {name: {"seen": old, "now": new} for name, (old, new) in pairs.items() if new > old}


async def _held(uow: Uow, portion: Sequence[Experience]) -> dict[UUID, list[Touchpoint]]:
    """The touchpoints of each application, read at once."""
    found: dict[UUID, list[Touchpoint]] = {experience.id: [] for experience in portion}
    for row in await uow.rows(select(Touchpoint).where(Touchpoint.subject.in_(found))):  # type: ignore[attr-defined]
        found[row.subject].append(row)
    return found


def _effect(
    uow: Uow, experience: Experience, after: Composed, held: Sequence[Touchpoint], around: Around
) -> list[tuple[str, str]]:
    """What would happen to the touchpoints of one application: (code, word of COUNTED)."""
    found = []
    for step in _steps(experience, after, held, around):
        if step.do in (Do.schedule, Do.move):
            found.append((step.row.code, "added" if step.do is Do.schedule else "moved"))
            if step.row.state is State.waiting and due_at(step.row.slot) < uow.now.astimezone(UTC):
                found.append((step.row.code, "late_at_once"))
        elif step.do is Do.cancel and any(one.code == step.row.code and one.state == State.waiting for one in held):
            found.append((step.row.code, "cancelled"))
    return found


def _steps(experience: Experience, after: Composed, held: Sequence[Touchpoint], around: Around) -> list[Step]:
    wanted = plan_calendar(after.for_applications, stay_of(experience), gone(held), around)
    return steps(wanted, {(one.code, one.round): row_of(one) for one in held}, after.internal)


async def _with(uow: Uow, sides: tuple[UUID, UUID], row: PlanVersion, layer: Layer) -> Composed:
    """What applications between two committees would follow once this version is in use."""
    return compose([one.layer for one in await store.in_use(uow, *sides, instead=store.Placed(row.entity_id, layer))])


async def _running(uow: Uow, row: PlanVersion, after: UUID | None = None) -> AsyncIterator[Sequence[Experience]]:
    """Applications under way in the scope of a version, by id, a portion at a time."""
    while True:
        query = select(Experience).where(Experience.status.not_in(OVER), _concerned(row.entity_id))  # type: ignore[union-attr]
        query = query if after is None else query.where(Experience.id > after)
        found = await uow.rows(query.order_by(Experience.id).limit(PORTION))
        if not found:
            return
        yield found
        after = found[-1].id


def _concerned(entity_id: UUID | None) -> Any:
    if entity_id is None:
        return true()
    under = select(ENTITY_PATH.c.entity_id).where(ENTITY_PATH.c.path.contains([entity_id]))
    return or_(Experience.hosting_entity_id.in_(under), Experience.sending_entity_id.in_(under))  # type: ignore[attr-defined]


# --- doing it


async def start_applying(uow: Uow, row: PlanVersion) -> None:
    """From now on, portion by portion, running applications are pinned to what is in use."""
    local = uow.now.astimezone(UTC).replace(tzinfo=None)
    await uow.schedule(APPLY, row.id, f"{row.version}/0", local, "UTC", {"after": None, "portion": 0})


async def apply_plan(uow: Uow, due: Due) -> None:
    """Pin a portion of running applications anew and settle their calendars; then the next portion."""
    row = await uow.find(PlanVersion, id=due.subject)
    if row is None or row.state != "published" or not due.occurrence.startswith(f"{row.version}/"):
        return due.skip("superseded")
    after = UUID(due.payload["after"]) if due.payload["after"] else None
    async for portion in _running(uow, row, after):
        for one in portion:
            experience = await uow.get(Experience, one.id, lock=True)
            if (pin := await uow.find(PlanPin, application_id=experience.id, lock=True)) is not None:
                now = await store.composed(uow, experience.sending_entity_id, experience.hosting_entity_id)
                pin.versions, pin.pinned_at = list(now.versions), uow.now
                await uow.flush()
            await settle_experience(uow, experience)
        local, number = uow.now.astimezone(UTC).replace(tzinfo=None), due.payload["portion"] + 1
        more = {"after": str(portion[-1].id), "portion": number}
        await uow.schedule(APPLY, row.id, f"{row.version}/{number}", local, "UTC", more)
        break
    return None
