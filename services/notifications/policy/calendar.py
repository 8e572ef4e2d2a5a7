"""The calendar of an experience: which touchpoints it has, when each is due, and what a change moves."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from services.notifications.policy.plan import OF_THE_STAY, Anchor, Entry, Trigger
from services.notifications.policy.stays import ENDED, Stay


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
    wanted = [entry for entry in entries if entry.trigger.event in OF_THE_STAY]
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
