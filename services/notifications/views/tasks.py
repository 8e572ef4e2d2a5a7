"""Human tasks: lists of work, what is overdue, who took what."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import select

from services.notifications.model import FactCheck, Task, tasks_of
from services.notifications.plan import store
from services.notifications.policy import Entry, TaskState
from services.notifications.schemas import TaskOut
from services.notifications.views.recipients import Recipients
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What a list is narrowed to; None asks for all."""

    state: TaskState | None = None
    overdue: bool | None = None
    mine: bool | None = None
    code: str | None = None
    application_id: UUID | None = None
    person_id: UUID | None = None
    enabler_id: UUID | None = None


async def list_tasks(uow: Uow, wanted: TaskFilter, paging: Paging) -> Page:
    query = select(Task).where(tasks_of(uow.caller))
    if wanted.overdue is not None:
        over = (Task.state == TaskState.open) & Task.overdue
        query = query.where(over if wanted.overdue else ~over)
    if wanted.mine is not None:
        mine = Task.taken_by == uow.caller.subject
        query = query.where(mine if wanted.mine else Task.taken_by.is_distinct_from(uow.caller.subject))  # type: ignore[union-attr]
    for column, value in (
        (Task.state, wanted.state), (Task.code, wanted.code), (Task.application_id, wanted.application_id),
        (Task.person_id, wanted.person_id), (Task.enabler_id, wanted.enabler_id),
    ):  # fmt: skip
        query = query if value is None else query.where(column == value)
    page = await listing(uow, query, order=(Task.changed_at, Task.id), paging=paging, changed=Task.changed_at)
    return Page(await tasks_out(uow, page.items), page.next)


async def get_task(uow: Uow, task_id: UUID) -> TaskOut:
    row = await uow.get(Task, task_id, tasks_of(uow.caller))
    return (await tasks_out(uow, [row]))[0]


async def tasks_out(uow: Uow, rows: Sequence[Task]) -> list[TaskOut]:
    """Tasks with the plan's words for them, and whether anybody could be reminded."""
    known = await Recipients.of(uow, [_Whom(row) for row in rows])
    entries = await store.entries_of(uow, [row.touchpoint_id for row in rows])
    asked = select(FactCheck).where(FactCheck.id.in_([row.subject for row in rows]))  # type: ignore[attr-defined]
    missing = {one.id: one.missing for one in await uow.rows(asked)}
    found = [(row, entries.get(row.touchpoint_id), missing.get(row.subject, [])) for row in rows]
    return [_task(row, entry, lacks, known.get(_Whom(row)) is None) for row, entry, lacks in found]


class _Whom:
    """A task as something that is addressed to its committee."""

    def __init__(self, row: Task) -> None:
        self.audience, self.recipient_id = row.audience, row.member_id
        self.person_id, self.application_id = row.person_id, row.application_id
        self.sending_entity_id = self.hosting_entity_id = row.entity_id


def _task(row: Task, entry: Entry | None, missing: list[str], nobody: bool) -> TaskOut:
    more = {
        "missing": missing,
        "title": entry.title if entry else row.code,
        "closed_by": list(entry.task.closed_by) if entry and entry.task else [],
        "nobody_named": nobody,
    }
    return TaskOut.model_validate(row.model_dump() | more)
