"""Shares of comments with their uncertainty, and the months that a trend is told in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.surveys.policy.figures.distributions import Z
from shared.proportions import wilson


@dataclass(frozen=True, slots=True)
class Share:
    """`n` of `of`, as a share 0…1 with its interval; None of nothing."""

    n: int
    of: int
    share: float | None
    low: float | None
    high: float | None


def share(n: int, of: int) -> Share:
    """A share with Wilson's score interval (1927), which keeps its level near 0 and 1 and for few comments."""
    if not 0 <= n <= of:
        raise ValueError(f"{n} of {of}")
    if of == 0:
        return Share(0, 0, None, None, None)
    return Share(n, of, n / of, *wilson(n, of, Z))


def months(first: date, last: date) -> Iterator[date]:
    """The first days of the months from that of `first` to that of `last`."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
