"""Outcomes that come late: how late, what an open case may still become, and examples that say neither won nor lost.

A case that is open has not failed. Taking it for lost makes probabilities too low (12 % at a median delay of 15 days);
leaving it out makes them too high, as what came true comes in first. So each open case counts as both, by how likely
either is given how long it has been open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from services.scoring.policy.learning.examples import Example, Prior, Row
from services.scoring.policy.learning.training import train

DAY = timedelta(days=1)
ROUNDS = 4


@dataclass(frozen=True, slots=True)
class DelayCurve:
    """The share of what comes true that has done so after so many days: a line through points; 1 at the horizon."""

    days: tuple[float, ...]
    shares: tuple[float, ...]

    def share(self, age: timedelta) -> float:
        return float(np.interp(age / DAY, (0.0, *self.days), (0.0, *self.shares)))

    @classmethod
    def of_cases(cls, delays: Sequence[tuple[timedelta, timedelta]], horizon: timedelta) -> "DelayCurve":
        """From (delay, age today) of the cases that came true within the horizon.

        Young cases show only their short delays. Going back from the horizon, each day's hazard is taken among those
        that could have shown it (S. Lagakos, L. Barraj and V. De Gruttola 1988, Biometrika 75: 515–523). Without any
        case: all at once, which takes open cases for lost.
        """
        end = horizon / DAY
        found = np.array([(delay / DAY, min(age / DAY, end)) for delay, age in delays if delay <= min(age, horizon)])
        if not len(found):
            return cls((end,), (1.0,)) if end else cls((1.0,), (1.0,))
        delay, age = found[:, 0], found[:, 1]
        days, counts = np.unique(delay, return_counts=True)
        shares, share = [], 1.0
        for day, count in zip(days[::-1], counts[::-1], strict=True):
            shares.append(share)  # of those known by this day
            at_risk = int(((delay <= day) & (age >= day)).sum())
            share *= 1 - count / at_risk
        points = [*zip(days.tolist(), shares[::-1], strict=True), (end, 1.0)]
        kept = [point for point, after in pairwise(points) if point[0] < after[0]] + [points[-1]]
        return cls(tuple(day for day, _ in kept), tuple(float(share) for _, share in kept))


@dataclass(frozen=True, slots=True)
class Open:
    """A case whose end is not known: its row, when it began, and how long it has been open."""

    row: Row
    at: datetime
    age: timedelta


def still(probability: float, known: float) -> float:
    """The chance that an open case still comes true, when `known` of those that do would have shown it by now."""
    return probability * (1 - known) / (1 - probability * known) if probability * known < 1 else 1.0


def completed(
    final: Sequence[Example], opened: Sequence[Open], curve: DelayCurve, prior: Prior, seed: int
) -> list[Example]:
    """Examples to train on: final ones as they are, each open case as one that comes true and one that doesn't.

    Their weights add up to 1 and follow from a model that is trained and asked in turn (EM: A. Dempster, N. Laird and
    D. Rubin 1977). `final` holds what came true at any age, and what did not only when the horizon has passed.
    """
    known = [curve.share(case.age) for case in opened]
    rates = [_start(final, known)] * len(opened)
    examples = list(final)
    for _ in range(ROUNDS if opened else 0):
        chances = [still(rate, share) for rate, share in zip(rates, known, strict=True)]
        examples = [*final, *_halves(opened, chances)]
        rates = train(examples, prior, seed, trees=False).probabilities([case.row for case in opened]).tolist()
    return examples


def _start(final: Sequence[Example], known: Sequence[float]) -> float:
    """The overall rate: what came true, over all cases less what open ones have not had the time to show.

    With rate p: n⁺ + Σ p(1 − F)/(1 − pF) = p · n, by repetition.
    """
    true, n = sum(example.label for example in final), len(final) + len(known)
    rate = (true + 0.5) / (n + 1)
    for _ in range(50):
        rate = min(0.999, (true + sum(still(rate, share) for share in known) + 0.5) / (n + 1))
    return rate


def _halves(opened: Sequence[Open], chances: Sequence[float]) -> list[Example]:
    pairs = list(zip(opened, chances, strict=True))
    return [Example(case.row, True, case.at, chance, final=False) for case, chance in pairs] + [
        Example(case.row, False, case.at, 1 - chance, final=False) for case, chance in pairs
    ]
