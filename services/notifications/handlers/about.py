"""Facts of messages that are about something of the calendar itself: a task, dates that were told before, an end."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.notifications.handlers.calendar import told
from services.notifications.model import Delivery, Experience, Member, Person, Task, Touchpoint
from services.notifications.plan import store
from services.notifications.policy import CASES, CORRECTIONS, ENDED, INTERNAL, State, Status
from shared.links import case_link
from shared.storage.tx import Uow

Heard = tuple[UUID | None, str]


class Abouts:
    """Read once for a batch of deliveries."""

    def __init__(self) -> None:
        self._tasks: dict[UUID, dict[str, Any]] = {}
        self._was: dict[Heard, dict[str, date]] = {}
        self._cases: set[UUID] = set()

    @classmethod
    async def of(cls, uow: Uow, deliveries: Sequence[Delivery]) -> "Abouts":
        found = cls()
        entries = await store.entries_of(uow, [row.touchpoint_id for row in deliveries])
        events = {
            row.id: entries[row.touchpoint_id].trigger.event for row in deliveries if row.touchpoint_id in entries
        }
        found._cases = {row.subject for row in deliveries if events.get(row.id) in CASES}
        await found._read_tasks(uow, [row.subject for row in deliveries if events.get(row.id) in INTERNAL])
        await found._read_was(uow, [row.application_id for row in deliveries if events.get(row.id) in CORRECTIONS])
        return found

    def facts(self, row: Delivery, stay: Experience | None) -> dict[str, Any]:
        """`task`, `was` (the dates that were told last), `stopped` (why nothing comes any more) and the `link` of a
        quality case's page, where they are."""
        status = Status(stay.status) if stay and stay.status else None
        stopped = ENDED.get(status) if status in (Status.approval_broken, Status.realization_broken) else None
        was = self._was.get((row.application_id, str(row.audience)))
        link = {"link": case_link(row.subject)} if row.subject in self._cases else {}
        return {"task": self._tasks.get(row.subject), "was": was, "stopped": stopped} | rejection(stay) | link

    async def _read_tasks(self, uow: Uow, subjects: Sequence[UUID]) -> None:
        if not subjects:
            return
        tasks = await uow.rows(select(Task).where(Task.id.in_(subjects)))  # type: ignore[attr-defined]
        entries = await store.entries_of(uow, [task.touchpoint_id for task in tasks])
        for task in tasks:
            entry = entries.get(task.touchpoint_id)
            person = await uow.find(Person, id=task.person_id) if task.person_id else None
            member = await uow.find(Member, id=task.member_id) if task.member_id else None
            self._tasks[task.id] = {
                "title": entry.title if entry else task.code,
                "about": _name(person),
                "owner": _name(member),
                "due_on": task.due_on,
                "days_over": max(0, (uow.today(task.zone) - task.due_on).days),
            }

    async def _read_was(self, uow: Uow, applications: Sequence[UUID | None]) -> None:
        wanted = [id_ for id_ in applications if id_]
        if not wanted:
            return
        sent = select(Touchpoint).where(Touchpoint.application_id.in_(wanted), Touchpoint.state == State.sent)  # type: ignore[union-attr]
        for row in await uow.rows(sent.order_by(Touchpoint.sent_at, Touchpoint.id)):
            dates = {f"{anchor}_on": day for anchor, day in told(row).items()}
            if dates:
                self._was.setdefault((row.application_id, str(row.audience)), {}).update(dates)


def rejection(stay: Experience | None) -> dict[str, Any]:
    """The `reason` of a rejection, and whose cause it is: `ours` or `theirs`, never both."""
    if stay is None or stay.status != Status.rejected or stay.rejected_for is None:
        return {}
    return {"reason": stay.rejected_for, "ours" if stay.rejected_by_us else "theirs": True}


def _name(row: Person | Member | None) -> str | None:
    parts = (row.given_name, row.family_name) if row is not None else ()
    return " ".join(part for part in parts if part) or None
