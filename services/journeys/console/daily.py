"""What each role does every day: five tasks, each with how much waits, each a click or two from home."""

from dataclasses import dataclass, field
from typing import Any

from services.journeys.console.navigation import known
from services.journeys.console.rooms import MOST, Panel, Rooms, Value, together
from services.journeys.console.texts import N_
from shared.access import Role


@dataclass(frozen=True, slots=True)
class Task:
    """A daily task. What waits is counted by asking `room` for the list at `path`; without one nothing is counted."""

    title: str
    hint: str
    address: str
    icon: str
    room: str | None = None
    path: str = ""
    params: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task and how much of it waits: `more` tells that the count stops there; None is not known, or not counted."""

    task: Task
    count: int | None = None
    more: bool = False
    panel: Panel | None = None


QUESTIONS = Task(
    N_("Answer questions"), N_("What people asked and nobody has answered yet"), "/console/work/questions", "question",
    "notifications", "/v1/questions", {"state": "open"},
)  # fmt: skip
TASKS = Task(
    N_("Do what is due"), N_("Calls, interviews and papers of your committee, the most urgent first"),
    "/console/work/tasks", "tasks", "notifications", "/v1/tasks", {"state": "open"},
)  # fmt: skip
CASES = Task(
    N_("Settle quality cases"), N_("Acknowledge within a day, then solve in writing"), "/console/work/cases", "alert",
    "surveys", "/v1/cases", {"state": "open"},
)  # fmt: skip
INBOX = Task(
    N_("Decide on applications"), N_("Applications, notes and approvals that wait for you"), "/console/work/inbox",
    "applications", "applications", "/v1/inbox",
)  # fmt: skip
LEADS = Task(
    N_("Call leads"), N_("Who is likeliest to go, and was handed to your committee"), "/console/work/leads", "phone",
    "scoring", "/v1/leads", {"state": "handed_over"},
)  # fmt: skip
PEOPLE = Task(N_("Look somebody up"), N_("Everybody you look after, over all rooms"), "/console/people", "people")
RISKS = Task(
    N_("Save stays at risk"), N_("Running stays that may go wrong, the riskiest first"), "/console/work/risks", "heart",
    "scoring", "/v1/risks", {"level": "high"},
)  # fmt: skip
DAILY: dict[Role, tuple[Task, ...]] = {
    Role.sending_manager: (LEADS, INBOX, TASKS, QUESTIONS, CASES, PEOPLE),
    Role.hosting_manager: (INBOX, TASKS, QUESTIONS, CASES, RISKS, PEOPLE),
    Role.national_manager: (CASES, TASKS, QUESTIONS, RISKS, PEOPLE),
    Role.global_manager: (CASES, QUESTIONS, RISKS, PEOPLE),
    Role.auditor: (PEOPLE,),
    Role.enabler: (INBOX, PEOPLE),
}


async def waiting(rooms: Rooms, role: Role) -> list[Waiting]:
    """The tasks of a role with what waits, asked of all rooms at once; those whose page isn't there are left out."""
    tasks = [task for task in DAILY.get(role, ()) if known(task.address)]
    counted = await together(*(_count(rooms, task) for task in tasks))
    return [one for one in counted if one.panel is None or not one.panel.hidden]


async def _count(rooms: Rooms, task: Task) -> Waiting:
    if task.room is None:
        return Waiting(task)
    panel = await rooms.panel(task.room, rooms.get(task.room, task.path, limit=MOST, **task.params))
    if panel.away or panel.hidden:
        return Waiting(task, panel=panel)
    found: dict[str, Any] = panel.items
    return Waiting(task, len(found["items"]), found.get("next") is not None, panel)
