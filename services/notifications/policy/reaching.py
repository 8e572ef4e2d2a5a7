"""When a message may reach somebody: quiet hours, the contact budget, the digest, and which channel comes next."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.notifications.policy.lateness import is_late
from services.notifications.policy.plan import Budget, Entry, LatePolicy, Medium, Priority, Weight
from shared.zones import to_utc

BUDGET_SPAN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours on the recipient's clock in which nothing comes; they may run over midnight. Equal ends mean: none."""

    begins: time
    ends: time

    @classmethod
    def read(cls, text: str) -> "Quiet":
        """From `22:00-07:00`; an empty text is none. ValueError when it is neither."""
        if not text:
            return cls(time(), time())
        begins, found, ends = text.partition("-")
        if not found:
            raise ValueError("quiet hours are written as 22:00-07:00")
        return cls(time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip()))


def quiet_until(quiet: Quiet, now: datetime, zone: str) -> datetime | None:
    """When the quiet hours that hold at `now` end there, or None when none hold.

    The end is a wall time of the recipient's zone: a night over a change of the clocks is an hour longer or shorter.
    """
    if quiet.begins == quiet.ends:
        return None
    local = now.astimezone(ZoneInfo(zone))
    clock, day = local.time(), local.date()
    overnight = quiet.begins > quiet.ends
    if overnight and clock >= quiet.begins:
        day += timedelta(days=1)
    elif not (clock < quiet.ends and (overnight or clock >= quiet.begins)):
        return None
    ends = to_utc(datetime.combine(day, quiet.ends), zone)
    return ends if ends > now else None  # an hour that comes twice in autumn is over with its first


def budget_until(counted: Iterable[datetime], most: int, now: datetime) -> datetime | None:
    """When one more message fits into the budget again: at most `most` within seven days; None when it fits now."""
    recent = sorted(at for at in counted if at > now - BUDGET_SPAN)
    if len(recent) < most:
        return None
    return recent[len(recent) - most] + BUDGET_SPAN if most else now + BUDGET_SPAN


def keeps_until(entry: Entry, due_at: datetime, until: datetime) -> bool:
    """Whether a message that is held back until then still makes sense."""
    return entry.late.policy is not LatePolicy.skip or not is_late(entry.late, due_at, until)


def is_digestible(entry: Entry) -> bool:
    """Nudges that are not owed, not urgent and carry no document may come together in one message."""
    free = entry.budget is not Budget.owed and entry.weight is Weight.nudge
    return free and entry.priority is Priority.normal and entry.document is None


def end_of_day(now: datetime, zone: str) -> datetime:
    """The midnight that ends the recipient's day."""
    return to_utc(datetime.combine(now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1), time()), zone)


def next_channel(channels: Collection[Medium], tried: Collection[str]) -> Medium | None:
    """The first channel of an entry that was not tried yet."""
    return next((channel for channel in channels if channel not in tried), None)


def address_on(channel: Medium, email: str | None, phone: str | None, id_: object | None) -> str | None:
    """Where somebody is reached over a channel: push, chat and feed know their people by id."""
    by_channel: Mapping[Medium, str | None] = {
        Medium.email: email,
        Medium.sms: phone,
        Medium.whatsapp: phone,
    }
    return by_channel.get(channel, str(id_) if id_ else None)
