"""Makes the calendar's rows equal to the wanted ones.

The due row is the lock of a touchpoint that waits: whoever changes one schedules or cancels it first, then looks again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import select

from services.notifications.model import Delivery, Task, Touchpoint
from services.notifications.plan import store
from services.notifications.plan.layers import Composed
from services.notifications.policy import (
    FINAL,
    INTERNAL,
    Anchor,
    Audience,
    Do,
    Gone,
    Kind,
    Row,
    Slot,
    State,
    Step,
    TaskState,
    due_at,
    steps,
)
from services.notifications.policy.plan import SUGGESTED
from shared.contracts import notifications as said
from shared.contracts import tasks
from shared.ids import derived_id
from shared.storage.bulk import copy
from shared.storage.due import Wanted, schedule_many
from shared.storage.rows import shape_of
from shared.storage.tx import Uow

TOUCHPOINT, TASK = "touchpoint", "task"
HANDLED: Mapping[type[said.TouchpointFact], str] = {said.TouchpointSent: "sent", said.TouchpointSkipped: "skipped"}
# What is said of a touchpoint with an enabler that concerns no EP.
OF_ENABLERS: Mapping[type[said.TouchpointFact], type[said.EnablerTouchpointFact]] = {
    said.TouchpointScheduled: said.EnablerTouchpointScheduled,
    said.TouchpointMoved: said.EnablerTouchpointMoved,
    said.TouchpointSent: said.EnablerTouchpointSent,
    said.TouchpointSkipped: said.EnablerTouchpointSkipped,
}
FACTS = ("application_id", "hosting_entity_id")
FACTS_OF_EP = (*FACTS, "person_id", "sending_entity_id", "audience")
TOLD_BY = (*FACTS_OF_EP, "id", "code", "kind", "enabler_id")  # what of a row decides what is said


@dataclass(frozen=True, slots=True)
class About:
    """What touchpoints are about (an application, an invitation, a person, an opportunity …), and whom it concerns."""

    subject: UUID
    application_id: UUID | None = None
    person_id: UUID | None = None
    sending_entity_id: UUID | None = None
    hosting_entity_id: UUID | None = None
    enabler_id: UUID | None = None


class Batch:
    """New touchpoints and their due rows: written with one statement each at the end of a handler."""

    def __init__(self, composed: Composed) -> None:
        self.follow(composed)
        self._new: list[Wanted] = []
        self._rows: list[dict[str, Any]] = []

    def follow(self, composed: Composed) -> None:
        """From now on rows come from these versions."""
        self.plan, self.entries, self.kept = composed, composed.entries, composed.internal

    def schedule(self, values: Mapping[str, Any]) -> None:
        when = (values["local_at"], values["zone"], values["due_at"])
        self._new.append(Wanted(values["id"], str(values["occurrence"]), *when))

    def begin(self, uow: Uow, about: About, row: Row) -> None:
        """A touchpoint that wasn't there; one that is cancelled from the start is recorded with its reason."""
        values = _values(uow, about, row, self, {})
        self._rows.append(values)
        if row.state is not State.cancelled:
            self.schedule(values)
        if row.state is State.cancelled:
            _say(uow, values, said.TouchpointSkipped, reason=row.reason or "cancelled")
        else:
            budget = self.entries[row.code].budget
            _say(uow, values, said.TouchpointScheduled, due_at=values["due_at"], budget=budget)

    async def write(self, uow: Uow) -> None:
        """Their rows by COPY, then their due rows."""
        rows, self._rows = self._rows, []
        new, self._new = self._new, []
        if rows:
            shape = shape_of(Touchpoint)
            columns = [shape.column(name) for name in rows[0]]
            await copy(uow, "touchpoint", columns, [shape.bound(values) for values in rows])
        await schedule_many(uow, TOUCHPOINT, new)


async def settle(
    uow: Uow, about: About, wanted: Sequence[Row], held: Sequence[Touchpoint], batch: Batch | None = None
) -> None:
    """Do what makes the held touchpoints equal to the wanted rows; repeated, it does nothing.

    Whoever settles many gives a batch, and writes it at the end.
    """
    own = batch or Batch(
        await store.following(uow, about.application_id, about.sending_entity_id, about.hosting_entity_id)
    )
    rows = {(row.code, row.round): row for row in held}
    for step in steps(wanted, {key: row_of(row) for key, row in rows.items()}, own.kept):
        await _apply(uow, about, step, rows.get(step.row.key), own)
    for row in held:
        if row.state not in FINAL and row.code in own.entries:
            row.plan, row.plan_version = own.plan.source(row.code)
    if batch is None:
        await own.write(uow)


