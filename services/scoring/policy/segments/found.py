"""Segments that are found in the data, when there are any: how many there are is decided by how firmly they stand.

Columns of want and behaviour (`columns`) are clustered by k-means for k = 2 … 8. A clustering counts when

1. it stands: people drawn anew with replacement give the same one. Each cluster's Jaccard index with its best match,
   mean over the draws, is at least 0.75 (C. Hennig, 2007, “Cluster-wise assessment of cluster stability”, CSDA 52:
   258–271, calls less than that doubtful), and the adjusted Rand index (L. Hubert & P. Arabie, 1985) is at least 0.80;
2. it is more than the fields alone: it explains more of the variance than of tables whose columns were shuffled, each
   field for itself, which keeps every share and breaks what goes together;
3. no cluster is small: 5 % of the people, and 30 at least.

Of those that pass, the k that stands most firmly (Rand index, to two digits; of equals the largest) is the answer. None
is an answer, too: `not_stable`, or `not_enough_people` below 200. All this is tried on 4,000 people at most, drawn by
chance; the others go to the nearest centre.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from services.scoring.policy.segments.columns import Column, Matrix

LEAST_PEOPLE, LEAST_SHARE, LEAST_OF_EACH = 200, 0.05, 30
MOST_CLUSTERS = 8
DRAWS, SHUFFLES = 20, 19  # 19 shuffled tables and the real one: beating all of them has p = 0.05
JACCARD, RAND = 0.75, 0.80
MOST_TRIED = 4_000
STARTS, STARTS_AGAIN, ROUNDS = 8, 3, 60
Labels = np.ndarray[Any, np.dtype[np.int64]]


class Finding(StrEnum):
    """What a search came to."""

    found = "found"
    not_stable = "not_stable"
    not_enough_people = "not_enough_people"


@dataclass(frozen=True, slots=True)
class Tried:
    """One k: mean adjusted Rand index, the least of the clusters' Jaccard indices, share of variance explained, and
    the most that a shuffled table explains (only asked where the rest is passed); `stands` when it passed all."""

    k: int
    rand: float
    jaccard: float
    explained: float
    shuffled: float | None
    smallest: int
    stands: bool


@dataclass(frozen=True, slots=True)
class Search:
    """What was found: each person's cluster (0 is the largest) and each cluster's Jaccard index, when `found`."""

    finding: Finding
    people: int
    tried: tuple[Tried, ...]
    labels: Labels | None = None
    stability: tuple[float, ...] = ()


def search(columns: Sequence[Column], points: Matrix, seed: int) -> Search:
    """Look for clusters among these points (people × scaled columns); the same seed gives the same answer."""
    people = len(points)
    if people < LEAST_PEOPLE or points.shape[1] < 2:
        return Search(Finding.not_enough_people, people, ())
    chance = np.random.default_rng(seed)
    some = points if people <= MOST_TRIED else points[np.sort(chance.choice(people, MOST_TRIED, replace=False))]
    shuffled = [_shuffled(columns, some, chance) for _ in range(SHUFFLES)]
    tried, best = [], None
    for k in range(2, MOST_CLUSTERS + 1):
        one, centres, each = _try(some, shuffled, k, chance)
        tried.append(one)
        if one.stands and (best is None or round(one.rand, 2) >= best[0]):
            best = (round(one.rand, 2), centres, each)
    if best is None:
        return Search(Finding.not_stable, people, tuple(tried))
    _, centres, each = best
    labels = nearest(points, centres)
    order = np.argsort(-np.bincount(labels, minlength=len(centres)), kind="stable")
    renamed = np.argsort(order)[labels]
    return Search(Finding.found, people, tuple(tried), renamed, tuple(float(each[place]) for place in order))


def _try(
    points: Matrix, shuffled: Sequence[Matrix], k: int, chance: np.random.Generator
) -> tuple[Tried, Matrix, Matrix]:
    labels, centres = k_means(points, k, chance)
    rands, overlaps = [], []
    for _ in range(DRAWS):
        drawn = chance.integers(0, len(points), len(points))
        _, others = k_means(points[drawn], k, chance, STARTS_AGAIN)
        there = np.unique(drawn)
        before, after = labels[there], nearest(points[there], others)
        table = _table(before, after, k)
        rands.append(adjusted_rand(table))
        overlaps.append(_jaccards(table))
    each = np.mean(overlaps, axis=0)
    explained = _explained(points, labels, centres)
    smallest = int(np.bincount(labels, minlength=k).min())
    large = smallest >= max(LEAST_OF_EACH, LEAST_SHARE * len(points))
    rand, jaccard = float(np.mean(rands)), float(each.min())
    by_chance = None
    if large and rand >= RAND and jaccard >= JACCARD:
        by_chance = max(_explained(one, *k_means(one, k, chance, STARTS_AGAIN)) for one in shuffled)
    stands = by_chance is not None and explained > by_chance
    return Tried(k, rand, jaccard, explained, by_chance, smallest, stands), centres, each


def _shuffled(columns: Sequence[Column], points: Matrix, chance: np.random.Generator) -> Matrix:
    """Each field's columns in another order of people."""
    made = points.copy()
    for name in dict.fromkeys(column.field for column in columns):
        places = [place for place, column in enumerate(columns) if column.field == name]
        made[:, places] = made[chance.permutation(len(made))][:, places]
    return made


