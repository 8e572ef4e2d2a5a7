"""What is known of an experience, whatever the order and repetition of the events that told it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum


class Status(StrEnum):
    """How far an application is, as far as the calendar minds."""

    approved = "approved"
    realized = "realized"
    completed = "completed"
    withdrawn = "withdrawn"
    rejected = "rejected"
    approval_broken = "approval_broken"
    realization_broken = "realization_broken"
    reopened = "reopened"


ENDED = {
    Status.completed: "experience_completed",
    Status.withdrawn: "application_withdrawn",
    Status.rejected: "application_rejected",
    Status.approval_broken: "approval_broken",
    Status.realization_broken: "realization_broken",
    Status.reopened: "approval_awaited",  # until both sides approve anew
}


@dataclass(frozen=True, slots=True)
class Stay:
    """What was heard so far of one experience. The two sequences tell which event had the last word."""

    status: Status | None = None
    start_on: date | None = None
    end_on: date | None = None
    zone: str | None = None
    approved_at: datetime | None = None
    status_sequence: int = 0
    dates_sequence: int = 0


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
    if heard.status is Status.approved:
        stay = replace(stay, approved_at=max(heard.at, stay.approved_at or heard.at))
    if heard.status is not None and heard.sequence > stay.status_sequence:
        stay = replace(stay, status=heard.status, status_sequence=heard.sequence)
    if heard.end_on is not None and heard.sequence > stay.dates_sequence:
        dates = {"start_on": heard.start_on, "end_on": heard.end_on, "zone": heard.zone}
        stay = replace(stay, dates_sequence=heard.sequence, **dates)
    return stay