async def _apply(uow: Uow, about: About, step: Step, held: Touchpoint | None, batch: Batch) -> None:
    if held is None:
        batch.begin(uow, about, step.row)
    elif step.do is Do.note:
        reason = step.row.reason if held.state == State.cancelled else held.reason
        uow.change(held, reason=reason, **_times(step.row.slot))
    elif step.do is Do.cancel:
        await _cancel(uow, held, step.row)
    elif await _reserve(uow, held, step.row.slot):
        uow.change(held, state=State.waiting, reason=None, **_times(step.row.slot))
        tell(uow, held, said.TouchpointMoved if step.do is Do.move else said.TouchpointScheduled, due_at=held.due_at)


def begin(uow: Uow, about: About, row: Row, batch: Batch, **more: Any) -> Touchpoint:
    """A touchpoint that wasn't there and is wanted at once; `more` says whom it is for."""
    values = _values(uow, about, row, batch, more)
    touchpoint = uow.add(Touchpoint(**values))
    batch.schedule(values)
    tell(uow, touchpoint, said.TouchpointScheduled, due_at=touchpoint.due_at)
    return touchpoint


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
    tell(uow, held, said.TouchpointSkipped, reason=reason)


async def _pull_back(uow: Uow, held: Touchpoint, reason: str) -> bool:
    """Take back what a touchpoint led to, if it isn't out: an e-mail that nobody is sending, an open task, its place
    among others that go out as one. An e-mail that may have arrived stays.
    """
    if held.kind == Kind.task:
        return await _pull_task(uow, held, reason)
    if held.folded_into is not None:
        going = select(Delivery.id).where(Delivery.touchpoint_id == held.folded_into, Delivery.state != "pending")
        if (await uow.execute(going)).first() is not None:
            return False
        held.folded_into = None
        return True
    waiting = (Delivery.touchpoint_id == held.id, Delivery.state == "pending")
    values = {"state": "cancelled", "reason": reason, "version": Delivery.version + 1}
    change = update(Delivery).where(*waiting).values(**values, changed_at=uow.clock.machine())
    pulled = await uow.execute(change.returning(Delivery.id))
    return pulled.first() is not None


async def _pull_task(uow: Uow, held: Touchpoint, reason: str) -> bool:
    task = await uow.find(Task, touchpoint_id=held.id, lock=True)
    if task is not None and task.state == TaskState.open:
        await uow.cancel(TASK, task.id, why=reason)
        uow.change(task, state=TaskState.cancelled, reason=reason)
        uow.say(tasks.TaskCancelled(**facts_of(task), reason=reason))
    return True


# --- what is out


def gone(held: Sequence[Touchpoint]) -> list[Gone]:
    """What is out of these: with the dates that each told."""
    return [
        Gone(row.code, row.round, row.anchor_version, row.audience, row.sent_at or row.due_at, told(row))
        for row in held
        if row.state in FINAL
    ]


def told(row: Touchpoint) -> dict[Anchor, date]:
    """The dates that the message of a touchpoint gave."""
    return {Anchor(name): date.fromisoformat(day) for name, day in (row.told or {}).items()}


async def mark_sent(uow: Uow, row: Touchpoint) -> list[Touchpoint]:
    """A message is out, and with it those that were folded into it; all of these."""
    carried = await _carried(uow, row)
    for one in (row, *carried):
        uow.change(one, state=State.sent, reason=None, sent_at=uow.now)
    return [row, *carried]


async def skip(uow: Uow, row: Touchpoint, reason: str, state: State = State.skipped) -> None:
    """A touchpoint that isn't sent says so, and so do those that were folded into it."""
    for one in (row, *await _carried(uow, row)):
        uow.change(one, state=state, reason=reason)
        tell(uow, one, said.TouchpointSkipped, reason=reason)


async def _carried(uow: Uow, row: Touchpoint) -> Sequence[Touchpoint]:
    entry = await store.entry_of(uow, row)
    if entry is None or entry.trigger.event not in INTERNAL:
        return ()
    folded = select(Touchpoint).where(Touchpoint.folded_into == row.id, Touchpoint.state == State.due)
    return await uow.rows(folded.order_by(Touchpoint.due_at, Touchpoint.id).with_for_update())


