"""The rules of the calendar, pure: which touchpoints an experience has, when each is due, and what a change moves."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from shared.zones import to_utc

# --- the plan

EXACT = {"extra": "forbid"}  # for whoever reads a plan from data: a field that isn't here is a mistake


class Anchor(StrEnum):
    """A date of the experience that touchpoints hang on."""

    start = "start"
    end = "end"


class Happening(StrEnum):
    """An event that starts a touchpoint at once."""

    application_approved = "application-approved"
    survey_invited = "survey-invited"


class LatePolicy(StrEnum):
    """What becomes of a touchpoint whose time has passed."""

    skip = "skip"
    send_now = "send_now"


class Weight(StrEnum):
    """A mandatory notice is owed; a nudge is kind, and worth nothing when it comes too late."""

    mandatory = "mandatory"
    nudge = "nudge"


class Audience(StrEnum):
    ep = "ep"


class Medium(StrEnum):
    email = "email"


@dataclass(frozen=True, slots=True)
class Trigger:
    """Either an event, or an anchor date ± calendar days at a local time in the host's zone."""

    __pydantic_config__ = EXACT
    event: Happening | None = None
    anchor: Anchor | None = None
    days: int = 0
    at: time | None = None


@dataclass(frozen=True, slots=True)
class DueRule:
    """The last day on which a standard is kept in time: an anchor ± calendar days."""

    __pydantic_config__ = EXACT
    anchor: Anchor
    days: int = 0


@dataclass(frozen=True, slots=True)
class Proof:
    """The exchange standard that a sent touchpoint is evidence of."""

    __pydantic_config__ = EXACT
    standard: str
    due: DueRule


@dataclass(frozen=True, slots=True)
class Late:
    """From `after_hours` behind its time on, a touchpoint is late."""

    __pydantic_config__ = EXACT
    policy: LatePolicy
    after_hours: int = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One touchpoint of the plan. `needs` names the facts without which its message makes no sense."""

    __pydantic_config__ = EXACT
    code: str
    title: str
    audience: Audience
    trigger: Trigger
    channel: Medium
    letter: str
    needs: tuple[str, ...]
    late: Late
    weight: Weight
    document: str | None = None
    proves: Proof | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A versioned set of touchpoints."""

    __pydantic_config__ = EXACT
    plan: str
    version: int
    touchpoints: tuple[Entry, ...]

    def entry(self, code: str) -> Entry | None:
        return next((entry for entry in self.touchpoints if entry.code == code), None)

    def started_by(self, event: Happening) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.touchpoints if entry.trigger.event is event)


# --- what is known of an experience


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


# --- the calendar of an experience


class State(StrEnum):
    """The life of a touchpoint: it waits for its time, is due (on its way), and ends in one of four ways."""

    waiting = "waiting"
    due = "due"
    sent = "sent"
    skipped = "skipped"
    cancelled = "cancelled"
    failed = "failed"


FINAL = frozenset({State.sent, State.failed})


@dataclass(frozen=True, slots=True)
class Slot:
    """When a touchpoint is due: wall time in a zone, and the anchor that it was counted from."""

    local_at: datetime
    zone: str
    anchor: Anchor | None
    anchor_on: date | None
    anchor_version: int


@dataclass(frozen=True, slots=True)
class Row:
    """A touchpoint as it is, or as it should be: `reason` says why it is not sent."""

    code: str
    state: State
    slot: Slot
    reason: str | None = None


class Do(StrEnum):
    schedule = "schedule"
    move = "move"
    cancel = "cancel"
    note = "note"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do so that a row becomes as it should be; `note` only brings the anchor up to date."""

    do: Do
    row: Row


def plan_calendar(
    entries: Iterable[Entry], stay: Stay, sent: Collection[str] = (), stopped: str | None = None
) -> list[Row]:
    """The rows that an experience should have, besides those that were sent: a function of what is known, no more.

    `stopped` is a reason of the person's own that nothing may be sent any more.
    """
    if stay.approved_at is None or stay.end_on is None:
        return []
    reason = stopped or (ENDED.get(stay.status) if stay.status else None)
    state = State.cancelled if reason else State.waiting
    wanted = [entry for entry in entries if entry.trigger.event is not Happening.survey_invited]
    return [Row(entry.code, state, slot(entry.trigger, stay), reason) for entry in wanted if entry.code not in sent]


def slot(trigger: Trigger, stay: Stay) -> Slot:
    """When a touchpoint of this trigger is due: calendar days are counted first, the zone comes last."""
    zone = stay.zone or "UTC"
    if trigger.anchor is None:
        assert stay.approved_at is not None
        moment = stay.approved_at.astimezone(ZoneInfo(zone))
        return Slot(moment.replace(tzinfo=None), zone, None, None, stay.dates_sequence)
    on = anchor_day(trigger.anchor, stay)
    local = datetime.combine(on + timedelta(days=trigger.days), trigger.at or time(9))
    return Slot(local, zone, trigger.anchor, on, stay.dates_sequence)


def anchor_day(anchor: Anchor, stay: Stay) -> date:
    day = stay.start_on if anchor is Anchor.start else stay.end_on
    assert day is not None
    return day


def steps(wanted: Iterable[Row], held: Mapping[str, Row]) -> list[Step]:
    """What makes the held rows equal to the wanted ones; nothing when they are. Sent and refused ones stay."""
    return [step for row in wanted if (step := _step(row, held.get(row.code)))]


def _step(wanted: Row, held: Row | None) -> Step | None:
    if held is None:
        return Step(Do.schedule if wanted.state is State.waiting else Do.cancel, wanted)
    if held.state in FINAL:
        return None
    same_time = (held.slot.local_at, held.slot.zone) == (wanted.slot.local_at, wanted.slot.zone)
    if wanted.state is State.cancelled:
        return _cancelled(wanted, held, same_time)
    if held.state is State.cancelled or (held.state is State.skipped and not same_time):
        return Step(Do.schedule, wanted)
    if not same_time:
        return Step(Do.move, wanted)
    return Step(Do.note, wanted) if held.slot != wanted.slot else None


def _cancelled(wanted: Row, held: Row, same_time: bool) -> Step | None:
    if held.state is State.cancelled:
        current = same_time and held.slot == wanted.slot and held.reason == wanted.reason
        return None if current else Step(Do.note, wanted)
    return None if held.state is State.skipped and same_time else Step(Do.cancel, wanted)


# --- late, missing, in time


def is_late(late: Late, due_at: datetime, now: datetime) -> bool:
    return now - due_at > timedelta(hours=late.after_hours)


def too_late(entry: Entry, due_at: datetime, now: datetime) -> bool:
    """Whether the plan says: not any more."""
    return entry.late.policy is LatePolicy.skip and is_late(entry.late, due_at, now)


def missing(needs: Iterable[str], known: Collection[str]) -> list[str]:
    """The facts that a message waits for, in the order of the plan."""
    return [need for need in needs if need not in known]


def evidence_due(proof: Proof, stay: Stay) -> date:
    """The last day on which the standard is kept in time."""
    return anchor_day(proof.due.anchor, stay) + timedelta(days=proof.due.days)


def due_at(slot: Slot) -> datetime:
    return to_utc(slot.local_at, slot.zone)


# --- trying again (machine time)

LONGEST_WAIT = timedelta(minutes=5)


def pause(tries: int) -> timedelta:
    """How long to wait after so many tries: 1 s, 2 s, 4 s … five minutes."""
    return min(timedelta(seconds=2 ** min(tries, 9)), LONGEST_WAIT)
