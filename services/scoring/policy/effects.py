"""What an action brings: people who were drawn to get it beside people who were held back.

All functions take counts as arrays whose last axis are strata: people who were drawn with the same share. Shares were
written down before anybody was drawn, so they are known, and nothing has to be assumed about who gets what.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Z = 1.959963984540054  # of 95 %
ALPHA = 0.05
LEAST_PEOPLE, LEAST_SUCCESSES = 50, 10  # in each arm, and in both together: below, nothing is said
BEST_AT = 1_000  # people at which the always-valid interval is narrowest


class Verdict(StrEnum):
    """What is known of an action's effect. `none`: no evidence yet; `open`: measured, and not clear yet."""

    none = "none"
    open = "open"
    works = "works"
    harms = "harms"


@dataclass(frozen=True, slots=True)
class Counts:
    """People and those of them with whom the aim was reached: treated and held, by stratum (last axis)."""

    share: Numbers
    treated: Numbers
    treated_reached: Numbers
    held: Numbers
    held_reached: Numbers

    @classmethod
    def of(cls, rows: Iterable[tuple[float, int, int, int, int]]) -> "Counts":
        """From (share, treated, reached, held, reached); strata without chance (share 0 or 1) tell nothing."""
        kept = [row for row in rows if 0 < row[0] < 1] or [(0.5, 0, 0, 0, 0)]
        return cls(*(np.array(column, dtype=float) for column in zip(*kept, strict=True)))

    @property
    def people(self) -> tuple[int, int, int, int]:
        """Treated, reached, held, reached; over all strata."""
        columns = (self.treated, self.treated_reached, self.held, self.held_reached)
        return tuple(int(column.sum()) for column in columns)  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference of rates with its bounds; numbers, or arrays of them."""

    difference: Any
    low: Any
    high: Any


def rates(reached: Numbers, people: Numbers) -> Numbers:
    return reached / np.maximum(people, 1)


def _wilson(reached: Numbers, people: Numbers, z: float) -> tuple[Numbers, Numbers]:
    """As `shared.proportions.wilson`, for arrays."""
    n, square = np.maximum(people, 1), z * z
    rate = reached / n
    centre = (rate + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * np.sqrt(rate * (1 - rate) / n + square / (4 * n * n))
    return np.maximum(centre - half, 0), np.minimum(centre + half, 1)


def weights_of(counts: Counts) -> Numbers:
    """Mantel and Haenszel's: a stratum counts as much as its smaller arm lets it."""
    both = counts.treated * counts.held / np.maximum(counts.treated + counts.held, 1)
    weights: Numbers = both / np.maximum(both.sum(-1, keepdims=True), 1e-12)
    return weights


def difference(counts: Counts, z: float = Z) -> Interval:
    """Rate of the treated less that of the held, with its interval at one look.

    One stratum: R. G. Newcombe (1998), Statistics in Medicine 17: 873–890, method 10. Several: their differences with
    Mantel–Haenszel weights, the distances of Wilson's bounds added in squares (Zou and Donner 2008, 27: 1693–1702).
    """
    weights = weights_of(counts)
    treated, held = rates(counts.treated_reached, counts.treated), rates(counts.held_reached, counts.held)
    low1, high1 = _wilson(counts.treated_reached, counts.treated, z)
    low0, high0 = _wilson(counts.held_reached, counts.held, z)
    gap = (weights * (treated - held)).sum(-1)
    below = np.sqrt((weights**2 * ((treated - low1) ** 2 + (high0 - held) ** 2)).sum(-1))
    above = np.sqrt((weights**2 * ((high1 - treated) ** 2 + (held - low0) ** 2)).sum(-1))
    return Interval(gap, np.maximum(gap - below, -1), np.minimum(gap + above, 1))


def always_valid(counts: Counts, alpha: float = ALPHA) -> Interval:
    """The same effect with bounds that hold at all looks together, however often and whenever one looks.

    The mean of the scores T/p (Y − m1) − (1−T)/(1−p) (Y − m0) + m1 − m0, T by chance p, with the asymptotic confidence
    sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (Annals of Statistics 52, 2024; arXiv 2103.06476).
    """
    share = counts.share
    people = (counts.treated + counts.held).sum(-1)
    n = np.maximum(people, 1)
    m1 = (counts.treated_reached.sum(-1) + 0.5) / (counts.treated.sum(-1) + 1)
    m0 = (counts.held_reached.sum(-1) + 0.5) / (counts.held.sum(-1) + 1)
    one, none = m1[..., None], m0[..., None]
    cells = (
        (counts.treated_reached, (1 - one) / share),
        (counts.treated - counts.treated_reached, -one / share),
        (counts.held_reached, -(1 - none) / (1 - share)),
        (counts.held - counts.held_reached, none / (1 - share)),
    )
    mean = sum((count * score).sum(-1) for count, score in cells) / n
    square = sum((count * score**2).sum(-1) for count, score in cells) / n
    # The spread that there were without an effect is the least: when a small arm's few successes make its rate too low,
    # they make its own spread too small as well.
    rate = (counts.treated_reached + counts.held_reached).sum(-1) / n
    without = rate * (1 - rate) * ((counts.treated + counts.held) / (share * (1 - share))).sum(-1) / n
    reach = np.sqrt(np.maximum(square - mean**2, without)) * _margin(n, alpha)
    gap = m1 - m0 + mean
    return Interval(gap, np.maximum(gap - reach, -1), np.minimum(gap + reach, 1))


def _margin(n: Numbers, alpha: float) -> Numbers:
    """Half the width, in standard deviations of one score, after n people (Robbins' normal mixture, two-sided)."""
    logs = -2 * math.log(alpha)
    square = (logs + math.log(logs + 1)) / BEST_AT
    found: Numbers = np.sqrt(2 * (n * square + 1) / (n**2 * square) * np.log(np.sqrt(n * square + 1) / alpha))
    return found


def verdicts(counts: Counts, alpha: float) -> tuple[Any, Any, Any]:
    """Arrays of yes and no: there is evidence at all, it works, it harms."""
    told = always_valid(counts, alpha)
    reached = (counts.treated_reached + counts.held_reached).sum(-1)
    fewest = np.minimum(counts.treated.sum(-1), counts.held.sum(-1))
    enough = (fewest >= LEAST_PEOPLE) & (reached >= LEAST_SUCCESSES)
    return enough, enough & (told.low > 0), enough & (told.high < 0)


def verdict(counts: Counts, actions: int = 1) -> Verdict:
    """What may be said by now. `actions` are looked at side by side and share alpha, so that at most one in twenty
    catalogues without any effect ever says of one of them that it works."""
    enough, works, harms = verdicts(counts, ALPHA / max(actions, 1))
    if not enough:
        return Verdict.none
    return Verdict.works if works else Verdict.harms if harms else Verdict.open
