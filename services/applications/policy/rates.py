"""Shares with their uncertainty: Wilson's score interval, and when there is too little to say anything."""

import math
from dataclasses import dataclass
from statistics import NormalDist

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
    """Wilson's score interval without continuity correction, for `part` successes in `n` > 0 trials.

    E. B. Wilson (1927), "Probable inference, the law of succession, and statistical inference", JASA 22: 209–212;
    recommended over the Wald interval by Brown, Cai & DasGupta (2001), "Interval estimation for a binomial proportion".
    """
    if not 0 <= part <= n or n == 0:
        raise ValueError(f"{part} of {n} is no share")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rate, square = part / n, z * z
    centre = (rate + square / (2 * n)) / (1 + square / n)
    half = z * math.sqrt(rate * (1 - rate) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, centre - half), min(1.0, centre + half)
