"""Simulations that were asked for: taken by a runner, told about, ended, cancelled. None of it touches the calendar."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import select

from services.notifications.commands.simulations import (
    CancelSimulation,
    ClaimSimulation,
    EndSimulation,
    SimulationWish,
    SimulationWork,
    TellSimulation,
)
from services.notifications.handlers.experiences import stay_of
from services.notifications.model import Dossier, Experience, PlanVersion, RunState, SimulationRun
from services.notifications.plan import PlanError, store
from services.notifications.policy import Plan, Status
from services.notifications.schemas.simulations import SimulationOut
from services.notifications.simulation import Cohort, Life, Order, replayed, written_order
from services.notifications.simulation.cohorts import AT_ONCE
from services.notifications.views.plans import plans_of
from services.notifications.views.simulations import runs_of
from shared.access import Caller, Role
from shared.errors import Conflict, FieldError, Invalid, NotFound, Refusal
from shared.ids import new_id
from shared.storage.scope import visible
from shared.storage.tx import Uow

MOST_WAITING, MOST_OWN = 5, 20_000
RUNNING = (Status.approved, Status.realized)
NEXT = text("""
SELECT id FROM simulation_run
WHERE state = 'queued' OR (state = 'running' AND lease_until < clock_timestamp())
ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
""")


async def request_simulation(uow: Uow, command: SimulationWish) -> SimulationOut:
    """It waits for a runner; 409 when this caller has several waiting already."""
    open_ = SimulationRun.state.in_((RunState.queued, RunState.running))  # type: ignore[attr-defined]
    waiting = select(func.count()).where(SimulationRun.owner == uow.caller.subject, open_)
    if await uow.scalar(waiting) >= MOST_WAITING:
        raise Conflict(f"{MOST_WAITING} of yours are waiting already.", code="too-many-simulations")
    for at, id_ in enumerate(command.plans):
        if id_ != store.shipped().id and await uow.find(PlanVersion, plans_of(uow.caller), id=id_) is None:
            raise Invalid(errors=[FieldError(f"#/plans/{at}", "there is no such version, or it is not yours to see")])
    request = command.model_dump(mode="json", exclude_none=True)
    total = 0 if command.own else command.cohort.size if command.cohort else Cohort().size
    row = uow.add(
        SimulationRun(
            id=new_id(), owner=uow.caller.subject, entity_id=uow.caller.entity, state=RunState.queued,
            request=request | {"role": uow.caller.role}, total=total, created_at=uow.clock.machine(),
        )
    )  # fmt: skip
    return SimulationOut.model_validate(row)


async def cancel_simulation(uow: Uow, command: CancelSimulation) -> SimulationOut:
    """It stops at its next word of progress, and leaves no report."""
    row = await uow.get(SimulationRun, command.run_id, runs_of(uow.caller), lock=True)
    uow.expect(row.version)
    if row.state not in (RunState.queued, RunState.running):
        raise Conflict(f"It is {row.state} already.", code="not-running")
    uow.change(row, state=RunState.cancelled, finished_at=uow.clock.machine(), lease_until=None)
    return SimulationOut.model_validate(row)


# --- the runner's


async def claim_simulation(uow: Uow, command: ClaimSimulation) -> SimulationWork | None:
    """The next one with all that it needs; None when nothing waits."""
    id_ = (await uow.execute(NEXT)).scalar()
    if id_ is None:
        return None
    row = await uow.get(SimulationRun, id_, lock=True)
    try:
        async with uow.attempt():
            order = await _order(uow, row)
    except (Refusal, PlanError):  # one that can't be run must not hold up the others
        uow.change(row, state=RunState.failed, reason="plan_unusable", finished_at=uow.clock.machine())
        return None
    uow.change(
        row, state=RunState.running, done=0, total=order.size,
        lease_until=uow.clock.machine() + command.lease,
    )  # fmt: skip
    return SimulationWork(row.id, written_order(order))


async def tell_simulation(uow: Uow, command: TellSimulation) -> bool:
    row = await uow.get(SimulationRun, command.run_id, lock=True)
    if row.state is not RunState.running:
        return False
    uow.change(row, done=command.done, total=command.total, lease_until=uow.clock.machine() + command.lease)
    return True


async def end_simulation(uow: Uow, command: EndSimulation) -> None:
    row = await uow.get(SimulationRun, command.run_id, lock=True)
    if row.state is not RunState.running:
        return
    done = {"done": row.total} if command.report is not None else {}
    state = RunState.done if command.report is not None else RunState.failed
    uow.change(
        row, state=state, report=command.report, reason=command.reason, lease_until=None,
        finished_at=uow.clock.machine(), **done,
    )  # fmt: skip


async def _order(uow: Uow, row: SimulationRun) -> Order:
    request = row.request
    plans = tuple([await _plan(uow, UUID(id_)) for id_ in request["plans"]])
    if not plans:
        plans = ((await store.composed(uow, None, row.entity_id)).plan,)
    until = datetime.combine(datetime.fromisoformat(request["until"]), time.max, UTC) if "until" in request else None
    made = Cohort(**_tuples(request["cohort"])) if "cohort" in request else Cohort()
    lives = await _own_lives(uow, row) if request["own"] else None
    if lives is not None and until is None:
        ends = [heard.end_on for life in lives for _, heard in life.heard if heard.end_on]
        until = datetime.combine(max(ends) + timedelta(days=31), time.max, UTC) if ends else uow.now
    return Order(plans, made, until, lives=None if lives is None else tuple(lives))


def _tuples(cohort: dict[str, Any]) -> dict[str, Any]:
    made = {name: tuple(value) if isinstance(value, list) else value for name, value in cohort.items()}
    return made | {"first_start": datetime.fromisoformat(made["first_start"]).date()}


async def _plan(uow: Uow, id_: UUID) -> Plan:
    """The shipped plan with this version over it; the wider ones of its scope between."""
    own = store.shipped()
    if id_ == own.id:
        return (await store.composed(uow, None, None)).plan
    row = await uow.find(PlanVersion, id=id_)
    if row is None:
        raise NotFound("The version is gone.")
    instead = store.Placed(row.entity_id, await store.layer(uow, id_))
    return store.taken_together(await store.in_use(uow, None, row.entity_id, instead)).plan


async def _own_lives(uow: Uow, row: SimulationRun) -> list[Life]:
    """The experiences under way that the one who asked may see: dates, zones and which facts are known; no names."""
    asker = Caller(row.owner, Role(row.request["role"]), None, row.entity_id)
    seen = visible(asker, sending=Experience.sending_entity_id, hosting=Experience.hosting_entity_id)
    query = select(Experience).where(Experience.status.in_(RUNNING), seen).order_by(Experience.id)  # type: ignore[union-attr]
    found = await uow.rows(query.limit(MOST_OWN))
    dossiers = await uow.rows(select(Dossier).where(Dossier.id.in_([one.id for one in found])))  # type: ignore[attr-defined]
    known = {one.id: [name for name, value in one.facts.items() if value] for one in dossiers}
    lives = []
    for number, one in enumerate(found):
        heard = replayed(stay_of(one))
        if heard:
            facts = dict.fromkeys((*AT_ONCE, *known.get(one.id, ())), heard[0][0])
            zone, entity = one.zone or "UTC", str(one.hosting_entity_id)
            lives.append(Life(number, entity, zone, "en", heard, facts))
    return lives
