"""Shares with their uncertainty: Wilson's score interval, and when there is too little to say anything."""

from dataclasses import dataclass
from statistics import NormalDist

from shared import proportions

LEAST = 10  # of fewer cases no rate is told
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `n`; rate and interval are None when n is below `LEAST`: not enough data."""

    part: int
    n: int
    rate: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def enough(self) -> bool:
        return self.rate is not None


def share(part: int, n: int) -> Share:
    """The rate with its 95 % interval, rounded to four places."""
    if n < LEAST:
        return Share(part, n)
    low, high = wilson(part, n)
    return Share(part, n, round(part / n, 4), round(low, 4), round(high, 4))


def wilson(part: int, n: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Wilson's score interval of `part` of `n` > 0 at this confidence."""
    return proportions.wilson(part, n, NormalDist().inv_cdf((1 + confidence) / 2))
