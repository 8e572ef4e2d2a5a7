"""Boosted trees: grown by scikit-learn, kept as flat arrays, walked by bits.

A tree's leaves are numbered from left to right; each node knows which leaves lie left of it. A row that a node sends
right rules those out, and the first leaf that no node rules out is where the row ends (C. Lucchese et al. 2015,
"QuickScorer", SIGIR). What all nodes of a column rule out together depends on the column's value alone and is worked
out once, for all trees in one whole number: one row costs a look-up and one `and` per column.

Reasons: from the root to its leaf a row passes nodes whose mean values differ; each difference belongs to the column
that was asked there (A. Saabas 2014). They add up to the leaf's value less the mean of the root, exactly.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.scoring.policy.learning.encoding import Array

LEAVES = 16  # a tree; one bit each
CHUNK = 4096
FIRST_BIT = np.array([16 if not bits else (bits & -bits).bit_length() - 1 for bits in range(1 << LEAVES)], np.int64)
Masks = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Node:
    """A question of one tree. `rules_out`: the leaves left of it, as bits that stay when it sends a row right.

    A number goes left when it is at most `threshold`; a category when its place is in `left`. `missing_left`: where
    unknown goes.
    """

    tree: int
    column: int
    keeps: int
    missing_left: bool
    threshold: float = 0.0
    left: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Forest:
    """All trees: their questions, and for each leaf (tree · 16 + number) what each column brings beyond the base."""

    trees: int
    base: float
    nodes: tuple[Node, ...]
    reasons: Array  # trees · 16 × columns
    categories: Mapping[int, int]  # column: how many places it has, the one for all other levels included

    def document(self) -> dict[str, Any]:
        brought = zip(*np.nonzero(self.reasons), strict=True)
        return {
            "trees": self.trees,
            "base": self.base,
            "columns": self.reasons.shape[1],
            "categories": [[column, places] for column, places in sorted(self.categories.items())],
            "nodes": [
                [node.tree, node.column, node.keeps, int(node.missing_left)]
                + ([node.threshold] if node.left is None else [list(node.left)])
                for node in self.nodes
            ],
            "leaves": [[int(leaf), int(column), float(self.reasons[leaf, column])] for leaf, column in brought],
        }

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> "Forest":
        nodes = []
        for tree, column, keeps, missing_left, question in document["nodes"]:
            if isinstance(question, list):
                nodes.append(Node(tree, column, keeps, bool(missing_left), left=tuple(question)))
            else:
                nodes.append(Node(tree, column, keeps, bool(missing_left), question))
        reasons = np.zeros((document["trees"] * LEAVES, document["columns"]))
        for leaf, column, share in document["leaves"]:
            reasons[leaf, column] = share
        return cls(document["trees"], document["base"], tuple(nodes), reasons, dict(document["categories"]))

    # --- one row

    @cached_property
    def _questions(self) -> list[tuple[int, list[float] | None, list[int], int]]:
        """Per column that is asked: its thresholds (None for a category), what is kept between them, and for unknown.

        Whole numbers of 16 bits a tree; the first tree has the lowest bits.
        """
        found = []
        for column, (thresholds, table) in sorted(self._tables.items()):
            kept = [int.from_bytes(row.astype("<u2").tobytes(), "little") for row in table]
            found.append((column, thresholds.tolist() if column not in self.categories else None, kept[:-1], kept[-1]))
        return found

    @cached_property
    def _offsets(self) -> NDArray[np.int64]:
        return np.arange(self.trees) * LEAVES

    def leaves(self, values: Sequence[float | int | None]) -> NDArray[np.int64]:
        """Where a row ends in each tree. `values`: numbers, places of categories, None for unknown, by column."""
        kept = self._all
        for column, thresholds, between, unknown in self._questions:
            value = values[column]
            if value is None:
                kept &= unknown
            elif thresholds is None:
                kept &= between[value]  # type: ignore[index]
            else:
                kept &= between[bisect_left(thresholds, value)]
        bits = np.frombuffer(kept.to_bytes(2 * self.trees, "little"), np.uint16)
        return FIRST_BIT[bits] + self._offsets

    @cached_property
    def _all(self) -> int:
        return (1 << (LEAVES * self.trees)) - 1

    def shares(self, values: Sequence[float | int | None]) -> list[float]:
        """The log-odds that each column brings, beyond the base."""
        found: list[float] = self.reasons.take(self.leaves(values), axis=0).sum(axis=0).tolist()
        return found

    # --- many rows

    @cached_property
    def _tables(self) -> dict[int, tuple[Array, Masks]]:
        """Per column: sorted thresholds, and for each gap between them (and last for unknown) what each tree keeps.

        For a category there is a row per place instead.
        """
        asked: dict[int, list[Node]] = {}
        for node in self.nodes:
            asked.setdefault(node.column, []).append(node)
        return {column: self._table(column, nodes) for column, nodes in asked.items()}

    def _table(self, column: int, nodes: Sequence[Node]) -> tuple[Array, Masks]:
        places = self.categories.get(column)
        thresholds = np.unique([node.threshold for node in nodes]) if places is None else np.empty(0)
        rows = len(thresholds) + 1 if places is None else places
        table = np.full((rows + 1, self.trees), 0xFFFF, np.uint16)
        for node in nodes:
            if places is None:
                table[np.searchsorted(thresholds, node.threshold) + 1 : -1, node.tree] &= np.uint16(node.keeps)
            else:
                right = np.setdiff1d(np.arange(places), np.array(node.left or (), np.int64))
                table[right, node.tree] &= np.uint16(node.keeps)
            if not node.missing_left:
                table[-1, node.tree] &= np.uint16(node.keeps)
        return thresholds, table

    def log_odds(self, raw: Array) -> Array:
        """The sum of all trees for each row of a matrix as `Encoder.raw` gives it, base included."""
        found, values = np.empty(len(raw)), self.reasons.sum(axis=1)
        for start in range(0, len(raw), CHUNK):
            rows = raw[start : start + CHUNK]
            kept: Masks = np.full((len(rows), self.trees), 0xFFFF, np.uint16)
            for column, (thresholds, table) in self._tables.items():
                value = rows[:, column]
                places = value if column in self.categories else np.searchsorted(thresholds, value, side="left")
                kept &= table[np.where(np.isnan(value), len(table) - 1, places).astype(np.int64)]
            found[start : start + CHUNK] = values[FIRST_BIT[kept] + self._offsets].sum(axis=1)
        return found + self.base
