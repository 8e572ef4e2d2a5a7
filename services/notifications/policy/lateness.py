"""Late, missing, in time; and how long to wait before the next try."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from services.notifications.policy.calendar import Slot, anchor_day
from services.notifications.policy.plan import Entry, Late, LatePolicy, Proof
from services.notifications.policy.stays import Stay
from shared.zones import to_utc


def is_late(late: Late, due_at: datetime, now: datetime) -> bool:
    return now - due_at > timedelta(hours=late.after_hours)


def too_late(entry: Entry, due_at: datetime, now: datetime) -> bool:
    """Whether the plan says: not any more."""
    return entry.late.policy is LatePolicy.skip and is_late(entry.late, due_at, now)


def to_fold(entry: Entry, due_at: datetime, now: datetime) -> bool:
    """Whether the plan says: together with the others that are late."""
    return entry.late.policy is LatePolicy.fold and is_late(entry.late, due_at, now)


def missing(needs: Iterable[str], known: Collection[str]) -> list[str]:
    """The facts that a message waits for, in the order of the plan. `host_facts.money` is a part of a fact."""
    return [need for need in needs if need not in known and not _part(need, known)]


def _part(need: str, known: Collection[str]) -> bool:
    whole, _, part = need.partition(".")
    return bool(part) and isinstance(known, Mapping) and part in (known.get(whole) or ())


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
