"""The calendar of an experience: which touchpoints it has, when each is due, and what a change moves.

The rows that are wanted are a function of what is known now (the last dates, the last status, each step's moment) and
of what is out already. How one got there doesn't matter.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from services.notifications.policy.days import day_of, moved, wall
from services.notifications.policy.plan import (
    CORRECTIONS,
    ENDINGS,
    Anchor,
    Audience,
    Condition,
    Entry,
    Fact,
    Happening,
    Trigger,
    Whose,
)
from services.notifications.policy.stays import ENDED, REACHED, Reached, Status, Stay


class State(StrEnum):
    """The life of a touchpoint: it waits for its time, is due (on its way, or open as a task), and ends in a way."""

    waiting = "waiting"
    due = "due"
    sent = "sent"
    done = "done"
    skipped = "skipped"
    cancelled = "cancelled"
    failed = "failed"


FINAL = frozenset({State.sent, State.done, State.failed})
Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Slot:
    """When a touchpoint is due: wall time in a zone, and the anchor that it was counted from.

    `anchor_version` is the sequence of the event that gave the date, or that is the happening.
    """

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
    round: int = 1

    @property
    def key(self) -> Key:
        return self.code, self.round


@dataclass(frozen=True, slots=True)
class Gone:
    """A touchpoint that is out. `told` are the dates that its message gave, `version` the anchor's."""

    code: str
    round: int
    version: int
    audience: Audience
    at: datetime
    told: Mapping[Anchor, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Around:
    """What a calendar depends on besides the stay itself: whose clock is where, and facts for conditions.

    `stopped` is a reason of the person's own that nothing may be sent any more.
    """

    zone: str = "UTC"  # the host's, as long as the stay names none
    zones: Mapping[Audience, str] = field(default_factory=dict)
    facts: Mapping[Fact, str] = field(default_factory=dict)
    stopped: str | None = None


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


# --- what is wanted

AWAITING = frozenset({Status.submitted, Status.accepted, Status.signed, Status.reopened})
BROKEN = frozenset({Status.approval_broken, Status.realization_broken})
NOWHERE = Around()


def plan_calendar(
    entries: Iterable[Entry], stay: Stay, gone: Collection[Gone] = (), around: Around = NOWHERE
) -> list[Row]:
    """The rows that an application should have, besides those that are out."""
    found: list[Row] = []
    for entry in entries:
        out = [one for one in gone if one.code == entry.code]
        if entry.trigger.event in CORRECTIONS:
            found += _correction(entry, stay, gone, out, around)
        elif entry.trigger.event is None:
            rounds = {one.round for one in out}
            slots = enumerate(_rounds(entry, stay, around), 1)
            found += [_row(entry, stay, slot, around, n) for n, slot in slots if n not in rounds]
        elif (step := stay.steps.get(entry.trigger.event)) is not None and not _had(entry, step, out):
            slot = at_event(entry, step, stay, around)
            found.append(_row(entry, stay, slot, around, len(out) + 1))
    return found


def _had(entry: Entry, step: Reached, out: Collection[Gone]) -> bool:
    """Whether this step had its message: an approval has it once, whatever comes; other steps each time anew."""
    if entry.trigger.event is Happening.application_approved:
        return bool(out)
    return any(one.version >= step.sequence for one in out)


def _row(entry: Entry, stay: Stay, slot: Slot, around: Around, round_: int) -> Row:
    reason = why_stopped(entry, stay, slot, around)
    return Row(entry.code, State.cancelled if reason else State.waiting, slot, reason, round_)


def why_stopped(entry: Entry, stay: Stay, slot: Slot, around: Around = NOWHERE) -> str | None:
    """Why a touchpoint isn't wanted (any more): the person, the application's end, its own conditions."""
    if around.stopped:
        return around.stopped
    if reason := _ended(entry, stay, slot):
        return reason
    if entry.trigger.anchor is Anchor.start and stay.end_on and slot.local_at.date() > stay.end_on:
        return "after_the_end"
    failing = next((one for one in entry.when if not _holds(one, stay, around)), None)
    return f"when:{failing.fact}" if failing else None


def _ended(entry: Entry, stay: Stay, slot: Slot) -> str | None:
    event = entry.trigger.event
    if event in ENDINGS:
        return None if stay.status and REACHED.get(stay.status) is event else "application_reopened"
    if stay.status is None:
        return None
    if stay.status is Status.completed:
        over = stay.end_on is None or slot.local_at.date() <= stay.end_on
        return ENDED[Status.completed] if over and event is not Happening.application_completed else None
    if stay.status in AWAITING:
        return ENDED[Status.reopened] if _hangs_on_approval(entry.trigger) and stay.approved_at else None
    return ENDED.get(stay.status)


def _hangs_on_approval(trigger: Trigger) -> bool:
    later = {Happening.application_approved, Happening.application_realized, Happening.application_completed}
    return trigger.event in later or trigger.anchor in {Anchor.start, Anchor.end, Anchor.approved}


def _holds(condition: Condition, stay: Stay, around: Around) -> bool:
    value = stay.status.value if condition.fact is Fact.status and stay.status else around.facts.get(condition.fact)
    return (not condition.is_in or value in condition.is_in) and value not in condition.not_in


def _correction(entry: Entry, stay: Stay, gone: Collection[Gone], out: Collection[Gone], around: Around) -> list[Row]:
    """Said once what is no longer true: other dates than were told last, or that nothing comes any more."""
    step = stay.steps.get(Happening.application_approved)
    if step is None or stay.end_on is None:
        return []
    if entry.trigger.event is Happening.calendar_stopped:
        due, version = _stopped_at(stay, step)
        if due is None or any(one.version >= version for one in out):
            return []
        reason = around.stopped
    else:
        if not _wrong(entry, stay, gone):
            return []
        due, version = stay.dates_at or step.at, stay.dates_sequence
        reason = around.stopped or ENDED.get(stay.status or Status.approved)
        reason = reason or (ENDED[Status.reopened] if stay.status in AWAITING else None)
    slot = _at(due, version, zone_of(entry, stay, around))
    return [Row(entry.code, State.cancelled if reason else State.waiting, slot, reason, len(out) + 1)]


def _stopped_at(stay: Stay, approved: Reached) -> tuple[datetime | None, int]:
    """When an approved stay broke, and by which event; None when it didn't."""
    broken = stay.steps.get(Happening.application_broken)
    if broken is None or stay.status not in BROKEN or broken.sequence < approved.sequence:
        return None, 0
    return broken.at, broken.sequence


def _wrong(entry: Entry, stay: Stay, gone: Collection[Gone]) -> bool:
    """Whether the last word that this audience had on a date isn't true any more."""
    told: dict[Anchor, date] = {}
    for one in sorted(gone, key=lambda one: (one.at, one.code == entry.code, one.round, one.code)):
        if one.audience is entry.audience:
            told |= one.told
    return any(anchor_day(anchor, stay, "UTC") != day for anchor, day in told.items())


# --- when


def zone_of(entry: Entry, stay: Stay, around: Around) -> str:
    """The zone in which a local time of this entry is read."""
    host = stay.zone or around.zone
    return around.zones.get(entry.audience, host) if entry.trigger.zone is Whose.recipient else host


def _rounds(entry: Entry, stay: Stay, around: Around) -> list[Slot]:
    """The slots of an anchored entry: one, or several when it repeats; none while its anchor isn't known."""
    trigger, host = entry.trigger, stay.zone or around.zone
    assert trigger.anchor is not None
    on = _known_day(trigger.anchor, stay, host)
    if on is None or (trigger.anchor in {Anchor.start, Anchor.end} and stay.approved_at is None):
        return []
    version = _version(trigger.anchor, stay)
    zone = zone_of(entry, stay, around)
    first = _capped(trigger, moved(on, trigger.months, trigger.weeks, trigger.days), stay, host)
    if (repeat := trigger.repeat) is None:
        return [Slot(wall(first, trigger.at), zone, trigger.anchor, on, version)]
    until = _known_day(repeat.until.anchor, stay, host)
    last = moved(until, 0, 0, repeat.until.days) if until else first
    count = max(0, (last - first).days // repeat.days + 1)
    days = (first + timedelta(days=n * repeat.days) for n in range(count))
    return [Slot(wall(day, trigger.at), zone, trigger.anchor, on, version) for day in days]


def at_event(entry: Entry, step: Reached, stay: Stay | None, around: Around) -> Slot:
    """The slot of a happening: its own moment, or so many calendar days from it at a local time."""
    trigger = entry.trigger
    zone = zone_of(entry, stay or Stay(), around)
    if trigger.at is None:
        return _at(step.at, step.sequence, zone)
    on = day_of(step.at, zone)
    day = moved(on, trigger.months, trigger.weeks, trigger.days)
    day = _capped(trigger, day, stay, zone) if stay else day
    return Slot(wall(day, trigger.at), zone, None, on, step.sequence)


def _at(moment: datetime, version: int, zone: str) -> Slot:
    return Slot(moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None), zone, None, None, version)


def _capped(trigger: Trigger, day: date, stay: Stay, host: str) -> date:
    latest = _known_day(trigger.latest.anchor, stay, host) if trigger.latest else None
    return min(day, moved(latest, 0, 0, trigger.latest.days)) if latest and trigger.latest else day


def _version(anchor: Anchor, stay: Stay) -> int:
    if (step := stay.steps.get(_STEP[anchor])) is not None and anchor not in {Anchor.start, Anchor.end}:
        return step.sequence
    return stay.dates_sequence


_STEP = {
    Anchor.submitted: Happening.application_submitted,
    Anchor.accepted: Happening.application_accepted,
    Anchor.signed: Happening.application_signed,
    Anchor.approved: Happening.application_approved,
    Anchor.start: Happening.application_approved,
    Anchor.end: Happening.application_approved,
}


def _known_day(anchor: Anchor, stay: Stay, host: str) -> date | None:
    if anchor in {Anchor.start, Anchor.end}:
        return stay.start_on if anchor is Anchor.start else stay.end_on
    step = stay.steps.get(_STEP[anchor])
    return day_of(step.at, host) if step else None


def anchor_day(anchor: Anchor, stay: Stay, host: str = "UTC") -> date:
    """The day of an anchor that is known."""
    day = _known_day(anchor, stay, stay.zone or host)
    assert day is not None
    return day


# --- what makes it so


def steps(wanted: Iterable[Row], held: Mapping[Key, Row], kept: Collection[str] = ()) -> list[Step]:
    """What makes the held rows equal to the wanted ones; nothing when they are. Sent and refused ones stay.

    What is held and wanted no more (a round too many, a touchpoint that left the plan) is cancelled, but for the codes
    in `kept`.
    """
    wanted = list(wanted)
    keys = {row.key for row in wanted}
    found = [step for row in wanted if (step := _step(row, held.get(row.key)))]
    for key, row in held.items():
        open_ = row.state in {State.waiting, State.due}
        if open_ and key not in keys and row.code not in kept:
            found.append(Step(Do.cancel, replace(row, state=State.cancelled, reason="not_planned")))
    return found


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
