"""What is known of an experience, whatever the order and repetition of the events that told it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from services.notifications.policy.plan import Happening


class Status(StrEnum):
    """How far an application is, as far as the calendar minds."""

    submitted = "submitted"
    accepted = "accepted"
    signed = "signed"
    approved = "approved"
    realized = "realized"
    completed = "completed"
    withdrawn = "withdrawn"
    declined = "declined"
    rejected = "rejected"
    approval_broken = "approval_broken"
    realization_broken = "realization_broken"
    reopened = "reopened"


ENDED = {
    Status.completed: "experience_completed",
    Status.withdrawn: "application_withdrawn",
    Status.declined: "application_declined",
    Status.rejected: "application_rejected",
    Status.approval_broken: "approval_broken",
    Status.realization_broken: "realization_broken",
    Status.reopened: "approval_awaited",  # until both sides approve anew
}
REACHED = {
    Status.submitted: Happening.application_submitted,
    Status.accepted: Happening.application_accepted,
    Status.signed: Happening.application_signed,
    Status.approved: Happening.application_approved,
    Status.realized: Happening.application_realized,
    Status.completed: Happening.application_completed,
    Status.rejected: Happening.application_rejected,
    Status.withdrawn: Happening.application_withdrawn,
    Status.approval_broken: Happening.application_broken,
    Status.realization_broken: Happening.application_broken,
}


@dataclass(frozen=True, slots=True)
class Reached:
    """When a step was last taken: the sequence of its event, and the moment at which it was said."""

    sequence: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Stay:
    """What was heard so far of one experience. The sequences tell which event had the last word."""

    status: Status | None = None
    start_on: date | None = None
    end_on: date | None = None
    zone: str | None = None
    dates_at: datetime | None = None
    status_sequence: int = 0
    dates_sequence: int = 0
    steps: Mapping[Happening, Reached] = field(default_factory=dict)

    @property
    def approved_at(self) -> datetime | None:
        step = self.steps.get(Happening.application_approved)
        return step.at if step else None


@dataclass(frozen=True, slots=True)
class Heard:
    """What one event tells of an experience; `at` is when it was said."""

    sequence: int
    at: datetime
    status: Status | None = None
    start_on: date | None = None
    end_on: date | None = None
    zone: str | None = None


def learn(stay: Stay, heard: Heard) -> Stay:
    """The stay after an event. Any order and any repetition of the same events end in the same stay."""
    if heard.status is not None:
        stay = _step(stay, heard)
        if heard.sequence > stay.status_sequence:
            stay = replace(stay, status=heard.status, status_sequence=heard.sequence)
    if heard.end_on is not None and heard.sequence > stay.dates_sequence:
        dates = {"start_on": heard.start_on, "end_on": heard.end_on, "zone": heard.zone, "dates_at": heard.at}
        stay = replace(stay, dates_sequence=heard.sequence, **dates)
    return stay


def _step(stay: Stay, heard: Heard) -> Stay:
    assert heard.status is not None
    happening = REACHED.get(heard.status)
    known = stay.steps.get(happening) if happening else None
    if happening is None or (known is not None and known.sequence >= heard.sequence):
        return stay
    return replace(stay, steps={**stay.steps, happening: Reached(heard.sequence, heard.at)})


def recorded_after(steps: Mapping[str, Any], recorded: Mapping[str, Any], sequence: int) -> set[str]:
    """What was recorded of an application, by name: steps taken after this event, and all else that holds.

    Both come as they are stored: name → [sequence, …].
    """
    taken = {name for name, (version, *_) in steps.items() if version > sequence}
    return taken | {name for name, (_, holds) in recorded.items() if holds}