def _explained(points: Matrix, labels: Labels, centres: Matrix) -> float:
    total = float(((points - points.mean(axis=0)) ** 2).sum())
    return 1 - float(((points - centres[labels]) ** 2).sum()) / total if total else 0.0


# --- k-means: Lloyd's rounds from k-means++ starts (Arthur & Vassilvitskii, 2007)


def k_means(points: Matrix, k: int, chance: np.random.Generator, starts: int = STARTS) -> tuple[Labels, Matrix]:
    """Labels and centres of the best of some starts."""
    best: tuple[float, Labels, Matrix] | None = None
    for _ in range(starts):
        labels, centres = _lloyd(points, _spread_out(points, k, chance), chance)
        left = float(((points - centres[labels]) ** 2).sum())
        if best is None or left < best[0] - 1e-12:
            best = (left, labels, centres)
    assert best is not None
    return best[1], best[2]


def nearest(points: Matrix, centres: Matrix) -> Labels:
    """The nearest centre of each point; the first of several."""
    return np.argmin((centres**2).sum(axis=1) - 2 * points @ centres.T, axis=1)


def _spread_out(points: Matrix, k: int, chance: np.random.Generator) -> Matrix:
    centres = [points[chance.integers(len(points))]]
    left = ((points - centres[0]) ** 2).sum(axis=1)
    for _ in range(1, k):
        total = left.sum()
        place = int(chance.choice(len(points), p=left / total)) if total > 0 else int(chance.integers(len(points)))
        centres.append(points[place])
        left = np.minimum(left, ((points - points[place]) ** 2).sum(axis=1))
    return np.array(centres)


def _lloyd(points: Matrix, centres: Matrix, chance: np.random.Generator) -> tuple[Labels, Matrix]:
    labels = nearest(points, centres)
    for _ in range(ROUNDS):
        belongs = (labels[:, None] == np.arange(len(centres))).astype(float)
        counts, sums = belongs.sum(axis=0), belongs.T @ points
        centres = np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], centres)
        for empty in np.flatnonzero(counts == 0):
            centres[empty] = points[chance.integers(len(points))]
        moved = nearest(points, centres)
        if np.array_equal(moved, labels):
            break
        labels = moved
    return labels, centres


# --- how alike two clusterings are


def _table(first: Labels, second: Labels, k: int) -> Matrix:
    return np.bincount(first * k + second, minlength=k * k).reshape(k, k).astype(float)


def adjusted_rand(table: Matrix) -> float:
    """The adjusted Rand index of a table of counts, one clustering down and the other across: 1 alike, 0 by chance."""

    def pairs(counts: Matrix) -> float:
        return float((counts * (counts - 1) / 2).sum())

    both, rows, across = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    expected = rows * across / pairs(np.array([table.sum()]))
    most = (rows + across) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def _jaccards(table: Matrix) -> Matrix:
    """Of each cluster down, the Jaccard index with its best match across."""
    either = table.sum(axis=1)[:, None] + table.sum(axis=0)[None, :] - table
    return np.asarray((table / np.maximum(either, 1)).max(axis=1))
