"""Attribution from data: what people who met a channel did beside those who did not.

A logistic model tells the chance of the outcome from the set of channels that somebody met; each person's chance above
that of somebody who met none is split among these channels by the Shapley value (L. S. Shapley 1953, “A value for
n-person games”; for advertising X. Shao & L. Li 2011, “Data-driven multi-touch attribution models”, KDD; B. Dalessandro
et al. 2012, “Causally motivated attribution for online advertising”, ADKDD). What is left, the chance of those who met
none, is the base. Base and channels add up to the outcomes. A channel that changes nothing gets about nothing, which
removal effects in a Markov graph (E. Anderl et al. 2016, Int. J. of Research in Marketing 33(3): 457–474) do not
promise: they credit whatever stands on the way. A channel may get less than nothing.

It is no experiment: what makes people meet a channel and come, both, is credited to the channel.
"""

from collections.abc import Sequence
from itertools import groupby
from math import factorial
from typing import Any

import numpy as np

from services.journeys.policy.attribution import RESAMPLES, Floats, Path, told

BASE = "base"
RIDGE = 0.05  # keeps a channel whom everybody who met it followed from having an infinite effect
STEPS, ENOUGH = 40, 1e-8
LEAST_REACHED, LEAST_NOT = 30, 30
Bits = np.ndarray[Any, np.dtype[np.bool_]]
Ints = np.ndarray[Any, np.dtype[np.int64]]


def driven(paths: Sequence[Path], channels: Sequence[str], seed: int) -> dict[str, Any]:
    """Outcomes by channel and of the base, with 95 % intervals from resamples of people; `note` when there are too few
    on either side to say anything."""
    reached = sum(path.reached for path in paths)
    about: dict[str, Any] = {"n": len(paths), "reached": reached, "channels": {}, "note": None}
    if reached < LEAST_REACHED or len(paths) - reached < LEAST_NOT:
        return about | {"note": "not enough data"}
    sets, counts = _cells(paths, channels)
    if not sets.any():
        return about | {"note": "no touches"}
    value = shares(sets, counts)
    total = counts.sum()
    chance = np.random.default_rng(seed)
    flat = counts.reshape(-1) / total
    drawn = chance.multinomial(int(total), flat, size=RESAMPLES).reshape(RESAMPLES, *counts.shape).astype(np.float64)
    spread = np.array([shares(sets, one) for one in drawn])
    names = [BASE, *channels]
    return about | {"channels": {name: told(value[at], spread[:, at]) for at, name in enumerate(names)}}


def _cells(paths: Sequence[Path], channels: Sequence[str]) -> tuple[Bits, Floats]:
    """Each set of channels that somebody met, and how many of those who did went without and with the outcome."""
    place = {channel: at for at, channel in enumerate(channels)}
    found: dict[frozenset[int], list[int]] = {}
    for path in paths:
        met = frozenset(place[channel] for _, channel in path.touches)
        found.setdefault(met, [0, 0])[path.reached] += 1
    order = sorted(found, key=lambda one: (len(one), sorted(one)))
    sets = np.zeros((len(order), len(channels)), dtype=bool)
    for row, met in enumerate(order):
        sets[row, list(met)] = True
    return sets, np.array([found[met] for met in order], dtype=np.float64)


def shares(sets: Bits, counts: Floats) -> Floats:
    """Outcomes of the base and of each channel. `counts` are those without and with the outcome, by set."""
    base, effects = fitted(sets, counts)
    n = counts.sum(axis=1)
    return np.concatenate(([n.sum() * _chance(base)], n @ shapley(sets, base, effects)))


def fitted(sets: Bits, counts: Floats) -> tuple[float, Floats]:
    """Intercept and effects (log-odds) of a logistic model, by Newton's method with a light ridge on the effects."""
    design = np.column_stack((np.ones(len(sets)), sets.astype(np.float64)))
    n, hits = counts.sum(axis=1), counts[:, 1]
    penalty = np.full(design.shape[1], RIDGE)
    penalty[0] = 0.0
    beta = np.zeros(design.shape[1])
    beta[0] = np.log((hits.sum() + 0.5) / (n.sum() - hits.sum() + 0.5))
    for _ in range(STEPS):
        chance = _chance(design @ beta)
        slope = design.T @ (hits - n * chance) - penalty * beta
        curve = (design * (n * chance * (1 - chance))[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.lstsq(curve, slope, rcond=None)[0]
        beta = beta + np.clip(step, -4.0, 4.0)
        if np.abs(step).max() < ENOUGH:
            break
    return float(beta[0]), beta[1:]


def shapley(sets: Bits, base: float, effects: Floats) -> Floats:
    """Per set (row) and channel: its Shapley value in the game whose worth is the chance of a subset of the set."""
    found = np.zeros(sets.shape)
    order = np.argsort(sets.sum(axis=1), kind="stable")
    for size, rows in groupby(order, key=lambda row: int(sets[row].sum())):
        if size:
            _of_size(found, sets, np.array(list(rows)), size, base, effects)
    return found


def _of_size(found: Floats, sets: Bits, rows: Ints, size: int, base: float, effects: Floats) -> None:
    members = np.nonzero(sets[rows])[1].reshape(len(rows), size)
    masks = np.arange(2**size)
    inside = (masks[:, None] >> np.arange(size)) & 1
    worth = _chance(base + effects[members] @ inside.T)  # rows × subsets
    sizes = inside.sum(axis=1)
    weight = np.array([factorial(k) * factorial(size - k - 1) / factorial(size) for k in range(size)])
    for at in range(size):
        without = masks[inside[:, at] == 0]
        gain = worth[:, without | (1 << at)] - worth[:, without]
        found[rows, members[:, at]] = gain @ weight[sizes[without]]


def _chance(log_odds: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-log_odds))
