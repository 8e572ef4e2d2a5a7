"""How good probabilities are, each figure with its n and a 95 % interval where there is a formula for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from shared.proportions import wilson

Z = 1.959963984540054
LEAST, BINS, TOP = 1e-12, 10, 0.1
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure from n rows; None when there is none. The interval is at 95 %."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Bin:
    """Rows that were told about the same: how many, what was told on average, the share that came true (Wilson)."""

    n: int
    mean_probability: float
    positives: int
    rate: float
    low: float
    high: float


def _arrays(probabilities: Sequence[float] | Array, labels: Sequence[bool] | Array) -> tuple[Array, Array]:
    told, true = np.asarray(probabilities, dtype=np.float64), np.asarray(labels, dtype=np.float64)
    if told.shape != true.shape:
        raise ValueError(f"{len(told)} probabilities for {len(true)} labels")
    return told, true


# --- ranking


def auc(probabilities: Sequence[float] | Array, labels: Sequence[bool] | Array) -> Measure:
    """The chance that one that came true stands above one that didn't; DeLong's variance.

    None when all labels are alike. DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44: 837–845, by mid-ranks as in
    Sun and Xu (2014), IEEE Signal Processing Letters 21: 1389–1393.
    """
    told, true = _arrays(probabilities, labels)
    if not 0 < true.sum() < len(true):
        return Measure(None, len(true))
    value, ones, zeros = _placements(told, true)
    half = Z * sqrt(_variance(ones) / len(ones) + _variance(zeros) / len(zeros))
    return Measure(value, len(true), max(0.0, value - half), min(1.0, value + half))


def auc_difference(one: Sequence[float] | Array, other: Sequence[float] | Array, labels: Sequence[bool]) -> Measure:
    """AUC of one less that of the other on the same rows, by DeLong's covariance: much tighter than two intervals."""
    told, true = _arrays(one, labels)
    if not 0 < true.sum() < len(true):
        return Measure(None, len(true))
    first, ones, zeros = _placements(told, true)
    second, other_ones, other_zeros = _placements(*_arrays(other, labels))
    difference = first - second
    half = Z * sqrt(_variance(ones - other_ones) / len(ones) + _variance(zeros - other_zeros) / len(zeros))
    return Measure(difference, len(true), difference - half, difference + half)


def _placements(told: Array, true: Array) -> tuple[float, Array, Array]:
    """AUC, and for each row the share of the other label that it stands on the right side of."""
    ones, zeros = told[true > 0], told[true == 0]
    ranks = _ranks(np.concatenate([ones, zeros]))
    for_ones = (ranks[: len(ones)] - _ranks(ones)) / len(zeros)
    for_zeros = 1 - (ranks[len(ones) :] - _ranks(zeros)) / len(ones)
    return float(for_ones.mean()), for_ones, for_zeros


def _ranks(values: Array) -> Array:
    """Ranks from 1, ties at their mean. As scipy.stats.rankdata, whose package takes a second to load."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[places]


def _variance(values: Array) -> float:
    return float(values.var(ddof=1)) if len(values) > 1 else 0.0


def lift(probabilities: Sequence[float] | Array, labels: Sequence[bool] | Array, share: float = TOP) -> Measure:
    """How many times the overall rate the likeliest `share` reach; Wilson's interval of their rate over that rate.

    Rows told alike at the border count by their mean, so that their order doesn't matter.
    """
    told, true = _arrays(probabilities, labels)
    if not len(true) or not true.sum():
        return Measure(None, len(true))
    top = max(1, round(share * len(true)))
    border = np.sort(told)[-top]
    above, level = told > border, told == border
    hits = true[above].sum() + (top - above.sum()) * true[level].mean()
    low, high = wilson(min(top, round(hits)), top, Z)
    rate = true.mean()
    return Measure(float(hits / top / rate), len(true), float(low / rate), float(high / rate))


# --- probabilities


def log_loss(probabilities: Sequence[float] | Array, labels: Sequence[bool] | Array) -> Measure:
    """The mean of −log of what was told for what came true; probabilities are kept 1e-12 from 0 and 1."""
    told, true = _arrays(probabilities, labels)
    told = np.clip(told, LEAST, 1 - LEAST)
    return _mean(-np.where(true > 0, np.log(told), np.log1p(-told)))


def brier(probabilities: Sequence[float] | Array, labels: Sequence[bool] | Array) -> Measure:
    """The mean squared distance (G. Brier 1950)."""
    told, true = _arrays(probabilities, labels)
    return _mean((told - true) ** 2)


def _mean(losses: Array) -> Measure:
    if not len(losses):
        return Measure(None, 0)
    value, half = float(losses.mean()), Z * sqrt(_variance(losses) / len(losses))
    return Measure(value, len(losses), value - half, value + half)


def calibration(
    probabilities: Sequence[float] | Array, labels: Sequence[bool] | Array, bins: int = BINS
) -> tuple[Bin, ...]:
    """Bins of equal count by what was told, the lowest first; fewer when there are fewer rows."""
    told, true = _arrays(probabilities, labels)
    order = np.argsort(told, kind="stable")
    found = []
    for part in np.array_split(order, min(bins, max(1, len(order)))):
        if len(part):
            positives = int(true[part].sum())
            low, high = wilson(positives, len(part), Z)
            rate = positives / len(part)
            found.append(Bin(len(part), float(told[part].mean()), positives, rate, low, high))
    return tuple(found)


def ece(probabilities: Sequence[float] | Array, labels: Sequence[bool] | Array, bins: int = BINS) -> Measure:
    """Expected calibration error: the mean distance of told and true over bins of equal count. No interval.

    It can't be 0: from n rows even true probabilities stand off by about `ece_by_chance`.
    """
    found = calibration(probabilities, labels, bins)
    n = sum(one.n for one in found)
    distance = sum(one.n * abs(one.mean_probability - one.rate) for one in found)
    return Measure(distance / n if n else None, n)


def ece_by_chance(probabilities: Sequence[float] | Array, bins: int = BINS) -> float:
    """What `ece` is expected to show when these probabilities are the truth: half-normal means of the bins."""
    told = np.sort(np.asarray(probabilities, dtype=np.float64))
    parts = [part for part in np.array_split(told, min(bins, max(1, len(told)))) if len(part)]
    off = [len(part) * sqrt(2 / np.pi * (part * (1 - part)).sum()) / len(part) for part in parts]
    return float(sum(off) / len(told)) if len(told) else 0.0


def mean_ratio(probabilities: Sequence[float] | Array, labels: Sequence[bool] | Array) -> Measure:
    """What was told in all over what came true in all; the interval from the binomial spread of what came true."""
    told, true = _arrays(probabilities, labels)
    if not len(true) or not true.sum():
        return Measure(None, len(true))
    low, high = wilson(int(true.sum()), len(true), Z)
    return Measure(float(told.mean() / true.mean()), len(true), float(told.mean() / high), float(told.mean() / low))


def better(difference: Measure) -> float | None:
    """The p value (two-sided) of a difference with its interval: the chance of one as large when there is none."""
    if difference.value is None or difference.high is None:
        return None
    deviation = (difference.high - difference.value) / Z
    return erfc(abs(difference.value) / deviation / sqrt(2)) if deviation else 1.0
