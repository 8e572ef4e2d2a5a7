"""Blast radius: what a version would do to running applications, counted first, then done in portions."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, true
from sqlmodel import select

from services.notifications.handlers.calendar import gone, row_of
from services.notifications.handlers.experiences import settle_experience, stay_of
from services.notifications.handlers.surroundings import surroundings
from services.notifications.model import Experience, PlanPin, PlanRadius, PlanVersion, RadiusState, Touchpoint
from services.notifications.plan import store
from services.notifications.plan.layers import Composed, Layer, compose, digest_of, read_layer
from services.notifications.policy import Around, Do, State, Status, Step, due_at, plan_calendar, steps
from services.notifications.schemas.plans import RadiusOut
from shared.ids import new_id
from shared.storage.due import Due
from shared.storage.scope import ENTITY_PATH
from shared.storage.tx import Uow

APPLY, MEASURE = "apply-plan", "measure-radius"
PORTION, AT_ONCE = 200, 5  # applications, and portions within a request: a few seconds
OVER = (Status.completed, Status.withdrawn, Status.declined, Status.rejected)
COUNTED = ("added", "moved", "cancelled", "late_at_once")


async def begin_measuring(uow: Uow, row: PlanVersion, layer: Layer) -> PlanRadius:
    """Measure what can be measured within a request; the rest follows in portions of its own."""
    under_way = select(func.count()).select_from(Experience).where(*_under_way(row))
    made = uow.add(
        PlanRadius(
            id=new_id(), version_id=row.id, state=RadiusState.measuring, content=row.digest, figures=_nothing(),
            total=await uow.scalar(under_way), made_at=uow.now,
        )
    )  # fmt: skip
    await _measure_on(uow, made, row, layer, AT_ONCE)
    return made


async def measure_due(uow: Uow, due: Due) -> None:
    """The calendar's door to the next portion."""
    await measure_on(uow, due.subject)


async def measure_on(uow: Uow, radius_id: UUID) -> RadiusOut:
    """The next portion of a measurement; one that is whole stays as it is."""
    made = await uow.get(PlanRadius, radius_id, lock=True)
    if made.state is RadiusState.measuring:
        row = await uow.get(PlanVersion, made.version_id)
        if row.digest == made.content:
            await _measure_on(uow, made, row, read_layer(row.content, row.plan, row.number, row.id), 1)
        else:
            made.state = RadiusState.outdated
    return RadiusOut.model_validate(made)


async def _measure_on(uow: Uow, made: PlanRadius, row: PlanVersion, layer: Layer, portions: int) -> None:
    """So many portions more; either that was all, or a due row goes on."""
    figures, made.made_at = Figures(made.figures), uow.now
    plans: dict[tuple[UUID, UUID], Composed] = {}  # by the two committees: very many applications share few pairs
    left = portions
    async for portion in _running(uow, row, made.reached):
        if left == 0:
            local = uow.now.astimezone(UTC).replace(tzinfo=None)
            await uow.schedule(MEASURE, made.id, str(made.done), local, "UTC")
            break
        await _measure_portion(uow, figures, portion, (row, layer), plans)
        made.done, made.reached, left = made.done + len(portion), portion[-1].id, left - 1
    else:
        made.state = RadiusState.ready
    made.figures = figures.document()
    if made.state is RadiusState.ready:
        made.digest = digest_of(made.figures)


async def measure_now(uow: Uow, row: PlanVersion, layer: Layer) -> dict[str, Any]:
    """The figures of all applications under way, in one go: for scopes that `few` says are small."""
    figures, plans = Figures(_nothing()), dict[tuple[UUID, UUID], Composed]()
    async for portion in _running(uow, row):
        await _measure_portion(uow, figures, portion, (row, layer), plans)
    return figures.document()


def few(made: PlanRadius) -> bool:
    """Whether what was measured can be measured again within a request."""
    return made.done <= AT_ONCE * PORTION


async def _measure_portion(
    uow: Uow,
    figures: "Figures",
    portion: Sequence[Experience],
    version: tuple[PlanVersion, Layer],
    plans: dict[tuple[UUID, UUID], Composed],
) -> None:
    around, held = await surroundings(uow, portion), await _held(uow, portion)
    for experience in portion:
        sides = (experience.sending_entity_id, experience.hosting_entity_id)
        if (after := plans.get(sides)) is None:
            after = plans[sides] = await _with(uow, sides, *version)
        told = _effect(uow, experience, after, held[experience.id], around[experience.id])
        figures.add(str(experience.hosting_entity_id), told)
    await asyncio.sleep(0)


def _nothing() -> dict[str, Any]:
    return {"applications": 0, "changed": 0, "totals": dict.fromkeys(COUNTED, 0), "touchpoints": {}, "entities": {}}


class Figures:
    """Counts per touchpoint and per hosting committee, all whole numbers, as a document that grows."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._applications, self._changed = document["applications"], document["changed"]
        self._touchpoints = {code: Counter[str](counts) for code, counts in document["touchpoints"].items()}
        self._entities = {entity: Counter[str](counts) for entity, counts in document["entities"].items()}

    def add(self, entity: str, told: Sequence[tuple[str, str]]) -> None:
        """One more application, and what would happen to it."""
        self._applications += 1
        self._changed += bool(told)
        for code, what in told:
            self._touchpoints.setdefault(code, Counter())[what] += 1
            self._entities.setdefault(entity, Counter())[what] += 1

    def document(self) -> dict[str, Any]:
        totals = sum(self._touchpoints.values(), Counter[str]())
        return {
            "applications": self._applications,
            "changed": self._changed,
            "totals": {name: totals[name] for name in COUNTED},
            "touchpoints": {code: dict(sorted(counts.items())) for code, counts in sorted(self._touchpoints.items())},
            "entities": {entity: dict(sorted(counts.items())) for entity, counts in sorted(self._entities.items())},
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
        query = select(Experience).where(*_under_way(row))
        query = query if after is None else query.where(Experience.id > after)
        found = await uow.rows(query.order_by(Experience.id).limit(PORTION))
        if not found:
            return
        yield found
        after = found[-1].id


def _under_way(row: PlanVersion) -> tuple[Any, ...]:
    return (Experience.status.not_in(OVER), _concerned(row.entity_id))  # type: ignore[union-attr]


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
