"""Time travel: months of a cohort in seconds, on the same policies as the calendar. Nothing leaves the machine."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from services.notifications.policy import REACHED, Happening, Heard, Plan, Stay
from services.notifications.simulation.cohorts import Cohort, Life, lives
from services.notifications.simulation.engine import Event, Rules, Walk, month_later
from services.notifications.simulation.report import Report, difference

__all__ = [
    "Cohort",
    "Event",
    "Life",
    "Order",
    "Report",
    "Rules",
    "difference",
    "lives",
    "read_order",
    "replayed",
    "simulate",
    "written_order",
]
EVERY = 100  # experiences between two words of progress


@dataclass(frozen=True, slots=True)
class Order:
    """What to simulate: one or two plans, a cohort or given lives, and the clock's end."""

    plans: tuple[Plan, ...]
    cohort: Cohort = field(default_factory=Cohort)
    until: datetime | None = None
    rules: Rules = field(default_factory=Rules)
    lives: tuple[Life, ...] | None = None

    @property
    def size(self) -> int:
        return self.cohort.size if self.lives is None else len(self.lives)


_ORDER = TypeAdapter(Order)


def read_order(text: str | bytes) -> Order:
    """An order from JSON; pydantic's ValidationError when it is none."""
    return _ORDER.validate_json(text)


def written_order(order: Order) -> bytes:
    return _ORDER.dump_json(order)


def simulate(
    order: Order,
    tell: Callable[[int, int], None] = lambda done, all_: None,
    watch: Callable[[list[Event]], None] = lambda happened: None,
) -> dict[str, Any]:
    """The report of each plan, and their difference when there are two; `tell(done, all)` while it runs.

    `watch` sees what happened to each experience of the first plan.
    """
    reports = [Report(plan) for plan in order.plans]
    all_ = order.size
    until = order.until or month_later(order.cohort.first_start, order.cohort.months)
    for done, life in enumerate(lives(order.cohort) if order.lives is None else order.lives, 1):
        for number, report in enumerate(reports):
            happened = Walk(report.plan, life, until, order.rules).run()
            report.add(happened)
            if number == 0:
                watch(happened)
        if done % EVERY == 0 or done == all_:
            tell(done, all_)
    found: dict[str, Any] = {"until": until.isoformat(), "plans": [report.figures() for report in reports]}
    if len(reports) == 2:
        found["difference"] = difference(*found["plans"])
    return found


def replayed(stay: Stay) -> tuple[tuple[datetime, Heard], ...]:
    """What was heard of a real stay, as if it were heard again: its steps, its dates, its last status."""
    words = {happening: status for status, happening in reversed(REACHED.items())}
    dates = {"start_on": stay.start_on, "end_on": stay.end_on, "zone": stay.zone}
    told = []
    for happening, step in sorted(stay.steps.items(), key=lambda one: (one[1].at, one[1].sequence)):
        approved = happening is Happening.application_approved
        told.append((step.at, Heard(len(told) + 1, step.at, words[happening], **(dates if approved else {}))))
    if told and stay.status is not None and told[-1][1].status is not stay.status:
        told.append((told[-1][0], Heard(len(told) + 1, told[-1][0], stay.status)))
    return tuple(told)
