"""Is one figure different from another? The difference with its interval, the test, and corrections for many tests.

NPS: z. Means: Welch's t. Shares: the pooled z test, and the interval of Newcombe's method 10 (Statistics in Medicine
17:873–890, 1998), made of two Wilson intervals.
Corrections: S. Holm, Scand. J. Statist. 6:65–70, 1979; Y. Benjamini and Y. Hochberg, JRSS B 57:289–300, 1995.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.surveys.policy.figures.distributions import Z, t_p, t_quantile, z_p
from services.surveys.policy.figures.histogram import Histogram, Reading, worth
from services.surveys.policy.figures.scores import (
    Estimate,
    Interval,
    adjusted,
    check_reading,
    mean_variance,
    nps,
    nps_counts,
    nps_moments,
    share,
)
from shared.contracts.surveys import Metric

NPS_Z, ADJUSTED_Z, WELCH_T, POOLED_Z = "z", "adjusted-z", "welch-t", "pooled-z"
WALD, SQUARES, WELCH, NEWCOMBE = "wald", "adjusted-wald-squares", "welch-t", "newcombe"
LARGE = 100  # answers on a side, from which plain and adjusted Wald agree


@dataclass(frozen=True, slots=True)
class Difference:
    """The second less the first. `p` is two-sided; it and the interval are missing when no answer differs at all."""

    value: float
    interval: Interval | None
    test: str
    statistic: float | None
    freedom: float | None
    p: float | None


def difference(metric: Metric, reading: Reading, first: Histogram, second: Histogram) -> Difference:
    """Between the figures of two groups that share no answer; each needs n ≥ 2."""
    check_reading(metric, reading)
    if reading is Reading.nps:
        return _of_nps(first, second)
    if reading is Reading.mean:
        return _of_means(first, second)
    values = worth(metric, reading)
    good = [sum(n for value, n in group.items() if values[value]) for group in (first, second)]
    return difference_of_shares((good[0], first.n), (good[1], second.n))


def _of_nps(first: Histogram, second: Histogram) -> Difference:
    """From 100 answers on either side plain z and Wald; below, the counts of adjusted Wald.

    From few answers the plain ones alarm too often, and for ever where all answer alike. The interval of few answers is
    made of both sides' own by squares, as Newcombe's of shares is.
    """
    sides = [(*nps_counts(group), group.n) for group in (first, second)]
    plain = [nps_moments(promoters / n, detractors / n, n) for promoters, detractors, n in sides]
    value = plain[1][0] - plain[0][0]
    error = math.sqrt(plain[0][1] + plain[1][1])
    if min(first.n, second.n) >= LARGE and error > 0:
        interval = Interval(max(-200.0, value - Z * error), min(200.0, value + Z * error), WALD)
        return Difference(value, interval, NPS_Z, value / error, None, z_p(value / error))
    centres = [adjusted(*side) for side in sides]
    z = (centres[1][0] - centres[0][0]) / math.sqrt(centres[0][1] + centres[1][1])
    return Difference(value, by_squares(nps(first), nps(second), SQUARES), ADJUSTED_Z, z, None, z_p(z))


def by_squares(first: Estimate, second: Estimate, method: str) -> Interval:
    """The interval of a difference from the intervals of its two sides (G. Y. Zou and A. Donner, Statistics in Medicine
    27:1693–1702, 2008)."""
    value, one, two = second.value - first.value, first.interval, second.interval
    assert one
    assert two
    low = value - math.hypot(second.value - two.low, one.high - first.value)
    high = value + math.hypot(two.high - second.value, first.value - one.low)
    return Interval(low, high, method)


def _of_means(first: Histogram, second: Histogram) -> Difference:
    value = second.total / second.n - first.total / first.n
    parts = [(mean_variance(group), group.n - 1) for group in (first, second)]
    variance = sum(part for part, _ in parts)
    if variance == 0:
        return Difference(value, None, WELCH_T, None, None, None)
    freedom = variance**2 / sum(part**2 / f for part, f in parts)
    return t_difference(value, variance, freedom, WELCH_T, WELCH)


def t_difference(value: float, variance: float, freedom: float, test: str, method: str) -> Difference:
    error = math.sqrt(variance)
    half = t_quantile(freedom) * error
    t = value / error
    return Difference(value, Interval(value - half, value + half, method), test, t, freedom, t_p(t, freedom))


def difference_of_shares(first: tuple[int, int], second: tuple[int, int]) -> Difference:
    """Between two shares, each given as (part, whole) with a whole of 1 or more."""
    one, two = share(*first), share(*second)
    value, interval = two.value - one.value, by_squares(one, two, NEWCOMBE)
    pooled = (first[0] + second[0]) / (first[1] + second[1])
    error = math.sqrt(pooled * (1 - pooled) * (1 / first[1] + 1 / second[1]))
    if error == 0:
        return Difference(value, interval, POOLED_Z, None, None, None)
    return Difference(value, interval, POOLED_Z, value / error, None, z_p(value / error))


class Correction(StrEnum):
    """How p values of many tests are corrected.

    Holm keeps the chance of even one false alarm at 5 %; Benjamini–Hochberg keeps false ones at 5 % of all alarms.
    """

    holm = "holm"
    benjamini_hochberg = "benjamini-hochberg"
    none = "none"


def corrected(values: Sequence[float], how: Correction) -> list[float]:
    """The corrected p values, in the order they came."""
    m = len(values)
    order = sorted(range(m), key=values.__getitem__)
    found = [0.0] * m
    if how is Correction.none:
        return list(values)
    if how is Correction.holm:
        worst = 0.0
        for rank, place in enumerate(order):
            worst = max(worst, min(1.0, (m - rank) * values[place]))
            found[place] = worst
        return found
    best = 1.0
    for rank, place in reversed(list(enumerate(order, 1))):
        best = min(best, values[place] * (m / rank))
        found[place] = best
    return found
