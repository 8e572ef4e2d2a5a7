"""What the notifications room says of human tasks: what somebody has to do, until when, and whether it was done."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code, Side, Zone, date


class TaskFact(Event):
    """Which task of whose committee; `touchpoint` is its code in the plan, `person_id` the EP whom it concerns."""

    task_id: UUID
    touchpoint: Code
    touchpoint_id: UUID
    person_id: UUID | None
    application_id: UUID | None
    enabler_id: UUID | None
    entity_id: UUID | None
    side: Side


@event("notifications.task-opened.v1", key="task_id")
class TaskOpened(TaskFact):
    """Somebody has something to do; also when it was done and has to be done again. Listen to show work lists.

    `zone` is where the committee's day begins and ends.
    """

    due_on: date
    zone: Zone | None = None


@event("notifications.task-moved.v1", key="task_id")
class TaskMoved(TaskFact):
    """What it is for comes on another day, and so does the task; it is late no more. Listen to show work lists."""

    due_on: date
    zone: Zone


@event("notifications.task-cancelled.v1", key="task_id")
class TaskCancelled(TaskFact):
    """Nobody has to do it any more, because of what happened (`reason`). Listen to show work lists."""

    reason: Code


@event("notifications.task-done.v1", key="task_id")
class TaskDone(TaskFact):
    """It is done: ticked by somebody, or by the fact that was recorded elsewhere (`how`). Listen to measure work."""

    how: Code
    late: bool


@event("notifications.task-overdue.v1", key="task_id")
class TaskOverdue(TaskFact):
    """Its day has passed and it is still open."""

    due_on: date


@event("notifications.task-escalated.v1", key="task_id")
class TaskEscalated(TaskFact):
    """It is so late that others hear of it: at level 1 the leaders of the committee, then those of the one above."""

    level: int
    to_entity_id: UUID | None


SAID = (TaskOpened, TaskMoved, TaskCancelled, TaskDone, TaskOverdue, TaskEscalated)
