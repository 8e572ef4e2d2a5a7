"""How likely something happens within a time, when cases are still open and others ended otherwise.

The cumulative incidence of a cause under competing risks is O. Aalen & S. Johansen (1978), “An empirical transition
matrix for non-homogeneous Markov chains based on censored observations”, Scand. J. Statist. 5: 141–150. Its variance is
the delta-method one of E. Marubini & M. G. Valsecchi (1995), “Analysing Survival Data from Clinical Trials and
Observational Studies”, ch. 10. Pointwise intervals are on the scale of log(−log), J. D. Kalbfleisch & R. L. Prentice
(2002), “The Statistical Analysis of Failure Time Data”, 2nd ed., p. 18.

While nobody has come, the interval is Wilson's over those of whom that is known.

Times are whole days. Whoever is censored on a day was at risk on it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.journeys.policy.quantiles import Z
from shared.proportions import wilson

Numbers = np.ndarray[Any, np.dtype[np.float64]]
NOTHING = 1e-9  # less than this is what was lost in the last digits
OPEN, REACHED, ENDED = 0, 1, 2  # what a case came to: nothing yet, what is asked for, something that excludes it


@dataclass(frozen=True, slots=True)
class Incidence:
    """The share that came to what is asked for by each day, with its standard error, and how many were at risk.

    `reached` and `ended` are counts of that day; `n` all who entered.
    """

    days: Numbers
    at_risk: Numbers
    reached: Numbers
    ended: Numbers
    value: Numbers
    error: Numbers
    survival: Numbers
    n: int

    def at(self, day: float) -> "Estimate | None":
        """The share by this day, None while nobody is known for so long."""
        place = int(np.searchsorted(self.days, day, side="right")) - 1
        if self.n == 0:
            return None
        if place < 0:
            return Estimate(0.0, *wilson(0, self.n, Z))
        value, error = float(self.value[place]), float(self.error[place])
        if value <= NOTHING:
            return Estimate(0.0, *wilson(0, self._known(place), Z))
        return Estimate(value, *log_log(value, error))

    def _known(self, place: int) -> int:
        """Those of whom it is known what they had come to by this day: all but those who were censored before."""
        before = float((self.reached + self.ended)[:place].sum())
        return max(1, int(self.at_risk[place] + before))

    @property
    def horizon(self) -> float:
        """The last day on which somebody was at risk."""
        return float(self.days[-1]) if len(self.days) else 0.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float


def log_log(value: float, error: float, z: float = Z) -> tuple[float, float]:
    """The interval of a share on the scale of log(−log); never outside 0…1. At 0 and 1 there is no error to tell of."""
    if not NOTHING < value < 1.0 - NOTHING or not error > NOTHING:
        return value, value
    spread = np.clip(z * error / (value * np.log(value)), -50, 50)
    return float(value ** np.exp(-spread)), float(value ** np.exp(spread))


def incidence(rows: Iterable[tuple[int, int, int]]) -> Incidence:
    """The estimate from counted cases: (day, what it came to, how many); ValueError for a day before the entry."""
    found = np.array([*rows], dtype=np.float64).reshape(-1, 3)
    if len(found) and found[:, 0].min() < 0:
        raise ValueError("a case can't end before it began")
    days, place = np.unique(found[:, 0], return_inverse=True)
    counts = np.zeros((3, len(days)))
    np.add.at(counts, (found[:, 1].astype(int), place), found[:, 2])
    leaving = counts.sum(axis=0)
    at_risk = leaving[::-1].cumsum()[::-1]
    reached, ended = counts[REACHED], counts[ENDED]
    events = reached + ended
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = np.cumprod(1.0 - events / at_risk)
        before = np.concatenate(([1.0], survival[:-1]))
        value = np.cumsum(before * reached / at_risk)
        error = _error(value, before / at_risk, at_risk, reached, events)
    return Incidence(days, at_risk, reached, ended, value, error, survival, int(leaving.sum()))


def _error(value: Numbers, weight: Numbers, at_risk: Numbers, reached: Numbers, events: Numbers) -> Numbers:
    """Marubini & Valsecchi's variance. When the last one at risk leaves, the error is as it was before."""
    hazard = np.where(at_risk > events, events / (at_risk * (at_risk - events)), 0.0)
    variance = value**2 * np.cumsum(hazard) - 2 * value * np.cumsum(value * hazard) + np.cumsum(value**2 * hazard)
    variance += np.cumsum(weight**2 * (at_risk - reached) * reached / at_risk)
    cross = weight * reached / at_risk
    variance += 2 * np.cumsum(value * cross) - 2 * value * np.cumsum(cross)
    return np.sqrt(np.maximum(variance, 0.0))


def half_time(found: Incidence, share: float = 0.5) -> Estimate | None:
    """The day by which `share` of those had come who come within the time that is known at all.

    Open cases count as what they are, so that quick ones don't crowd out the slow ones. The interval holds the days t
    at which F(t) − share·F(end) doesn't differ from 0: a test inverted, as R. Brookmeyer & J. Crowley (1982) do for
    survival, Biometrics 38: 29–41; its variance is that of the martingale, O. Aalen (1978), Ann. Statist. 6: 534–545.
    None while nobody came.
    """
    if not len(found.days) or found.value[-1] <= 0:
        return None
    gap = found.value - share * found.value[-1]
    place = int(np.argmax(gap >= -1e-12))
    inside = np.flatnonzero(np.abs(gap) <= Z * _gap_errors(found, share))
    low, high = (inside[0], inside[-1]) if len(inside) else (place, place)
    return Estimate(*(float(found.days[at]) for at in (place, min(low, place), max(high, place))))


def _gap_errors(found: Incidence, share: float) -> Numbers:
    """Standard errors of F(t) − share·F(end) at each day t."""
    value, end = found.value, found.value[-1]
    before = np.concatenate(([1.0], found.survival[:-1]))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.stack([found.reached, found.ended]) / found.at_risk**2
    start = np.concatenate(([0.0], value[:-1]))
    sums = _Sums(rate, before, start)
    errors = []
    for at in range(len(value)):
        near, far = sums.upto(at), sums.whole
        both = near.variance(value[at], value[at]) + share**2 * far.variance(end, end)
        errors.append(both - 2 * share * near.variance(value[at], end))
    return np.sqrt(np.maximum(np.array(errors), 0.0))


@dataclass(frozen=True, slots=True)
class _Upto:
    """Sums over the days up to one of them, of which covariances are made."""

    ones: Numbers
    lines: Numbers
    squares: Numbers

    def variance(self, first: float, second: float) -> float:
        """Covariance of F(s) and F(t), s the day that was summed up to: Σ rate·(c − first)(c − second), both causes."""
        return float((self.squares - (first + second) * self.lines + first * second * self.ones).sum())


class _Sums:
    """For cause 1 the integrand is S(u−) + F(u−) − F(t), for the other F(u−) − F(t)."""

    def __init__(self, rate: Numbers, before: Numbers, start: Numbers) -> None:
        level = np.stack([before + start, start])
        self._ones = rate.cumsum(axis=1)
        self._lines = (rate * level).cumsum(axis=1)
        self._squares = (rate * level**2).cumsum(axis=1)

    def upto(self, at: int) -> _Upto:
        return _Upto(self._ones[:, at], self._lines[:, at], self._squares[:, at])

    @property
    def whole(self) -> _Upto:
        return self.upto(self._ones.shape[1] - 1)
