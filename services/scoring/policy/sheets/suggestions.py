"""What weights the outcomes would suggest: logistic regression whose prior is the weights as they are.

The chance of winning is taken as σ(a + Σ bᵢ·xᵢ), xᵢ = +1, −1, or 0 where the answer was open. First one common strength
β of all present weights is fitted (bᵢ = β·wᵢ/Σw); around that each bᵢ has a normal prior of half the mean weight, so
that few outcomes move a weight little. The posterior is taken as normal at its mode (Laplace). Nothing is ever applied:
a manager may publish a version of the template with such weights, or not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.scoring.policy.sheets.ledger import LEAST, Case, Z
from services.scoring.policy.sheets.scores import Answer

LEAST_CASES = 40
SPREAD = 0.5  # standard deviation of a weight's prior, in mean weights
STEPS = 50
SURE = 1.645  # standard errors: 5 % on one side
SCALE = 10  # what the mean suggested weight is


@dataclass(frozen=True, slots=True)
class Suggested:
    """A criterion's share of all weight as it is and as outcomes suggest, with its 95 % interval.

    `clear`: the interval leaves the present share out. `weight` is a whole number for a template.
    """

    criterion: str
    share: float
    suggested: float
    low: float
    high: float
    clear: bool
    weight: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`why` there are no weights: `too_few_outcomes`, or `score_foretells_nothing`."""

    cases: int
    weights: tuple[Suggested, ...] = ()
    why: str | None = None


def suggest(cases: Sequence[Case], weights: Mapping[str, int]) -> Suggestion:
    """Weights from these cases, shrunk towards those given."""
    won = sum(case.won for case in cases)
    if len(cases) < LEAST_CASES or min(won, len(cases) - won) < LEAST:
        return Suggestion(len(cases), why="too_few_outcomes")
    names, label = list(weights), np.array([case.won for case in cases], dtype=float)
    signs = {Answer.plus: 1.0, Answer.minus: -1.0, Answer.open: 0.0}
    rows = np.array([[signs[case.answers.get(name, Answer.open)] for name in names] for case in cases])
    present = np.array([weights[name] for name in names], dtype=float) / sum(weights.values())
    strength = _common(rows @ present, label)
    if strength <= 0:
        return Suggestion(len(cases), why="score_foretells_nothing")
    mean, covariance = _posterior(rows, label, strength * present, SPREAD * strength / len(names))
    return Suggestion(len(cases), tuple(_told(names, present, mean, covariance)))


def _common(scores: np.ndarray, label: np.ndarray) -> float:
    """The strength of the score as it is; 0 when chance alone would give as much in one of twenty such records."""
    mode, covariance = _newton(np.column_stack([np.ones_like(scores), scores]), label, np.zeros(2), np.full(2, 10.0))
    return float(mode[1]) if mode[1] > SURE * np.sqrt(covariance[1, 1]) else 0.0


def _posterior(rows: np.ndarray, label: np.ndarray, prior: np.ndarray, spread: float) -> tuple[np.ndarray, np.ndarray]:
    design = np.column_stack([np.ones(len(rows)), rows])
    centre, width = np.concatenate([[0.0], prior]), np.concatenate([[10.0], np.full(len(prior), spread)])
    mode, covariance = _newton(design, label, centre, width)
    return mode[1:], covariance[1:, 1:]


def _newton(
    design: np.ndarray, label: np.ndarray, centre: np.ndarray, width: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mode and covariance of a logistic regression under a normal prior, by Newton's steps, halved if too long."""
    weights, precision = centre.copy(), np.diag(width**-2.0)

    def loss(at: np.ndarray) -> float:
        line = design @ at
        return float(np.logaddexp(0, line).sum() - label @ line + (at - centre) @ precision @ (at - centre) / 2)

    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -35, 35)))
        slope = design.T @ (label - chance) - precision @ (weights - centre)
        curve = design.T @ (design * (chance * (1 - chance))[:, None]) + precision
        step = np.linalg.solve(curve, slope)
        while loss(weights + step) > loss(weights) + 1e-12 and np.abs(step).max() > 1e-10:
            step = step / 2
        weights = weights + step
        if np.abs(step).max() < 1e-9:
            break
    return weights, np.linalg.inv(curve)


def _told(names: Sequence[str], present: np.ndarray, mean: np.ndarray, covariance: np.ndarray) -> list[Suggested]:
    """As shares of all weight; a weight below nothing is the least that a template can have."""
    kept = np.maximum(mean, 0.0)
    whole = float(kept.sum()) or 1.0
    error = np.sqrt(np.diag(covariance)) * Z
    found = []
    for place, name in enumerate(names):
        low, high = max(float(mean[place] - error[place]), 0.0) / whole, float(mean[place] + error[place]) / whole
        there, now = float(present[place]), float(kept[place]) / whole
        weight = min(max(round(now * SCALE * len(names)), 1), 100)
        found.append(Suggested(name, there, now, low, max(high, 0.0), not low <= there <= high, weight))
    return found
