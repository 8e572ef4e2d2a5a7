"""How much waits of each daily task, for the home of a role."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from services.journeys.console.daily_tasks import DAILY, Daily
from services.journeys.console.navigation import known
from services.journeys.console.rooms import MOST, Panel, Rooms, together
from shared.access import Role

ICONS = {
    "where-i-stand": "journeys", "apply": "search", "sign": "documents", "prepare": "calendar",
    "answer": "applications",
    "applicants": "applications", "interns": "people", "opportunities": "company", "evaluation": "surveys",
    "committee": "phone", "call": "phone", "approve": "done", "requirements": "documents", "tasks": "tasks",
    "questions": "question", "arrivals": "place", "realize": "calendar", "cases": "alert", "funnel": "funnel",
    "standards": "board", "scores": "chart", "blueprint": "blueprint", "overdue": "clock", "leads": "phone",
    "history": "clock", "evidence": "board", "documents": "documents", "messages": "notifications",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task and how much of it waits: `more` tells that the count stops there; None is not known, or not counted."""

    task: Daily
    count: int | None = None
    more: bool = False
    panel: Panel | None = None

    @property
    def icon(self) -> str:
        return ICONS.get(self.task.code, "tasks")


async def waiting(rooms: Rooms, role: Role) -> list[Waiting]:
    """The tasks of a role with what waits, asked of all rooms at once; those whose page isn't there are left out."""
    tasks = [task for task in DAILY.get(role, ()) if known(task.at)]
    return await together(*(_count(rooms, task) for task in tasks))


async def _count(rooms: Rooms, task: Daily) -> Waiting:
    if task.waits is None:
        return Waiting(task)
    room, address = task.waits
    path, __, query = address.partition("?")
    panel = await rooms.panel(room, rooms.get(room, path, limit=MOST, **dict(parse_qsl(query))))
    if panel.away or panel.hidden:
        return Waiting(task, panel=panel)
    return _counted(task, panel, dict(parse_qsl(query)))


def _counted(task: Daily, panel: Panel, asked: dict[str, str]) -> Waiting:
    """What the room counted itself, where it does; else the items of the first page."""
    found: dict[str, Any] = panel.items
    if not found.get("counts"):
        return Waiting(task, len(found["items"]), found.get("next") is not None, panel)
    which = "overdue" if "overdue" in asked else "waiting"
    counts = [one for one in found["counts"] if asked.get("kind") in (None, one["kind"])]
    return Waiting(task, sum(one[which] for one in counts), any(one.get("more") for one in counts), panel)
