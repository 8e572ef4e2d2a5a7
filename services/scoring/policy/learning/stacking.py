"""How much the rules, the Bayesian model and the trees each have to say: weights learned on rows that none had seen.

The sum is taken in log-odds, so that reasons stay sums, and its base and scale are fitted to outcomes, so that it is
calibrated (J. Platt 1999) by the same step. D. Wolpert (1992), "Stacked generalization", Neural Networks 5: 241–259.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.scoring.policy.learning.bayes import Data, laplace
from services.scoring.policy.learning.encoding import Array

PARTS = ("base", "rules", "bayes", "trees")
BEFORE, WIDTHS = np.array([0.0, 0.0, 1.0, 0.0]), np.array([0.5, 0.5, 0.5, 0.5])
FOLDS = 5
DIGITS = 9
Places = NDArray[np.int64]


@dataclass(slots=True)
class Stack:
    """Weights of `PARTS`, and their covariance."""

    weights: Array
    covariance: Array

    @classmethod
    def plain(cls) -> "Stack":
        """The Bayesian model alone, as it is."""
        return cls(BEFORE.copy(), np.zeros((len(PARTS), len(PARTS))))

    def document(self) -> dict[str, Any]:
        weights, covariance = (np.round(found, DIGITS).tolist() for found in (self.weights, self.covariance))
        return {"weights": dict(zip(PARTS, weights, strict=True)), "covariance": covariance}

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> "Stack":
        return cls(np.array([document["weights"][part] for part in PARTS]), np.array(document["covariance"]))


Folds = list[tuple[Places, Places]]


def folds(count: int, seed: int) -> Folds:
    """For examples without an order, each once among those to be foretold: (to learn from, to foretell)."""
    shuffled = np.random.default_rng(seed).permutation(count)
    parts = np.array_split(shuffled, FOLDS)
    return [(np.sort(np.concatenate([*parts[:at], *parts[at + 1 :]])), np.sort(parts[at])) for at in range(FOLDS)]


def later_folds(order: Places) -> Folds:
    """The later half in five parts, each foretold from all that came before it: what a model is for.

    What holds only inside the season that was learned from shows here and not in `folds`: of two parts that do as well
    there, one may fail on the next month (boosted trees more than rules).
    """
    cuts = [round(len(order) * share) for share in np.linspace(0.5, 1.0, FOLDS + 1)]
    return [(np.sort(order[:cut]), np.sort(order[cut:end])) for cut, end in pairwise(cuts)]


def recent(folds_in_time: Folds) -> Array:
    """How much each foretold row counts, fold by fold: half as much as in the fold after it."""
    return np.concatenate([np.full(len(rows), 0.5 ** (FOLDS - 1 - at)) for at, (_, rows) in enumerate(folds_in_time)])


def learn(parts: Sequence[Array], labels: Array, weights: Array) -> Stack:
    """Weights for the log-odds of rules, Bayesian model and trees as foretold out of fold; none is below 0."""
    features = np.column_stack([np.ones(len(labels)), *parts])
    used = np.arange(len(PARTS))
    while True:
        data = Data(features[:, used], labels, weights)
        at, covariance, _ = laplace(data, BEFORE[used], WIDTHS[used], BEFORE[used])
        below = [place for place, weight in zip(used, at, strict=True) if place and weight < 0]
        if not below:
            break
        used = np.setdiff1d(used, below)
    stack = Stack(np.zeros(len(PARTS)), np.zeros((len(PARTS), len(PARTS))))
    stack.weights[used] = at
    stack.covariance[np.ix_(used, used)] = covariance
    return stack
