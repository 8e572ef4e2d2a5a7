"""How good lists were: precision, recall and NDCG at k, each with an interval; and one order against another.

Lists are the units: places of one list are not independent, so intervals come from the spread between lists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2, sqrt
from statistics import fmean

LEAST_LISTS = 30
Z = 1.959964  # 95 % of the standard normal


@dataclass(frozen=True, slots=True)
class Judged:
    """A list with what came of it: a gain per place, 0 for nothing, and how much there was to find in all."""

    gains: tuple[float, ...]
    there: int | None = None  # good ones that could have been on it; None: those on it

    def precision(self, k: int) -> float:
        return sum(gain > 0 for gain in self.gains[:k]) / k

    def recall(self, k: int) -> float | None:
        """The share of what was to be found that stands in the first k; None where nothing was."""
        there = sum(gain > 0 for gain in self.gains) if self.there is None else self.there
        return sum(gain > 0 for gain in self.gains[:k]) / there if there else None

    def ndcg(self, k: int) -> float | None:
        """Gains discounted by the place, against the best order of the same gains; None where nothing was to be found.

        K. Järvelin & J. Kekäläinen (2002), "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20: 422–446.
        """
        best = _discounted(sorted(self.gains, reverse=True)[:k])
        return _discounted(self.gains[:k]) / best if best else None


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / log2(place + 1) for place, gain in enumerate(gains, 1))


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over lists; `interval` and `value` are None while there are too few."""

    n: int
    value: float | None = None
    interval: tuple[float, float] | None = None


def mean(values: Sequence[float], bounds: tuple[float, float] | None = (0.0, 1.0)) -> Figure:
    """The mean of these with its 95 % interval by the spread between them; nothing from fewer than `LEAST_LISTS`.

    Where all are the same the spread says nothing: the interval then is that of a share of which one more case could
    have gone the other way (rule of three).
    """
    n = len(values)
    if n < LEAST_LISTS:
        return Figure(n)
    middle = fmean(values)
    variance = sum((value - middle) ** 2 for value in values) / (n - 1)
    half = Z * sqrt(variance / n) if variance else 3 / n
    low, high = middle - half, middle + half
    return Figure(n, middle, (low, high) if bounds is None else (max(bounds[0], low), min(bounds[1], high)))


def difference(one: Sequence[float], other: Sequence[float]) -> Figure:
    """How much the first mean is above the second, of two independent groups of lists (Welch), with its interval."""
    n = min(len(one), len(other))
    if n < LEAST_LISTS:
        return Figure(n)
    means, spreads = [], []
    for values in (one, other):
        middle = fmean(values)
        means.append(middle)
        spreads.append(sum((value - middle) ** 2 for value in values) / (len(values) - 1) / len(values))
    half = Z * sqrt(sum(spreads)) if any(spreads) else 3 / n
    apart = means[0] - means[1]
    return Figure(n, apart, (apart - half, apart + half))
