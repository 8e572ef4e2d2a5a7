"""The service-profit chain, pure: do the customers of a team say better things after the team said better of its work?

A *cell* is a team and a round of the pulse: what the team said (`team`), and what the customers whom it served said
between the end of this round and the end of the next (`customers`); either may be missing. With lag L the team's word
of round r meets the customers' of round r + L. What a team or a round always has is taken out (two-way fixed effects),
so that the slope is of changes within a team, beside what changed for all teams at once.

The test shifts each team's series in a circle, each by an amount of its own: what the series are like by themselves
stays, what they have to do with each other goes (M. Bartlett 1935 and others; the random shift of cross-correlation
tests). It takes for granted that a series wanders around a level. The interval holds the slopes that the same test
doesn't refuse. Over all lags the largest |r| is tested against the largest of each shift (Westfall & Young 1993).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.journeys.policy.quantiles import LEVEL

Numbers = NDArray[np.float64]
Indices = NDArray[np.int64]
Pairs = tuple[Indices, Indices]
LAGS = (-1, 0, 1, 2, 3)  # −1: the customers speak first; shown beside, never the finding
SHIFTS = 999
FEWEST_TEAMS, FEWEST_CELLS, SHORTEST = 5, 30, 4  # teams, cells and rounds a team without which nothing is said
STEPS, FARTHEST = 40, 1e4  # halvings that find an end of the interval; beyond this there is none
TINY = 1e-9
MOST_POINTS = 1000


@dataclass(frozen=True, slots=True)
class Panel:
    """Team × round, NaN where nothing is known."""

    team: Numbers
    customers: Numbers


@dataclass(frozen=True, slots=True)
class Tested:
    """One lag, each value as it is (first) and under each shift: r within teams, and what slopes are tested by.

    A slope b is tested by `met` − b·`own`, the product of the shifted team's series (at length 1) with what the
    customers' series is beside b times the team's.
    """

    r: Numbers
    met: Numbers
    own: Numbers


def panel_of(rounds: Sequence[str], cells: Sequence[Mapping[str, Any]]) -> tuple[list[str], Panel]:
    """Cells `{entity, round, team?, customers?}` as a panel, and its teams in the order of their ids."""
    teams = sorted({str(cell["entity"]) for cell in cells})
    places, columns = ({name: place for place, name in enumerate(names)} for names in (teams, rounds))
    found = {name: np.full((len(teams), len(rounds)), np.nan) for name in ("team", "customers")}
    for cell in cells:
        for name, values in found.items():
            if (value := cell.get(name)) is not None:
                values[places[str(cell["entity"])], columns[cell["round"]]] = value
    return teams, Panel(**found)


def chain(data: Mapping[str, Any], seed: int, shifts: int = SHIFTS) -> dict[str, Any]:
    """The whole answer as JSON values. `data`: `rounds` in their order, `cells` (see `panel_of`).

    `state` is `too_few` (with what there is of the `needed`) or `found`; `finding` is the lag ≥ 0 with the largest |r|,
    with `p` of it over all of them.
    """
    _, panel = panel_of(data["rounds"], data["cells"])
    pairs = {lag: _pairs(panel, lag) for lag in LAGS}
    enough = [lag for lag in LAGS if lag >= 0 and _enough(pairs[lag])]
    needed = {"teams": FEWEST_TEAMS, "cells": FEWEST_CELLS, "rounds": SHORTEST}
    if not enough:
        best = max((_size(pairs[lag]) for lag in LAGS if lag >= 0), key=lambda size: size["cells"])
        return {"state": "too_few", "needed": needed, "there": best, "lags": [], "finding": None}
    shifted = _shifted(panel.team, np.random.default_rng(seed), shifts)
    tested = {lag: _tested(panel, lag, pairs[lag], shifted) for lag in LAGS if _enough(pairs[lag])}
    lags = [_said(lag, tested[lag], _size(pairs[lag])) for lag in sorted(tested)]
    top = max(enough, key=lambda lag: abs(tested[lag].r[0]))
    largest = np.max([np.abs(tested[lag].r) for lag in enough], axis=0)
    points = _points(panel, top, pairs[top])
    finding = {"lag": top, "p": _p(largest), "shifts": shifts, "lags_tested": len(enough), "points": points}
    return {"state": "found", "needed": needed, "there": _size(pairs[top]), "lags": lags, "finding": finding}


def _pairs(panel: Panel, lag: int) -> Pairs:
    """Team and round of the cells that meet customers `lag` rounds later; of teams that have enough of them."""
    rounds = panel.team.shape[1]
    later = np.full_like(panel.customers, np.nan)
    first, last = max(0, -lag), min(rounds, rounds - lag)
    if first < last:
        later[:, first:last] = panel.customers[:, first + lag : last + lag]
    known = ~np.isnan(panel.team) & ~np.isnan(later)
    known[known.sum(axis=1) < SHORTEST] = False
    team, when = np.nonzero(known)
    return team, when


def _size(pairs: Pairs) -> dict[str, int]:
    team, when = pairs
    return {"teams": len(np.unique(team)), "cells": len(team), "rounds": len(np.unique(when))}


def _enough(pairs: Pairs) -> bool:
    size = _size(pairs)
    return size["teams"] >= FEWEST_TEAMS and size["cells"] >= FEWEST_CELLS and size["rounds"] >= SHORTEST


def _shifted(team: Numbers, chance: np.random.Generator, shifts: int) -> Numbers:
    """The panel itself and so many with each team's known values moved on in a circle: (1 + shifts) × team × round.

    What rounds have in common is taken out before, else it would be scattered over them and count as noise.
    """
    row, when = np.nonzero(~np.isnan(team))
    rid = np.full_like(team, np.nan)
    rid[row, when] = _Within(row, when)(team[row, when][None])[0]
    found = np.broadcast_to(rid, (shifts + 1, *team.shape)).copy()
    for place, series in enumerate(rid):
        known = np.flatnonzero(~np.isnan(series))
        if len(known) > 1:
            by = chance.integers(0, len(known), size=(shifts + 1, 1))
            by[0] = 0
            found[:, place, known] = series[known[(np.arange(len(known)) + by) % len(known)]]
    return found


def _tested(panel: Panel, lag: int, pairs: Pairs, shifted: Numbers) -> Tested:
    team, when = pairs
    within = _Within(team, when)
    customers = within(panel.customers[team, when + lag][None])[0]
    teams = within(shifted[:, team, when])
    size = np.sqrt((teams**2).sum(axis=1))
    size[size < TINY] = np.inf
    met, own = teams @ customers / size, teams @ teams[0] / size
    return Tested(met / max(np.sqrt(customers @ customers), TINY), met, own)


class _Within:
    """Takes out of values what each team and what each round has by itself (Frisch–Waugh–Lovell)."""

    def __init__(self, team: Indices, when: Indices) -> None:
        _, self._team, self._count = np.unique(team, return_inverse=True, return_counts=True)
        rounds = np.equal.outer(np.unique(when), when).astype(float)
        directions, sizes, _ = np.linalg.svd(self._centred(rounds).T, full_matrices=False)
        self._rounds = directions[:, sizes > TINY * max(sizes[0], 1)]

    def _centred(self, values: Numbers) -> Numbers:
        sums = np.zeros((len(values), len(self._count)))
        np.add.at(sums, (slice(None), self._team), values)
        return values - (sums / self._count)[:, self._team]

    def __call__(self, values: Numbers) -> Numbers:
        centred = self._centred(values)
        return centred - (centred @ self._rounds) @ self._rounds.T


def _points(panel: Panel, lag: int, pairs: Pairs) -> list[tuple[float, float]]:
    """Team and customers of each cell, less what teams and rounds have by themselves: the points of the slope."""
    team, when = pairs
    sides = _Within(team, when)(np.stack([panel.team[team, when], panel.customers[team, when + lag]]))
    return [(round(float(x), 3), round(float(y), 3)) for x, y in sides.T[:MOST_POINTS]]


def _said(lag: int, tested: Tested, size: dict[str, int]) -> dict[str, Any]:
    """`slope`: points of the customers' score a point of the team's; an end of the interval may be missing."""
    slope = float(tested.met[0] / tested.own[0]) if tested.own[0] > TINY else None
    low, high = (None, None) if slope is None else (_end(tested, slope, -1), _end(tested, slope, 1))
    figures = {"slope": slope, "low": low, "high": high, "r": float(tested.r[0]), "p": _p(np.abs(tested.r))}
    return {"lag": lag, "teams": size["teams"], "cells": size["cells"], **figures}


def _p(values: Numbers) -> float:
    """How rare the first value is among all of them, itself included (Phipson & Smyth 2010: never 0)."""
    return float((values >= values[0] - TINY).sum() / len(values))


def _end(tested: Tested, slope: float, side: int) -> float | None:
    """The last slope on this side that isn't refused at 5 %; None when none is refused however far."""

    def refused(by: float) -> bool:
        return _p(np.abs(tested.met - (slope + side * by) * tested.own)) <= 1 - LEVEL

    near, far = 0.0, max(abs(slope), 0.1)
    while not refused(far):
        near, far = far, 2 * far
        if far > FARTHEST:
            return None
    for _ in range(STEPS):
        middle = (near + far) / 2
        near, far = (near, middle) if refused(middle) else (middle, far)
    return slope + side * far
