"""Human tasks: whose they are, when they are due, when somebody is reminded, and when others hear of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.notifications.policy.plan import Audience, TaskRule
from shared.contracts.fields import Side


class TaskState(StrEnum):
    """A task is open until it is done, or until it isn't wanted any more."""

    open = "open"
    done = "done"
    cancelled = "cancelled"


class Nudge(StrEnum):
    """What the calendar does about an open task."""

    remind = "remind"
    overdue = "overdue"
    escalate = "escalate"


@dataclass(frozen=True, slots=True)
class Wake:
    """When to look at an open task, and what for; `level` counts escalations, 1 for the committee, 2 for above."""

    on: date
    nudge: Nudge
    level: int = 0

    @property
    def occurrence(self) -> str:
        return f"{self.nudge}:{self.on}:{self.level}"


def committee_side(audience: Audience) -> Side:
    """Whose committee a task belongs to: EP managers are the sending side, everybody else is the hosting side."""
    return Side.sending if audience is Audience.ep_manager else Side.hosting


def due_day(rule: TaskRule, opened_on: date, needed_on: date | None = None) -> date:
    """The rule's days after it opened; what is needed for a certain day, the day before, or at once."""
    due_on = opened_on + timedelta(days=rule.days)
    return due_on if needed_on is None else max(opened_on, min(due_on, needed_on - timedelta(days=1)))


def wakes(rule: TaskRule, due_on: date) -> list[Wake]:
    """All days on which an open task speaks up, in order: reminders, the day after it was due, escalations."""
    found = [Wake(due_on + timedelta(days=days), Nudge.remind) for days in rule.remind]
    found.append(Wake(due_on + timedelta(days=1), Nudge.overdue))
    found += [Wake(due_on + timedelta(days=days), Nudge.escalate, n) for n, days in enumerate(rule.escalate, 1)]
    return sorted(found, key=lambda wake: (wake.on, wake.nudge, wake.level))


def closing(rule: TaskRule | None, recorded: Collection[str]) -> str | None:
    """The recorded fact that ends a task, the first that the plan names; None while it is to be done."""
    return next((name for name in rule.closed_by if name in recorded), None) if rule else None
