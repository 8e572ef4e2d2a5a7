"""The effect of an action in each segment: measured where there are people, drawn to the whole where there are few."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from services.scoring.policy.effects import (
    Counts,
    Interval,
    Numbers,
    Verdict,
    Z,
    always_valid,
    difference,
    rates,
    verdict,
    weights_of,
)

WHOLE = 0.05  # standard deviation of effects before any is known: most touchpoints move a few points
APART = 0.03  # the same of segments round the whole
STEPS = 41


def measured(counts: Counts) -> tuple[Numbers, Numbers]:
    """Difference and its variance of one segment; the variance as Agresti and Caffo have it (one success and one
    failure added to each arm; The American Statistician 54, 2000), so that it is never nothing."""
    weights = weights_of(counts)
    gap = (weights * (rates(counts.treated_reached, counts.treated) - rates(counts.held_reached, counts.held))).sum(-1)
    parts = _variance(counts.treated_reached, counts.treated) + _variance(counts.held_reached, counts.held)
    found = (weights**2 * parts).sum(-1)
    return gap, np.where(found > 0, found, 1.0)


def _variance(reached: Numbers, people: Numbers) -> Numbers:
    rate = (reached + 1) / (people + 2)
    found: Numbers = rate * (1 - rate) / (people + 2)
    return found


def shrunk(gaps: Numbers, variances: Numbers, z: float = Z) -> Interval:
    """The effect of each segment (last axis) given all of them: a normal hierarchy, its spread summed over a grid.

    gap_g ~ N(effect_g, variance_g), effect_g ~ N(whole, spread²), whole ~ N(0, WHOLE²), spread ~ |N(0, APART²)|;
    D. B. Rubin (1981), "Estimation in parallel randomized experiments", J. Educational Statistics 6: 377–401.
    """
    grid = np.linspace(0, 3 * APART, STEPS)
    total = variances[..., None, :] + (grid**2)[:, None]  # …, grid, segment
    inside = gaps[..., None, :]
    precision = 1 / WHOLE**2 + (1 / total).sum(-1)
    centre = (inside / total).sum(-1) / precision
    fit = -0.5 * (np.log(total).sum(-1) + np.log(precision) + (inside**2 / total).sum(-1) - centre**2 * precision)
    fit -= 0.5 * (grid / APART) ** 2
    weight = np.exp(fit - fit.max(-1, keepdims=True))
    weight /= weight.sum(-1, keepdims=True)
    drawn = variances[..., None, :] / total  # how much the whole counts beside the segment's own figure
    means = drawn * centre[..., None] + (1 - drawn) * inside
    spreads = (1 - drawn) * variances[..., None, :] + drawn**2 / precision[..., None]
    mean = (weight[..., None] * means).sum(-2)
    spread = np.sqrt((weight[..., None] * (spreads + means**2)).sum(-2) - mean**2)
    return Interval(mean, mean - z * spread, mean + z * spread)


# --- all that was counted of an action

Row = tuple[str, float, int, int, int, int]  # segment, share, treated, reached, held, reached


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the counts of an action's trial say. `effects` are (difference, low, high) by segment; "" is the whole."""

    verdict: Verdict
    people: tuple[int, int, int, int]
    once: tuple[float, float, float]
    always: tuple[float, float, float]
    effects: Mapping[str, tuple[float, float, float]]


@lru_cache(maxsize=256)
def weighed(rows: tuple[Row, ...], actions: int) -> Weighed:
    """The effect as a whole (looked at once, and with bounds for any number of looks), and in each segment."""
    counts = _counts(rows)
    segments = sorted({row[0] for row in rows})
    parts = [measured(_counts([row for row in rows if row[0] == one])) for one in segments]
    found = shrunk(*(np.array(column) for column in zip(*parts, strict=True))) if parts else None
    once = difference(counts)
    effects = {one: _at(found, number) for number, one in enumerate(segments)} if found else {}
    always = _bounds(always_valid(counts))
    return Weighed(verdict(counts, actions), counts.people, _bounds(once), always, {**effects, "": _bounds(once)})


def _counts(rows: Iterable[Row]) -> Counts:
    """Summed over segments, by share."""
    sums: dict[float, list[int]] = {}
    for _, share, *numbers in rows:
        before = sums.setdefault(share, [0, 0, 0, 0])
        sums[share] = [one + more for one, more in zip(before, numbers, strict=True)]
    return Counts.of((share, *numbers) for share, numbers in sums.items())  # type: ignore[misc]


def _at(found: Interval, number: int) -> tuple[float, float, float]:
    return float(found.difference[number]), float(found.low[number]), float(found.high[number])


def _bounds(found: Interval) -> tuple[float, float, float]:
    return float(found.difference), float(found.low), float(found.high)
