"""Gaps: what was expected and what was met, by the same person; what was claimed and what the customer says.

Perception less expectation is the mean of each person's difference, with a paired t interval. The delivery gap is the
share of stays where the entity has evidence less the share where the customer says yes, over the same stays: interval
by A. Agresti and Y. Min (Statistics in Medicine 24:729–740, 2005), test by McNemar, exact.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from services.surveys.policy.figures.differences import Difference, t_difference
from services.surveys.policy.figures.distributions import Z
from services.surveys.policy.figures.histogram import Histogram
from services.surveys.policy.figures.scores import Estimate, Interval, mean, share
from services.surveys.policy.metrics import Scale

PAIRED_T, AGRESTI_MIN, MCNEMAR = "paired-t", "agresti-min", "mcnemar-exact"


@dataclass(frozen=True, slots=True)
class Gap:
    """Over n pairs. Below the minimum only n is known."""

    n: int
    expectation: Estimate | None = None
    perception: Estimate | None = None
    gap: Difference | None = None
    worse: int | None = None
    same: int | None = None
    better: int | None = None


def gap(scale: Scale, pairs: Mapping[tuple[int, int], int], least: int) -> Gap:
    """From (expectation, perception) → how many people gave that pair, on one scale."""
    n = sum(pairs.values())
    if n < max(least, 2):
        return Gap(n)
    sides: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for pair, count in pairs.items():
        for side, value in zip(sides, pair, strict=True):
            side[value] = side.get(value, 0) + count
    expected, met = (mean(Histogram.on(scale, side)) for side in sides)
    worse = sum(count for (before, after), count in pairs.items() if after < before)
    same = sum(count for (before, after), count in pairs.items() if after == before)
    return Gap(n, expected, met, paired(pairs), worse, same, n - worse - same)


def paired(pairs: Mapping[tuple[int, int], int]) -> Difference:
    """The mean of second less first, by paired t; n ≥ 2. Without interval when all differ by the same."""
    n = sum(pairs.values())
    total = sum((after - before) * count for (before, after), count in pairs.items())
    squares = sum((after - before) ** 2 * count for (before, after), count in pairs.items())
    variance = (n * squares - total**2) / n / (n - 1) / n
    if variance == 0:
        return Difference(total / n, None, PAIRED_T, None, None, None)
    return t_difference(total / n, variance, n - 1, PAIRED_T, PAIRED_T)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Over n stays whose customer said yes or no. `conflicts`: claimed, and the customer says no."""

    n: int
    claimed: Estimate | None = None
    perceived: Estimate | None = None
    gap: Difference | None = None
    conflicts: int | None = None


def delivery(stays: Mapping[tuple[bool, bool], int], least: int) -> Delivery:
    """From (claimed with evidence, customer says yes) → how many stays. Below the minimum only n is known."""
    n = sum(stays.values())
    if n < max(least, 1):
        return Delivery(n)
    claimed, perceived = (sum(count for said, count in stays.items() if said[side]) for side in (0, 1))
    only_claimed, only_perceived = stays.get((True, False), 0), stays.get((False, True), 0)
    return Delivery(n, share(claimed, n), share(perceived, n), _of_pairs(only_claimed, only_perceived, n), only_claimed)


def _of_pairs(b: int, c: int, n: int) -> Difference:
    """(b − c) / n, where b stays were claimed only and c perceived only."""
    more = n + 2
    high, low = (b + 0.5) / more, (c + 0.5) / more
    centre = high - low
    half = Z * math.sqrt((high + low - centre**2) / more)
    interval = Interval(max(-1.0, centre - half), min(1.0, centre + half), AGRESTI_MIN, centre)
    return Difference((b - c) / n, interval, MCNEMAR, float(min(b, c)), None, mcnemar_p(b, c))


def mcnemar_p(b: int, c: int) -> float:
    """Twice the chance of so few or fewer in the smaller of two groups that are equally likely."""
    n = b + c
    if n == 0:
        return 1.0
    logs = [math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) for k in range(min(b, c) + 1)]
    return min(1.0, 2 * sum(math.exp(log - n * math.log(2)) for log in logs))
