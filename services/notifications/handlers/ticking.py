"""What people do with tasks: take them, tick them with a word of evidence, undo a tick."""

from sqlalchemy import update

from services.notifications.commands import TakeTask, TickTask, UndoTask
from services.notifications.handlers.calendar import TASK
from services.notifications.handlers.tasks import TICKED, finish, reopen
from services.notifications.model import Member, Task, Touchpoint, tasks_of
from services.notifications.plan import store
from services.notifications.policy import TaskRule, TaskState
from services.notifications.schemas import TaskOut
from services.notifications.views.tasks import tasks_out
from shared.errors import Conflict, FieldError, Invalid
from shared.storage.tx import Uow


async def take_task(uow: Uow, command: TakeTask) -> TaskOut:
    """Conflict `task-over` when it isn't open; Invalid when the member isn't one of its committee."""
    row = await _held(uow, command)
    _is_open(row)
    if command.member_id is not None:
        member = await uow.find(Member, id=command.member_id, entity_id=row.entity_id, active=True)
        if member is None:
            raise Invalid(errors=[FieldError("#/member_id", "is no active member of the task's committee")])
    uow.change(row, taken_by=uow.caller.subject, member_id=command.member_id, taken_at=uow.now)
    uow.note("take_task", row.id)
    return (await tasks_out(uow, [row]))[0]


async def tick_task(uow: Uow, command: TickTask) -> TaskOut:
    """Conflict `recorded-elsewhere` when a fact of the application ends it: it is recorded there, once."""
    row = await _held(uow, command)
    _is_open(row)
    entry = (await store.entries_of(uow, [row.touchpoint_id])).get(row.touchpoint_id)
    if entry and entry.task and entry.task.closed_by:
        facts = " or ".join(entry.task.closed_by)
        raise Conflict(f"It ends when this is recorded of the application: {facts}.", code="recorded-elsewhere")
    touchpoint = await uow.get(Touchpoint, row.touchpoint_id, lock=True)
    await uow.cancel(TASK, row.id, why=TICKED)
    await finish(uow, row, touchpoint, TICKED, uow.caller.subject, command.note)
    uow.note("tick_task", row.id)
    return (await tasks_out(uow, [row]))[0]


async def undo_task(uow: Uow, command: UndoTask) -> TaskOut:
    """Conflict `not-ticked` when nobody ticked it."""
    row = await _held(uow, command)
    if row.state != TaskState.done or row.how != TICKED:
        raise Conflict("Only a task that somebody ticked can be undone.", code="not-ticked")
    touchpoint = await uow.get(Touchpoint, row.touchpoint_id, lock=True)
    entry = await store.entry_of(uow, touchpoint)
    await reopen(uow, row, touchpoint, (entry.task if entry else None) or TaskRule())
    uow.note("undo_task", row.id)
    return (await tasks_out(uow, [row]))[0]


async def forget_notes(uow: Uow, person_id: object) -> None:
    """What was written about a person who is to be forgotten."""
    gone = {"note": None, "changed_at": uow.clock.machine(), "version": Task.version + 1}
    mine = (Task.person_id == person_id, Task.note.is_not(None))  # type: ignore[union-attr]
    await uow.execute(update(Task).where(*mine).values(**gone))


async def _held(uow: Uow, command: TakeTask | TickTask | UndoTask) -> Task:
    """The task, locked after its touchpoint's application where it has one; the version that the caller saw."""
    row = await uow.get(Task, command.task_id, tasks_of(uow.caller), lock=True)
    uow.expect(row.version)
    return row


def _is_open(row: Task) -> None:
    if row.state != TaskState.open:
        raise Conflict(f"It is {row.state} already.", code="task-over")
