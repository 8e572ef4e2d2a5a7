"""Shares of comments with their uncertainty, and the months that a trend is told in."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist

LEVEL = 0.95
_Z = NormalDist().inv_cdf((1 + LEVEL) / 2)


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
    p, z2 = n / of, _Z * _Z
    centre = (p + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z * math.sqrt(p * (1 - p) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    # At the ends the formula gives exactly 0 and 1, but for what is lost in the last digits.
    return Share(n, of, p, centre - half if n else 0.0, centre + half if n < of else 1.0)


def months(first: date, last: date) -> Iterator[date]:
    """The first days of the months from that of `first` to that of `last`."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
