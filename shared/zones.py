"""Named time zones: local wall time to UTC, across gaps and folds."""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def known_zone(name: str) -> str:
    """The name itself when the tz database knows it; else ValueError."""
    if name not in _names():
        raise ValueError(f"{name!r} is not a time zone of the tz database, such as Europe/Bucharest")
    return name


def to_utc(local: datetime, zone: str) -> datetime:
    """The moment of a wall time (naive) in a zone. A time in a DST gap shifts forward; one in a fold is its first.

    `fold=0` reads a gap time with the offset from before the gap, which lands as far behind it as the time was in it.
    """
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
