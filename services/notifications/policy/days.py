"""Calendar arithmetic: months first, then weeks and days; a zone comes last."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(9)


def moved(day: date, months: int, weeks: int, days: int) -> date:
    """A day so many months, weeks and days on; a month that has no such day ends on its last (29 February)."""
    if months:
        count = day.year * 12 + day.month - 1 + months
        year, month = divmod(count, 12)
        day = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return day + timedelta(days=weeks * 7 + days)


def wall(day: date, at: time | None) -> datetime:
    """The wall time of a day, without a zone."""
    return datetime.combine(day, at or MORNING)


def day_of(moment: datetime, zone: str) -> date:
    """The calendar day that it is in a zone at this moment."""
    return moment.astimezone(ZoneInfo(zone)).date()
