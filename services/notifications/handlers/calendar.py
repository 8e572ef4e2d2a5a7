"""Makes the calendar's rows equal to the wanted ones, and turns a due time into a delivery.

The due row is the lock of a touchpoint that waits: whoever changes one schedules or cancels it first, then looks again.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import update

from services.notifications import plan
from services.notifications.model import Delivery, Person, Touchpoint
from services.notifications.policy import FINAL, Audience, Do, Entry, Row, Slot, State, Step, due_at, steps, too_late
from shared.contracts import notifications as said
from shared.ids import derived_id
from shared.storage.due import Due
from shared.storage.tx import Cause, Uow

TOUCHPOINT = "touchpoint"


@dataclass(frozen=True, slots=True)
class About:
    """What touchpoints are about: an application, or an invitation of one, and whom it concerns."""

    subject: UUID
    application_id: UUID
    person_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID


async def settle(uow: Uow, about: About, wanted: Sequence[Row], held: Sequence[Touchpoint]) -> None:
    """Do what makes the held touchpoints equal to the wanted rows; repeated, it does nothing."""
    rows = {row.code: row for row in held}
    for step in steps(wanted, {code: _row(row) for code, row in rows.items()}):
        await _apply(uow, about, step, rows.get(step.row.code))


async def _apply(uow: Uow, about: About, step: Step, held: Touchpoint | None) -> None:
    if held is None:
        await _begin(uow, about, step.row)
    elif step.do is Do.note:
        reason = step.row.reason if held.state == State.cancelled else held.reason
        uow.change(held, reason=reason, **_times(step.row.slot))
    elif step.do is Do.cancel:
        await _cancel(uow, held, step.row)
    elif await _reserve(uow, held, step.row.slot):
        uow.change(held, state=State.waiting, reason=None, **_times(step.row.slot))
        event = said.TouchpointMoved if step.do is Do.move else said.TouchpointScheduled
        uow.say(event(**facts_of(held), due_at=held.due_at))


async def _begin(uow: Uow, about: About, row: Row) -> None:
    """A touchpoint that wasn't there; one that is cancelled from the start is recorded with its reason."""
    touchpoint = uow.add(_touchpoint(uow, about, row))
    if row.state is State.cancelled:
        uow.say(said.TouchpointSkipped(**facts_of(touchpoint), reason=row.reason or "cancelled"))
        return
    await uow.schedule(TOUCHPOINT, touchpoint.id, str(touchpoint.occurrence), row.slot.local_at, row.slot.zone)
    uow.say(said.TouchpointScheduled(**facts_of(touchpoint), due_at=touchpoint.due_at))


async def _reserve(uow: Uow, held: Touchpoint, slot: Slot) -> bool:
    """Hold a waiting due row for this time; False when the touchpoint is out, or on its way out at this moment."""
    put = await uow.schedule(TOUCHPOINT, held.id, str(held.occurrence), slot.local_at, slot.zone)
    if not put.settled:
        return True
    await uow.refresh(held, lock=True)
    if held.state in FINAL or (held.state == State.due and not await _pull_back(uow, held, "moved")):
        return False
    held.occurrence += 1
    await uow.schedule(TOUCHPOINT, held.id, str(held.occurrence), slot.local_at, slot.zone)
    return True


async def _cancel(uow: Uow, held: Touchpoint, row: Row) -> None:
    reason = row.reason or "cancelled"
    await uow.cancel(TOUCHPOINT, held.id, why=reason)
    await uow.refresh(held, lock=True)
    if held.state in FINAL or (held.state == State.due and not await _pull_back(uow, held, reason)):
        return
    uow.change(held, state=State.cancelled, reason=reason, **_times(row.slot))
    uow.say(said.TouchpointSkipped(**facts_of(held), reason=reason))


async def _pull_back(uow: Uow, held: Touchpoint, reason: str) -> bool:
    """Cancel the delivery of a touchpoint, if nobody is sending it; one that may have arrived stays."""
    waiting = (Delivery.touchpoint_id == held.id, Delivery.state == "pending")
    values = {"state": "cancelled", "reason": reason, "version": Delivery.version + 1}
    change = update(Delivery).where(*waiting).values(**values, changed_at=uow.clock.machine())
    pulled = await uow.execute(change.returning(Delivery.id))
    return pulled.first() is not None


# --- the time has come


async def start_delivery(uow: Uow, due: Due) -> None:
    """A touchpoint is due: its delivery begins, or it is skipped and says why."""
    row = await uow.find(Touchpoint, id=due.subject, lock=True)
    if row is None or row.state != State.waiting or str(row.occurrence) != due.occurrence:
        return due.skip("superseded")
    uow.cause = Cause(row.correlation_id)
    if reason := await _why_not(uow, row):
        due.skip(reason)
        skip(uow, row, reason)
        return None
    uow.change(row, state=State.due, reason=None)
    uow.add(_delivery(uow, row))
    return None


async def _why_not(uow: Uow, row: Touchpoint) -> str | None:
    entry = plan.current().entry(row.code)
    if entry is None:
        return "not_in_plan"
    person = await uow.find(Person, id=row.person_id)
    if person is not None and person.erased:
        return "person_erased"
    return "late" if too_late(entry, row.due_at, uow.now) else None


def skip(uow: Uow, row: Touchpoint, reason: str, state: State = State.skipped) -> None:
    """A touchpoint that isn't sent says so."""
    uow.change(row, state=state, reason=reason)
    uow.say(said.TouchpointSkipped(**facts_of(row), reason=reason))


# --- shapes


def facts_of(row: Touchpoint) -> dict[str, Any]:
    """The ids that every fact of a touchpoint carries."""
    names = ("person_id", "application_id", "sending_entity_id", "hosting_entity_id")
    return {"touchpoint_id": row.id, "touchpoint": row.code} | {name: getattr(row, name) for name in names}


def _row(row: Touchpoint) -> Row:
    anchor = Slot(row.local_at, row.zone, row.anchor, row.anchor_on, row.anchor_version)
    return Row(row.code, State(row.state), anchor, row.reason)


def _times(slot: Slot) -> dict[str, Any]:
    return {name: getattr(slot, name) for name in Slot.__slots__} | {"due_at": due_at(slot)}


def _touchpoint(uow: Uow, about: About, row: Row) -> Touchpoint:
    current = plan.current()
    entry = current.entry(row.code)
    assert entry is not None
    return Touchpoint(
        id=derived_id("touchpoint", row.code, about.subject),
        code=row.code,
        plan=current.plan,
        plan_version=current.version,
        kind=entry.kind,
        audience=entry.audience,
        recipient_id=about.person_id if entry.audience is Audience.ep else None,
        state=row.state,
        reason=row.reason,
        correlation_id=uow.cause.correlation_id,
        **asdict(about),
        **_times(row.slot),
    )


def _delivery(uow: Uow, row: Touchpoint) -> Delivery:
    entry: Entry | None = plan.current().entry(row.code)
    assert entry is not None
    key = (row.code, row.subject, row.occurrence)
    names = ("subject", "application_id", "person_id", "sending_entity_id", "hosting_entity_id", "occurrence")
    names += ("audience", "recipient_id")
    return Delivery(
        id=derived_id("delivery", *key),
        touchpoint_id=row.id,
        touchpoint=row.code,
        message_id=str(derived_id("message", *key)),
        channel=entry.channels[0],
        state="pending",
        not_before=uow.clock.machine(),
        created_at=uow.now,
        **{name: getattr(row, name) for name in names},
    )
