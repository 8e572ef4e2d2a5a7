"""The uncertainty of a share of counted cases."""

import math
from dataclasses import dataclass


def wilson(part: int, n: int, z: float) -> tuple[float, float]:
    """Wilson's score interval without continuity correction, for `part` successes in `n` > 0 trials.

    `z` is the standard normal quantile of the level, 1.96 for 95 %. ValueError for what is no share.
    E. B. Wilson (1927), "Probable inference, the law of succession, and statistical inference", JASA 22: 209–212;
    recommended over the Wald interval by Brown, Cai & DasGupta (2001), "Interval estimation for a binomial proportion".
    """
    if not 0 <= part <= n or n == 0:
        raise ValueError(f"{part} of {n} is no share")
    rate, square = part / n, z * z
    centre = (rate + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * math.sqrt(rate * (1 - rate) / n + square / (4 * n * n))
    # At the ends the formula gives exactly 0 and 1, but for what is lost in the last digits.
    return (centre - half if part else 0.0), (centre + half if part < n else 1.0)


@dataclass(frozen=True, slots=True)
class Rate:
    """`part` of `n`, with Wilson's interval."""

    part: int
    n: int
    rate: float
    low: float
    high: float


def rate_of(part: int, n: int, z: float) -> Rate | None:
    """None when there is nothing to count."""
    return Rate(part, n, part / n, *wilson(part, n, z)) if n else None
