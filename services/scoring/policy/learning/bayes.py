"""Bayesian logistic regression: a normal prior on each weight, Laplace's posterior, prior widths averaged by evidence.

D. J. C. MacKay (1992), "The evidence framework applied to classification networks", Neural Computation 4: 720–736.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve_triangular

from services.scoring.policy.learning.encoding import Array

BASE_WIDTH, SLOPE_WIDTH = 1.0, 0.3
RULE_WIDTHS = (0.15, 0.5)
BLANK_WIDTHS = (0.03, 0.08, 0.2, 0.45, 1.0)
ENOUGH_FOR_WIDTHS = 10_000  # examples that tell which widths fit; more only cost time
LEAST_SHARE = 0.01  # of the evidence: less likely widths are left out
MOST_STEPS, STEP_ENDS = 40, 1e-7


@dataclass(frozen=True, slots=True)
class Layout:
    """Which feature is what: the base, `rules` rules, their sum if there are any, then blank ones up to `end`."""

    rules: int
    end: int

    @property
    def blanks(self) -> int:
        """Where the blank features start."""
        return 1 + self.rules + (1 if self.rules else 0)

    def mean(self, base: float) -> Array:
        """The rules as a prior: the base as it is, each rule once, nothing else."""
        mean = np.zeros(self.end)
        mean[0], mean[1 : 1 + self.rules] = base, 1.0
        return mean

    def widths(self, rule: float, blank: float) -> Array:
        widths = np.full(self.end, blank)
        widths[0], widths[1 : 1 + self.rules] = BASE_WIDTH, rule
        if self.rules:
            widths[1 + self.rules] = SLOPE_WIDTH
        return widths


@dataclass(slots=True)
class Normal:
    """What is known of the weights: a normal distribution."""

    mean: Array
    covariance: Array


@dataclass(frozen=True, slots=True)
class Data:
    """A design matrix, labels 0 and 1, and how much each row counts."""

    features: Array
    labels: Array
    weights: Array

    def some(self, chosen: Array) -> "Data":
        return Data(self.features[chosen], self.labels[chosen], self.weights[chosen])


def sigmoid(odds: Array) -> Array:
    return 1 / (1 + np.exp(-np.clip(odds, -500, 500)))


def prior(layout: Layout, base: float) -> Normal:
    """Before any label: all widths equally likely."""
    squares = [layout.widths(*pair) ** 2 for pair in product(RULE_WIDTHS, BLANK_WIDTHS)]
    return Normal(layout.mean(base), np.diag(np.mean(squares, axis=0)))


def fit(data: Data, layout: Layout, base: float) -> tuple[Normal, Array]:
    """The posterior of the weights, and the prior variances (averaged as the posterior is).

    Rows must come in an order without meaning for the first `ENOUGH_FOR_WIDTHS` to tell which widths fit.
    """
    mean = layout.mean(base)
    if not len(data.labels):
        start = prior(layout, base)
        return start, np.diag(start.covariance).copy()
    pairs = list(product(RULE_WIDTHS, BLANK_WIDTHS))
    few = data.some(np.arange(len(data.labels)) < ENOUGH_FOR_WIDTHS)
    likely = _likely(few, mean, [layout.widths(*pair) for pair in pairs])
    narrow = likely / [blank for _, blank in pairs]
    narrow /= narrow.sum()
    found, at = [], mean
    for share, careful, pair in zip(likely, narrow, pairs, strict=True):
        if max(share, careful) >= LEAST_SHARE:
            widths = layout.widths(*pair)
            at, covariance, _ = laplace(data, mean, widths, at)
            found.append((share, careful, at, covariance, widths**2))
    return _mixed(found)


def _likely(data: Data, mean: Array, widths: Sequence[Array]) -> Array:
    """How likely each choice of widths is after the data, all being equally likely before."""
    evidence, at = [], mean
    for choice in widths:
        at, _, found = laplace(data, mean, choice, at)
        evidence.append(found)
    likely = np.exp(np.array(evidence) - max(evidence))
    return likely / likely.sum()


def _mixed(parts: Sequence[tuple[float, float, Array, Array, Array]]) -> tuple[Normal, Array]:
    """One normal distribution for the mixture, and its prior variances.

    The mean takes blank features of half the width for twice as likely: with fifty labels the evidence can't tell, and
    what was fitted to chance costs what the rules are worth. The spread round it takes all widths alike, so that what
    the mean leaves out stays possible.
    """
    shares, careful = (np.array(column) / sum(column) for column in list(zip(*parts, strict=True))[:2])
    mean = sum((share * part[2] for share, part in zip(careful, parts, strict=True)), np.zeros_like(parts[0][2]))
    covariance, variances = np.zeros_like(parts[0][3]), np.zeros_like(mean)
    for share, (_, _, at, spread, squares) in zip(shares, parts, strict=True):
        covariance += share * (spread + np.outer(at - mean, at - mean))
        variances += share * squares
    return Normal(mean, covariance), variances


def laplace(data: Data, mean: Array, widths: Array, start: Array) -> tuple[Array, Array, float]:
    """The likeliest weights by Newton's method, the covariance there, and the log evidence of these widths."""
    precision, at = widths**-2.0, start.copy()
    worth = _log_posterior(data, mean, precision, at)
    for _ in range(MOST_STEPS):
        chance = sigmoid(data.features @ at)
        slope = data.features.T @ (data.weights * (data.labels - chance)) - precision * (at - mean)
        factor = cho_factor(_curvature(data, chance, precision), lower=True)
        step = cho_solve(factor, slope)
        share = 1.0
        while (found := _log_posterior(data, mean, precision, at + share * step)) < worth - 1e-9 and share > 1e-4:
            share /= 2
        at, gain, worth = at + share * step, found - worth, found
        if gain < STEP_ENDS * (1 + abs(worth)):
            break
    curvature = _curvature(data, sigmoid(data.features @ at), precision)
    lower = np.linalg.cholesky(curvature)
    inverse = solve_triangular(lower, np.eye(len(at)), lower=True)
    evidence = worth - np.log(widths).sum() - np.log(np.diag(lower)).sum()
    return at, inverse.T @ inverse, float(evidence)


def _curvature(data: Data, chance: Array, precision: Array) -> Array:
    heavy = data.features * np.sqrt(data.weights * chance * (1 - chance))[:, None]
    found = heavy.T @ heavy
    found[np.diag_indices_from(found)] += precision
    return found


def _log_posterior(data: Data, mean: Array, precision: Array, at: Array) -> float:
    odds = data.features @ at
    fits = data.weights @ (data.labels * odds - np.logaddexp(0.0, odds))
    return float(fits - 0.5 * (precision * (at - mean) ** 2).sum())
