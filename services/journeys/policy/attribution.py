"""Which share of an outcome is due to which channel: five rules that split each outcome among the touches before it.

The rules are conventions, not measurements: they say who was there, not what would have been without. Whoever wants to
know that reads the one in `attribution_driven.py` beside them. An outcome before which no touch is known stays unknown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
UNKNOWN = "unknown"
RULES = ("first", "last", "linear", "decay", "position")
HALF_LIFE_DAYS = 7.0
ENDS = 0.4  # of the first and of the last touch; those between share the rest
RESAMPLES = 400


@dataclass(frozen=True, slots=True)
class Path:
    """The touches of somebody before a moment: (days before it, channel), the earliest first."""

    touches: tuple[tuple[float, str], ...]
    reached: bool


def within(path: Sequence[tuple[float, str]], window: float) -> tuple[tuple[float, str], ...]:
    """Only touches before the moment, none of them older than the window (days); the earliest first."""
    kept = [touch for touch in path if 0.0 <= touch[0] <= window]
    return tuple(sorted(kept, key=lambda touch: (-touch[0], touch[1])))


def weights(rule: str, ages: Sequence[float], half_life: float = HALF_LIFE_DAYS) -> list[float]:
    """How a rule splits one outcome among touches of these ages (days, the earliest first); they add up to 1.

    first, last: all of it. linear: the same for each. decay: half as much for each half-life further back. position:
    40 % each for the first and the last, the rest for those between; of two, half each.
    """
    count = len(ages)
    if rule == "first":
        return [1.0] + [0.0] * (count - 1)
    if rule == "last":
        return [0.0] * (count - 1) + [1.0]
    if rule == "linear":
        return [1.0 / count] * count
    if rule == "decay":
        youngest = min(ages)
        raw = [0.5 ** ((age - youngest) / half_life) for age in ages]
        return [one / sum(raw) for one in raw]
    if count <= 2:
        return [1.0 / count] * count
    middle = (1.0 - 2 * ENDS) / (count - 2)
    return [ENDS] + [middle] * (count - 2) + [ENDS]


def credit(path: Path, rule: str, half_life: float = HALF_LIFE_DAYS) -> dict[str, float]:
    """The shares of one outcome by channel."""
    if not path.touches:
        return {UNKNOWN: 1.0}
    found: dict[str, float] = {}
    given = weights(rule, [age for age, _ in path.touches], half_life)
    for (_, channel), share in zip(path.touches, given, strict=True):
        found[channel] = found.get(channel, 0.0) + share
    return found


def by_rules(paths: Sequence[Path], half_life: float, seed: int) -> dict[str, dict[str, dict[str, float]]]:
    """Outcomes by rule and channel with 95 % percentile intervals, from resamples of those who reached it (Efron &
    Tibshirani 1993, “An Introduction to the Bootstrap”, ch. 13)."""
    reached = [path for path in paths if path.reached]
    channels = sorted({channel for path in reached for _, channel in path.touches})
    if any(not path.touches for path in reached):
        channels.append(UNKNOWN)
    if not reached:
        return {rule: {} for rule in RULES}
    draws = _draws(len(reached), seed)
    return {rule: _spread(_matrix(reached, channels, rule, half_life), channels, draws) for rule in RULES}


def _draws(n: int, seed: int) -> Floats:
    """How often each of n is drawn in each resample."""
    chance = np.random.default_rng(seed)
    return chance.multinomial(n, np.full(n, 1.0 / n), size=RESAMPLES).astype(np.float64)


def _matrix(reached: Sequence[Path], channels: Sequence[str], rule: str, half_life: float) -> Floats:
    place = {channel: at for at, channel in enumerate(channels)}
    found = np.zeros((len(reached), len(channels)))
    for row, path in enumerate(reached):
        for channel, share in credit(path, rule, half_life).items():
            found[row, place[channel]] = share
    return found


def _spread(matrix: Floats, channels: Sequence[str], draws: Floats) -> dict[str, dict[str, float]]:
    resampled = draws @ matrix
    return {channel: told(matrix[:, at].sum(), resampled[:, at]) for at, channel in enumerate(channels)}


def told(value: float, resampled: Floats) -> dict[str, float]:
    """A figure with the middle 95 % of its resamples."""
    low, high = np.quantile(resampled, (0.025, 0.975))
    return {"value": round(float(value), 3), "low": round(float(low), 3), "high": round(float(high), 3)}


def rarer_together(paths: Sequence[Path], most: int, least: int, other: str = "other") -> tuple[list[Path], list[str]]:
    """Channels that fewer than `least` met, and those beyond the `most` commonest, become one."""
    met: dict[str, int] = {}
    for path in paths:
        for channel in {channel for _, channel in path.touches}:
            met[channel] = met.get(channel, 0) + 1
    common = sorted((one for one in met if met[one] >= least), key=lambda one: (-met[one], one))[:most]
    kept: Mapping[str, str] = {one: one for one in common}
    renamed = [
        Path(tuple((age, kept.get(one, other)) for age, one in path.touches), path.reached) for path in paths
    ]  # fmt: skip
    return renamed, sorted({channel for path in renamed for _, channel in path.touches})
