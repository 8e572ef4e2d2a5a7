"""Weights that make those who answered look like those who were asked, and figures from weighted answers.

Raking: weights are scaled to each fact's shares in turn until all fit (W. E. Deming and F. F. Stephan, Ann. Math.
Statist. 11:427–444, 1940); with one fact that is post-stratification. A cap keeps single answers from deciding. The
variance is the linearised one of a ratio (sandwich): weights are no frequencies, two answers of weight ½ say more than
one. Effective n is L. Kish's, Survey Sampling, 1965.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.surveys.policy.figures.distributions import Z
from services.surveys.policy.figures.histogram import Histogram, Reading, worth
from services.surveys.policy.figures.scores import Interval, check_reading
from services.surveys.policy.metrics import SCALES
from shared.contracts.surveys import Metric

SANDWICH = "sandwich"
CAP = 5.0
LEAST_EFFECTIVE = 30  # the interval is normal theory; below that it would promise too much
_ROUNDS, _CLOSE = 500, 1e-10


@dataclass(frozen=True, slots=True)
class Cell:
    """People who share their facts: how many were asked, and how those who answered did."""

    asked: int
    answers: Histogram


Facts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """A weight for each combination of facts, 1 on average over the answers.

    `uncovered` is the share of those asked whose like nobody answered for; `off` the largest distance of a weighted
    share from the one wanted, which the cap may leave; `largest` the largest weight.
    """

    of: Mapping[Facts, float]
    uncovered: float
    off: float
    largest: float
    capped: bool


def rake(cells: Mapping[Facts, Cell], cap: float = CAP) -> Weights:
    """Weights of at most `cap`, which is more than 1; needs an answer somewhere. All cells name the same facts."""
    answered = {facts: cell.answers.n for facts, cell in cells.items() if cell.answers.n}
    total = sum(answered.values())
    wanted, covered = _wanted(cells, answered)
    weights = dict.fromkeys(answered, 1.0)
    for _ in range(_ROUNDS):
        before = dict(weights)
        for place, targets in enumerate(wanted):
            have = _margin(place, weights, answered)
            for facts in weights:
                weights[facts] *= targets[facts[place]] * total / have[facts[place]]
        weights = _capped(weights, answered, cap)
        if max(abs(weights[facts] - before[facts]) for facts in weights) < _CLOSE:
            break
    off = max(
        abs(share / total - targets[category])
        for place, targets in enumerate(wanted)
        for category, share in _margin(place, weights, answered).items()
    )
    asked = sum(cell.asked for cell in cells.values())
    largest = max(weights.values())
    return Weights(weights, 1 - covered / asked, off, largest, capped=largest >= cap * (1 - 1e-9))


def _capped(weights: Mapping[Facts, float], answered: Mapping[Facts, int], cap: float) -> dict[Facts, float]:
    """No weight above the cap, and still 1 on average: what was cut off is shared out among the others."""
    found, total = dict(weights), sum(answered.values())
    while over := [facts for facts, weight in found.items() if weight > cap]:
        found.update(dict.fromkeys(over, cap))
        full = sum(cap * answered[facts] for facts, weight in found.items() if weight >= cap)
        rest = sum(weight * answered[facts] for facts, weight in found.items() if weight < cap)
        if rest == 0:
            break
        by = (total - full) / rest
        found = {facts: weight if weight >= cap else weight * by for facts, weight in found.items()}
    return found


def _wanted(cells: Mapping[Facts, Cell], answered: Mapping[Facts, int]) -> tuple[list[dict[str, float]], int]:
    """Each fact's shares among those asked whose like answered, and how many those are."""
    places = range(len(next(iter(cells))))
    seen = [{facts[place] for facts in answered} for place in places]
    covered = {facts: cell.asked for facts, cell in cells.items() if all(facts[p] in seen[p] for p in places)}
    whole = sum(covered.values())
    shares: list[dict[str, float]] = [{} for _ in places]
    for facts, asked in covered.items():
        for place in places:
            shares[place][facts[place]] = shares[place].get(facts[place], 0.0) + asked / whole
    return shares, whole


def _margin(place: int, weights: Mapping[Facts, float], answered: Mapping[Facts, int]) -> dict[str, float]:
    found: dict[str, float] = {}
    for facts, weight in weights.items():
        found[facts[place]] = found.get(facts[place], 0.0) + weight * answered[facts]
    return found


@dataclass(frozen=True, slots=True)
class WeightedEstimate:
    """A figure from weighted answers; `effective_n` unweighted answers would tell as much."""

    n: int
    effective_n: float
    value: float
    interval: Interval | None


def weighted(metric: Metric, reading: Reading, answers: Iterable[tuple[float, Histogram]]) -> WeightedEstimate:
    """The figure over groups of answers that share a weight; needs one answer of some weight.

    No interval when all answers count alike: the spread is then not known and surely not 0.
    """
    check_reading(metric, reading)
    values, groups = worth(metric, reading), list(answers)
    whole = sum(weight * group.n for weight, group in groups)
    squares = sum(weight**2 * group.n for weight, group in groups)
    total = sum(weight * n * values[value] for weight, group in groups for value, n in group.items())
    mean = total / whole
    spread = sum(weight**2 * n * (values[value] - mean) ** 2 for weight, group in groups for value, n in group.items())
    by = 100 if reading is Reading.nps else 1
    interval = None
    if spread > 1e-12 * squares:
        low, high = _ends(metric, reading)
        half = Z * math.sqrt(spread) / whole
        interval = Interval(by * max(low, mean - half), by * min(high, mean + half), SANDWICH)
    return WeightedEstimate(sum(group.n for _, group in groups), whole**2 / squares, by * mean, interval)


def _ends(metric: Metric, reading: Reading) -> tuple[float, float]:
    if reading is Reading.mean:
        return float(SCALES[metric].low), float(SCALES[metric].high)
    return (-1.0, 1.0) if reading is Reading.nps else (0.0, 1.0)
