"""A figure over months or waves: each with its interval, the changes tested, and the slope.

The slope is ordinary least squares of the answers on the number of their period, with the standard error of H. White
(Econometrica 48:817–838, 1980; HC1). `straight` tests whether the periods lie on a line at all: where they don't, the
slope sums up something that isn't one.
"""

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from services.surveys.policy.figures.compare import Against, Comparison, compare
from services.surveys.policy.figures.differences import Correction
from services.surveys.policy.figures.distributions import chi_square_p, t_p, t_quantile
from services.surveys.policy.figures.histogram import Histogram, Reading, worth
from services.surveys.policy.figures.scores import Interval
from shared.contracts.surveys import Metric

ROBUST = "hc1"


@dataclass(frozen=True, slots=True)
class Slope:
    """The change per period; `p` of no change at all, `straight` the p of the periods lying on one line."""

    value: float
    interval: Interval
    p: float
    straight: float | None


@dataclass(frozen=True, slots=True)
class Trend:
    """The periods in order, the changes between neighbours, and the slope from three periods on."""

    series: Comparison
    slope: Slope | None


def trend(
    metric: Metric,
    reading: Reading,
    periods: Mapping[Hashable, tuple[int, Histogram]],
    least: int,
    correction: Correction = Correction.holm,
) -> Trend:
    """From periods in order, each with its number on the time axis (months that nobody answered in leave a hole)."""
    series = compare(
        metric, reading, {key: answers for key, (_, answers) in periods.items()}, least, Against.previous, correction
    )
    enough = [(number, answers) for number, answers in periods.values() if answers.n >= least]
    return Trend(series, slope(metric, reading, enough) if len(enough) >= 3 else None)


def slope(metric: Metric, reading: Reading, periods: list[tuple[int, Histogram]]) -> Slope | None:
    """Over three periods or more with answers; None when no answer differs from the line."""
    values, by = worth(metric, reading), 100 if reading is Reading.nps else 1
    parts = [_moments(number, answers, values) for number, answers in periods]
    n = sum(part.n for part in parts)
    centre = sum(part.n * part.x for part in parts) / n
    mean = sum(part.n * part.mean for part in parts) / n
    across = sum(part.n * (part.x - centre) ** 2 for part in parts)
    value = sum(part.n * (part.x - centre) * part.mean for part in parts) / across
    residuals = [(part, part.mean - mean - value * (part.x - centre)) for part in parts]
    spread = sum(part.n * (part.x - centre) ** 2 * (part.spread + off**2) for part, off in residuals)
    if spread <= 1e-12 * across:
        return None
    error = math.sqrt(n / (n - 2) * spread) / across
    half = t_quantile(n - 2) * error
    interval = Interval(by * (value - half), by * (value + half), ROBUST)
    return Slope(by * value, interval, t_p(value / error, n - 2), _straight(parts))


@dataclass(frozen=True, slots=True)
class _Moments:
    x: int
    n: int
    mean: float
    spread: float


def _moments(number: int, answers: Histogram, values: Mapping[int, int]) -> _Moments:
    n = answers.n
    total = sum(values[value] * count for value, count in answers.items())
    squares = sum(values[value] ** 2 * count for value, count in answers.items())
    return _Moments(number, n, total / n, (n * squares - total**2) / n**2)


def _straight(parts: list[_Moments]) -> float | None:
    """χ² of the periods' distances from the line that fits them best given their own errors (k − 2 degrees)."""
    if any(part.spread == 0 or part.n < 2 for part in parts):
        return None
    weights = [(part.n - 1) / part.spread for part in parts]
    whole = sum(weights)
    x, y = (sum(w * v for w, v in zip(weights, vs, strict=True)) / whole for vs in _axes(parts))
    across = sum(w * (part.x - x) ** 2 for w, part in zip(weights, parts, strict=True))
    tilt = sum(w * (part.x - x) * (part.mean - y) for w, part in zip(weights, parts, strict=True)) / across
    off = sum(w * (part.mean - y - tilt * (part.x - x)) ** 2 for w, part in zip(weights, parts, strict=True))
    return chi_square_p(off, len(parts) - 2)


def _axes(parts: list[_Moments]) -> tuple[list[float], list[float]]:
    return [float(part.x) for part in parts], [part.mean for part in parts]
