"""Boosted trees are grown by scikit-learn's histogram booster and written down as flat arrays (see `trees`).

One thread: sums in floating point depend on their order, and the same seed shall give the same trees bit for bit.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from services.scoring.policy.learning.bayes import Data
from services.scoring.policy.learning.encoding import Array
from services.scoring.policy.learning.trees import LEAVES, Forest, Node

RATE, MOST_ROUNDS, LEAST_IN_LEAF, RIDGE = 0.08, 200, 20, 1.0
DIGITS, LARGEST = 9, sys.float_info.max  # JSON has no infinity


def grown(data: Data, categories: Mapping[int, int], seed: int, rounds: int = MOST_ROUNDS) -> "Grown":
    """Trees for a matrix as `Encoder.raw` gives it; both labels must occur. `categories`: column, number of places."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # takes a second to load; few processes train

    order = _Order.of(data.features, categories)
    model = HistGradientBoostingClassifier(
        learning_rate=RATE,
        max_iter=rounds,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=LEAST_IN_LEAF,
        l2_regularization=RIDGE,
        categorical_features=list(range(len(order.seen))) or None,
        early_stopping=False,
        random_state=seed,
    )
    with threadpool_limits(limits=1):  # the booster's own threads are there only once it is loaded
        model.fit(order.arranged(data.features), data.labels, sample_weight=data.weights)
    return Grown(model, order)


@dataclass(frozen=True)
class _Order:
    """The booster gets categories first, their places without gaps: what it would otherwise make of them by itself.

    It can't look at a column in which nothing is known; such a one is nothing but zeros to it.
    """

    columns: tuple[int, ...]
    seen: tuple[Array, ...]  # per category: the places that occurred, sorted
    places: tuple[int, ...]
    empty: tuple[int, ...]  # of the arranged columns

    @classmethod
    def of(cls, raw: Array, categories: Mapping[int, int]) -> "_Order":
        first = sorted(categories)
        rest = [column for column in range(raw.shape[1]) if column not in categories]
        seen = tuple(np.unique(raw[~np.isnan(raw[:, column]), column]) for column in first)
        columns = (*first, *rest)
        empty = np.flatnonzero(np.isnan(raw[:, columns]).all(axis=0)).tolist()
        return cls(columns, seen, tuple(categories[column] for column in first), tuple(empty))

    def arranged(self, raw: Array) -> Array:
        found = raw[:, self.columns]
        for number, seen in enumerate(self.seen):
            values = found[:, number]
            known = np.isin(values, seen)
            found[known, number] = np.searchsorted(seen, values[known])
            found[~known, number] = np.nan
        found[:, self.empty] = 0.0
        return found


@dataclass(frozen=True)
class Grown:
    """A booster as scikit-learn has it."""

    model: Any
    order: _Order

    def staged(self, raw: Array) -> Array:
        """The log-odds after each round: rounds × rows."""
        arranged = self.order.arranged(raw)
        with threadpool_limits(limits=1):
            return np.stack([np.ravel(found) for found in self.model.staged_decision_function(arranged)])

    def forest(self) -> Forest:
        base, nodes = float(np.ravel(self.model._baseline_prediction)[0]), []
        predictors = [stage[0] for stage in self.model._predictors]
        reasons = np.zeros((len(predictors) * LEAVES, len(self.order.columns)))
        for tree, predictor in enumerate(predictors):
            one = _Tree(tree, predictor.nodes, predictor.raw_left_cat_bitsets, self.order)
            base += one.means[0]
            one.write(reasons)
            nodes += one.questions
        categories = dict(zip(self.order.columns, self.order.places, strict=False))
        return Forest(len(predictors), round(float(base), DIGITS), tuple(nodes), np.round(reasons, DIGITS), categories)


@dataclass
class _Tree:
    """One tree of the booster on its way into the flat arrays."""

    tree: int
    nodes: NDArray[Any]
    bitsets: NDArray[np.uint32]
    order: _Order
    questions: list[Node] = field(default_factory=list)
    means: Array = field(init=False)

    def __post_init__(self) -> None:
        self.means = np.zeros(len(self.nodes))
        self._mean(0)

    def _mean(self, at: int) -> float:
        """A leaf's value; elsewhere the mean of what lies below, by how many examples went there."""
        node = self.nodes[at]
        if node["is_leaf"]:
            self.means[at] = node["value"]
        else:
            below = [int(node["left"]), int(node["right"])]
            means, counts = [self._mean(child) for child in below], [self.nodes[child]["count"] for child in below]
            self.means[at] = np.average(means, weights=counts)
        return float(self.means[at])

    def write(self, reasons: Array) -> None:
        self._walk(0, 0, np.zeros(reasons.shape[1]), reasons)

    def _walk(self, at: int, leaf: int, brought: Array, reasons: Array) -> int:
        """Number the leaves from `leaf` on; returns the next number."""
        node = self.nodes[at]
        if node["is_leaf"]:
            reasons[self.tree * LEAVES + leaf] = brought
            return leaf + 1
        column = self.order.columns[node["feature_idx"]]
        ends = [leaf]
        for child in (int(node["left"]), int(node["right"])):
            step = brought.copy()
            step[column] += self.means[child] - self.means[at]
            ends.append(self._walk(child, ends[-1], step, reasons))
        left = ((1 << ends[1]) - 1) & ~((1 << leaf) - 1)
        self.questions.append(self._question(node, column, 0xFFFF & ~left))
        return ends[-1]

    def _question(self, node: Any, column: int, keeps: int) -> Node:
        missing_left = bool(node["missing_go_to_left"])
        if not node["is_categorical"]:
            return Node(self.tree, column, keeps, missing_left, threshold=min(float(node["num_threshold"]), LARGEST))
        number = int(node["feature_idx"])
        bits, seen = self.bitsets[node["bitset_idx"]], self.order.seen[number]
        left = [int(place) for code, place in enumerate(seen) if bits[code // 32] >> np.uint32(code % 32) & 1]
        if missing_left:  # what was never seen goes with the unknown
            left += [place for place in range(self.order.places[number]) if place not in seen]
        return Node(self.tree, column, keeps, missing_left, left=tuple(sorted(left)))
