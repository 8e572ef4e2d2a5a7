"""When somebody is to be asked, and what speaks against it: a function of what is known of a stay, a case, a wave."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from services.surveys.policy.programmes import Anchor, Fact, Moment, Programme
from shared.contracts.surveys import Party
from shared.zones import to_utc


class Status(StrEnum):
    """How far a stay is, as far as asking minds."""

    approved = "approved"
    realized = "realized"
    completed = "completed"
    approval_broken = "approval_broken"
    realization_broken = "realization_broken"
    reopened = "reopened"


BROKEN = {
    Status.approval_broken: "approval_broken",
    Status.realization_broken: "realization_broken",
    Status.reopened: "approval_awaited",
}
MOMENTS = {
    Moment.approved: Status.approved, Moment.realized: Status.realized, Moment.completed: Status.completed,
    Moment.first_completed: Status.completed,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Course:
    """What was heard of a stay's steps: the last word on its status and dates, and when each status was last reached.

    `steps`: status → (sequence of the event, moment). The sequences make any order of the same events end alike.
    """

    status: Status | None = None
    status_sequence: int = 0
    dates_sequence: int = 0
    steps: Mapping[Status, tuple[int, datetime]] = field(default_factory=dict)


def learn(course: Course, status: Status | None, dated: bool, sequence: int, at: datetime) -> Course:
    """The course after an event; heard again, it changes nothing."""
    if status is not None:
        known = course.steps.get(status)
        if known is None or sequence > known[0]:
            course = replace(course, steps={**course.steps, status: (sequence, at)})
        if sequence > course.status_sequence:
            course = replace(course, status=status, status_sequence=sequence)
    if dated and sequence > course.dates_sequence:
        course = replace(course, dates_sequence=sequence)
    return course


@dataclass(frozen=True, slots=True)
class Known:
    """What can be asked about, as planning needs it: zones, dates, moments, and the facts of conditions."""

    host_zone: str
    recipient_zone: str | None = None
    dates: Mapping[Anchor, date] = field(default_factory=dict)
    moments: Mapping[Moment, datetime] = field(default_factory=dict)
    facts: Mapping[Fact, frozenset[str]] = field(default_factory=dict)
    stop: str | None = None


def seen_by(known: Known, zone: str | None) -> Known:
    """The same for a recipient whose clock is there."""
    return replace(known, recipient_zone=zone)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One asking as it should be: a wall time in a zone, the moment from which it is too late, and what speaks
    against it."""

    programme: str
    party: Party
    recipient_id: UUID
    occasion: str
    local_at: datetime
    zone: str
    due_at: datetime
    until: datetime | None
    stop: str | None


def plan(programme: Programme, party: Party, recipient_id: UUID, occasion: str, known: Known) -> Wanted | None:
    """The asking of one recipient on one occasion; None while the moment hasn't come or a date isn't known."""
    when = programme.when
    zone = (known.recipient_zone or known.host_zone) if when.zone == "recipient" else known.host_zone
    if when.anchor:
        if (day := known.dates.get(when.anchor)) is None:
            return None
        local = _wall(day + timedelta(days=when.days), when.at)
    else:
        assert when.moment is not None
        if (at := known.moments.get(when.moment)) is None:
            return None
        here = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        local = _wall(here.date() + timedelta(days=when.days), when.at) if when.at else here
    return wanted(programme, party, recipient_id, occasion, local, zone, known)


def wanted(
    programme: Programme, party: Party, recipient_id: UUID, occasion: str, local: datetime, zone: str, known: Known
) -> Wanted:
    """The asking at this wall time."""
    due_at = to_utc(local, zone)
    stop = known.stop or _against(programme, local.date(), known)
    return Wanted(
        programme.code, party, recipient_id, occasion, local, zone, due_at, _until(programme, local, zone, known), stop
    )


def _against(programme: Programme, day: date, known: Known) -> str | None:
    end = known.dates.get(Anchor.end)
    if programme.when.anchor is Anchor.start and end is not None and day > end:
        return "after_the_end"
    nothing: frozenset[str] = frozenset()
    failing = (one for one in programme.conditions if not one.holds(known.facts.get(one.fact, nothing)))
    return next((f"when_{one.fact}" for one in failing), None)


def _until(programme: Programme, local: datetime, zone: str, known: Known) -> datetime | None:
    """The first moment at which asking comes too late: the midnight after the last day that is in time."""
    last: list[date] = []
    if programme.late_days is not None:
        last.append(local.date() + timedelta(days=programme.late_days))
    if programme.not_after and (day := known.dates.get(programme.not_after.anchor)):
        last.append(day + timedelta(days=programme.not_after.days))
    return to_utc(_wall(min(last) + timedelta(days=1), time()), zone) if last else None


def _wall(day: date, at: time | None) -> datetime:
    return datetime.combine(day, at or time())