async def rounds(uow: Uow, code: str, subject: UUID) -> int:
    """How many touchpoints of this code the subject has had."""
    count = select(func.count()).where(Touchpoint.code == code, Touchpoint.subject == subject)
    return int(await uow.scalar(count))


# --- shapes


def tell(uow: Uow, row: Touchpoint, event: type[said.TouchpointFact], on: date | None = None, **more: Any) -> None:
    """Say what became of a touchpoint."""
    if outcome := HANDLED.get(event):
        tell_handled(uow, row, outcome, more.get("reason"))
    _say(uow, {name: getattr(row, name) for name in TOLD_BY}, event, on, **more)


def _say(
    uow: Uow, row: Mapping[str, Any], event: type[said.TouchpointFact], on: date | None = None, **more: Any
) -> None:
    """Say it of a message that concerns a person, or that an enabler gets; tasks have events of their own."""
    if row["kind"] == Kind.task:
        return
    enabler = row["enabler_id"] if row["audience"] == Audience.enabler else None
    facts = {"touchpoint_id": row["id"], "touchpoint": row["code"], "enabler_id": enabler}
    if row["person_id"] is not None:
        uow.say(event(**facts, **{name: row[name] for name in FACTS_OF_EP}, **more), effective_on=on)
    elif enabler is not None:
        uow.say(OF_ENABLERS[event](**facts, **{name: row[name] for name in FACTS}, **more), effective_on=on)


def tell_handled(uow: Uow, row: Touchpoint, outcome: str, reason: str | None = None) -> None:
    """Say to scoring what became of the action that it suggested, if this is one."""
    if row.code.startswith(SUGGESTED):
        uow.say(
            said.SuggestionHandled(
                suggestion_id=row.subject, touchpoint_id=row.id, touchpoint=row.code, outcome=outcome, reason=reason
            )
        )


def slot_of(row: Touchpoint) -> Slot:
    return Slot(row.local_at, row.zone, row.anchor, row.anchor_on, row.anchor_version)


def row_of(row: Touchpoint) -> Row:
    return Row(row.code, State(row.state), slot_of(row), row.reason, row.round)


def about_of(row: Touchpoint) -> About:
    return About(**{name: getattr(row, name) for name in About.__slots__})


def _times(slot: Slot) -> dict[str, Any]:
    return {name: getattr(slot, name) for name in Slot.__slots__} | {"due_at": due_at(slot)}


def _values(uow: Uow, about: About, row: Row, batch: Batch, more: dict[str, Any]) -> dict[str, Any]:
    """All that a new touchpoint's row holds."""
    entry, slot = batch.entries[row.code], row.slot
    key = (row.code, about.subject) if row.round == 1 else (row.code, about.subject, row.round)
    recipients = {Audience.ep: about.person_id, Audience.enabler: about.enabler_id, Audience.member: about.subject}
    name, number = batch.plan.source(row.code)
    return {
        "id": derived_id("touchpoint", *key),
        "code": row.code,
        "plan": name,
        "plan_version": number,
        "kind": entry.kind,
        "audience": entry.audience,
        "recipient_id": recipients.get(entry.audience),
        "subject": about.subject,
        "application_id": about.application_id,
        "person_id": about.person_id,
        "enabler_id": about.enabler_id,
        "sending_entity_id": about.sending_entity_id,
        "hosting_entity_id": about.hosting_entity_id,
        "state": row.state,
        "reason": row.reason,
        "round": row.round,
        "local_at": slot.local_at,
        "zone": slot.zone,
        "due_at": due_at(slot),
        "anchor": slot.anchor,
        "anchor_on": slot.anchor_on,
        "anchor_version": slot.anchor_version,
        "occurrence": 1,
        "correlation_id": uow.cause.correlation_id,
        "version": 1,
        "changed_at": uow.clock.machine(),
    } | more


def facts_of(task: Task) -> dict[str, Any]:
    """The ids that every fact of a task carries."""
    names = ("touchpoint_id", "person_id", "application_id", "enabler_id", "entity_id", "side")
    return {"task_id": task.id, "touchpoint": task.code} | {name: getattr(task, name) for name in names}
