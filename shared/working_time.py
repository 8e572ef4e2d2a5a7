"""When a term ends, and how long something took: clock hours, or those in which an entity works, holidays apart."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from shared.zones import to_utc

LONGEST = 3 * 366  # days; a calendar that lets a term run for longer has no working days to speak of


class Counts(StrEnum):
    """What an hour or a day of a term is: any, or only one in which the entity works."""

    clock = "clock"
    working = "working"


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """When an entity works: ISO weekdays (1 is Monday), from `opens` to `closes` on the wall, not on holidays."""

    zone: str = "UTC"
    weekdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    opens: time = time(9)
    closes: time = time(17)
    holidays: frozenset[date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= set(range(1, 8)):
            raise ValueError("weekdays are numbers from 1 (Monday) to 7 (Sunday), and one at least")
        if self.opens >= self.closes:
            raise ValueError("an entity opens before it closes, on the same day")

    def works_on(self, day: date) -> bool:
        return day.isoweekday() in self.weekdays and day not in self.holidays

    def window(self, day: date) -> tuple[datetime, datetime]:
        """Opening and closing of a day, as moments; a clock change makes it an hour longer or shorter."""
        return tuple(to_utc(datetime.combine(day, at), self.zone) for at in (self.opens, self.closes))  # type: ignore[return-value]

    def days_from(self, first: date) -> Iterator[date]:
        """The working days from this one on; ValueError when there are none for three years."""
        found = [day for day in (first + timedelta(days=n) for n in range(LONGEST)) if self.works_on(day)]
        yield from found
        raise ValueError("the entity has too few working days for this term")


def after_hours(start: datetime, hours: float, counts: Counts, office: WorkingTime) -> datetime:
    """The moment (UTC) at which so many hours have passed since `start`; of `working`, those in which it is open."""
    left = timedelta(hours=hours)
    if counts is Counts.clock:
        return start.astimezone(UTC) + left
    for day in office.days_from(start.astimezone(ZoneInfo(office.zone)).date()):
        opens, closes = office.window(day)
        begins = max(opens, start)
        if begins < closes:
            if left <= closes - begins:
                return (begins + left).astimezone(UTC)
            left -= closes - begins
    raise AssertionError("unreachable")


def after_days(start: datetime, days: int, counts: Counts, office: WorkingTime) -> datetime:
    """The moment (UTC) at which so many days have passed since `start`, in the entity's zone.

    Of `clock` days the last one ends at the wall time at which the term began, whatever clock change lies between; of
    `working` days it ends when the entity closes, and the day of the start is not one of them.
    """
    local = start.astimezone(ZoneInfo(office.zone))
    if counts is Counts.clock:
        return to_utc(local.replace(tzinfo=None) + timedelta(days=days), office.zone)
    if days < 1:
        return start.astimezone(UTC)
    for number, day in enumerate(office.days_from(local.date() + timedelta(days=1)), 1):
        if number == days:
            return office.window(day)[1]
    raise AssertionError("unreachable")


def hours_between(start: datetime, end: datetime, office: WorkingTime) -> float:
    """The hours from `start` to `end` in which it is open; 0 when `end` is not after `start`."""
    zone, open_for = ZoneInfo(office.zone), timedelta(0)
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        if office.works_on(day):
            opens, closes = office.window(day)
            open_for += max(timedelta(0), min(closes, end) - max(opens, start))
        day += timedelta(days=1)
    return open_for / timedelta(hours=1)
