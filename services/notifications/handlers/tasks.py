"""Human tasks: opened when their time comes, closed by what is recorded elsewhere or by whoever did them."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import select

from services.notifications.handlers.calendar import (
    TASK,
    TOUCHPOINT,
    Batch,
    about_of,
    begin,
    facts_of,
    rounds,
    tell_handled,
)
from services.notifications.handlers.evidence import prove_touchpoint
from services.notifications.model import Experience, FactCheck, Task, Touchpoint
from services.notifications.plan import store
from services.notifications.policy import (
    Entry,
    Happening,
    Nudge,
    Row,
    Slot,
    State,
    TaskRule,
    TaskState,
    closing,
    committee_side,
    due_day,
    wakes,
)
from services.notifications.policy.stays import recorded_after
from services.notifications.views.recipients import committee_of
from shared.contracts import tasks as said
from shared.ids import derived_id
from shared.storage.due import Due, Wanted, schedule_many
from shared.storage.tx import Cause, Uow
from shared.zones import to_utc

MORNING = time(9)
TICKED = "ticked"


async def open_task(uow: Uow, row: Touchpoint, entry: Entry) -> None:
    """Somebody has something to do from now on; what was recorded already counts as done."""
    rule = entry.task or TaskRule()
    id_ = derived_id("task", row.id)
    task = await uow.find(Task, id=id_, lock=True)
    due_on = await _due_on(uow, row, rule)
    values: dict[str, Any] = {"state": TaskState.open, "reason": None, "due_on": due_on}
    values |= {"opened_at": uow.now, "overdue": False, "escalated": 0, "done_at": None, "done_by": None, "how": None}
    if task is None:
        names = ("code", "audience", "subject", "application_id", "person_id", "enabler_id", "zone")
        given = {name: getattr(row, name) for name in names} | values
        whose = {"side": committee_side(row.audience), "entity_id": committee_of(row), "touchpoint_id": row.id}
        whose["member_id"] = row.recipient_id  # who was named when it came about: nobody, as a rule
        task = uow.add(Task(id=id_, **whose, **given))
    else:
        uow.change(task, **values)
    uow.change(row, state=State.due, reason=None)
    recorded = await _recorded(uow, row)
    if fact := closing(rule, recorded):
        await finish(uow, task, row, fact)
        return
    await _wait(uow, task, rule)
    uow.say(said.TaskOpened(**facts_of(task), due_on=task.due_on, zone=task.zone))


async def _recorded(uow: Uow, row: Touchpoint) -> set[str]:
    """What was recorded of the application that could end a task of this touchpoint."""
    if row.application_id is None or row.subject != row.application_id:
        return set()
    stay = await uow.find(Experience, id=row.application_id)
    return recorded_after(stay.steps, stay.recorded, row.anchor_version) if stay else set()


async def settle_tasks(uow: Uow, experience: Experience) -> None:
    """Open tasks that a recorded fact ends are done; those that a fact ended which holds no more are open again."""
    tasks = await uow.rows(select(Task).where(Task.subject == experience.id, Task.state != TaskState.cancelled))
    for task in tasks:
        row = await uow.get(Touchpoint, task.touchpoint_id)
        entry = await store.entry_of(uow, row)
        if entry is None or entry.task is None or not entry.task.closed_by:
            continue
        recorded = recorded_after(experience.steps, experience.recorded, row.anchor_version)
        fact = closing(entry.task, recorded)
        if task.state == TaskState.open and fact:
            await uow.cancel(TASK, task.id, why=fact)
            await finish(uow, task, row, fact)
        elif task.state == TaskState.done and not fact and task.how != TICKED:
            await reopen(uow, task, row, entry.task)


async def close_by(uow: Uow, held: Touchpoint, happening: Happening) -> None:
    """A happening ends the task of a touchpoint, whether it is open already or not yet."""
    entry = await store.entry_of(uow, held)
    if entry is None or entry.task is None or happening not in entry.task.closed_by:
        return
    task = await uow.find(Task, touchpoint_id=held.id, lock=True)
    if task is None and held.state == State.waiting:
        await uow.cancel(TOUCHPOINT, held.id, why=happening)
        uow.change(held, state=State.done, reason=happening)
    elif task is not None and task.state == TaskState.open:
        await uow.cancel(TASK, task.id, why=happening)
        await finish(uow, task, held, happening)


async def finish(
    uow: Uow, task: Task, row: Touchpoint, how: str, by: str | None = None, note: str | None = None
) -> None:
    """It is done: ticked by somebody, or by a fact that was recorded elsewhere."""
    uow.change(task, state=TaskState.done, how=how, done_at=uow.now, done_by=by, note=note)
    uow.change(row, state=State.done, reason=how, sent_at=uow.now)
    if row.application_id is not None:
        entry = await store.entry_of(uow, row)
        await prove_touchpoint(uow, row, "task", entry.proves.standard if entry and entry.proves else None)
    uow.say(said.TaskDone(**facts_of(task), how=how, late=uow.today(task.zone) > task.due_on))
    tell_handled(uow, row, "done", how)


async def reopen(uow: Uow, task: Task, row: Touchpoint, rule: TaskRule) -> None:
    """It is to be done after all; its days are counted from today."""
    due_on = await _due_on(uow, row, rule)
    values = {"state": TaskState.open, "how": None, "done_at": None, "done_by": None, "overdue": False, "escalated": 0}
    uow.change(task, due_on=due_on, note=None, **values)
    uow.change(row, state=State.due, reason="reopened", sent_at=None)
    await _wait(uow, task, rule)
    entry = await store.entry_of(uow, row)
    await prove_touchpoint(uow, row, "task", entry.proves.standard if entry and entry.proves else None, void=True)
    uow.say(said.TaskOpened(**facts_of(task), due_on=due_on, zone=task.zone))


async def move_due(uow: Uow, task: Task, row: Touchpoint, rule: TaskRule) -> None:
    """The day for which an open task is needed is another one."""
    due_on = await _due_on(uow, row, rule, uow.now if task.overdue else task.opened_at)
    if due_on != task.due_on:
        await uow.cancel(TASK, task.id, why="moved")
        uow.change(task, due_on=due_on, overdue=False, escalated=0)
        await _wait(uow, task, rule)
        uow.say(said.TaskMoved(**facts_of(task), due_on=due_on, zone=task.zone))


async def _due_on(uow: Uow, row: Touchpoint, rule: TaskRule, opened_at: datetime | None = None) -> date:
    """The last day of a task that opens at this moment; a message that lacks facts needs them before its own."""
    check = await uow.find(FactCheck, id=row.subject) if row.subject != row.application_id else None
    opened_on = (opened_at or uow.now).astimezone(ZoneInfo(row.zone)).date()
    return due_day(rule, opened_on, check.due_on if check else None)


async def _wait(uow: Uow, task: Task, rule: TaskRule) -> None:
    """The days on which the task speaks up; those that are past have no say."""
    today = uow.today(task.zone)
    coming = [(wake, datetime.combine(wake.on, MORNING)) for wake in wakes(rule, task.due_on) if wake.on > today]
    rows = [Wanted(task.id, wake.occurrence, at, task.zone, to_utc(at, task.zone)) for wake, at in coming]
    await schedule_many(uow, TASK, rows)


# --- while nobody does it


async def wake_task(uow: Uow, due: Due) -> None:
    """A day on which an open task speaks up: a reminder, that it is overdue, or a word to those above."""
    task = await uow.find(Task, id=due.subject, lock=True)
    if task is None or task.state != TaskState.open:
        return due.skip("superseded")
    nudge, level = due.occurrence.partition(":")[0], int(due.occurrence.rpartition(":")[2])
    row = await uow.get(Touchpoint, task.touchpoint_id)
    uow.cause = Cause(row.correlation_id)
    if nudge == Nudge.overdue:
        uow.change(task, overdue=True)
        uow.say(said.TaskOverdue(**facts_of(task), due_on=task.due_on))
        return None
    if nudge == Nudge.remind:
        return await _write_to(uow, task, row, Happening.task_reminded, task.member_id)
    uow.change(task, escalated=level)
    above = await _above(uow, task, level)
    uow.say(said.TaskEscalated(**facts_of(task), level=level, to_entity_id=above))
    return await _write_to(uow, task, row, Happening.task_escalated, above)


async def _above(uow: Uow, task: Task, level: int) -> Any:
    """The committee that hears of it: the task's own first, then the one above, and so on up."""
    if task.entity_id is None:
        return None
    query = "SELECT path FROM entity_path WHERE entity_id = $1"
    found = await uow.fetch(query, task.entity_id)
    path = list(found[0]["path"]) if found else [task.entity_id]
    return path[-level] if level <= len(path) else path[0]


async def _write_to(uow: Uow, task: Task, row: Touchpoint, happening: Happening, whom: Any) -> None:
    """A message about the task, due at once, to a member or to the leaders of a committee."""
    current = await store.following(uow, row.application_id, row.sending_entity_id, row.hosting_entity_id)
    for entry in current.plan.started_by(happening):
        batch = Batch(current)
        number = await rounds(uow, entry.code, task.id) + 1
        about = replace(about_of(row), subject=task.id)
        slot = Slot(uow.now.replace(tzinfo=None), "UTC", None, None, 0)
        wanted = Row(entry.code, State.waiting, slot, None, number)
        begin(uow, about, wanted, batch, audience=task.audience, recipient_id=whom)
        await batch.write(uow)
