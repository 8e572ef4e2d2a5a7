"""Which score foretells best what customers then do? A contest on own data that may end undecided.

Each contender is a logistic regression on one metric, or on all of them together, fitted on the earlier answers and
judged on the later ones: by the area under the ROC curve (AUC; ½ is chance) and the log loss. One answer a customer
counts, the newest, so that answers are independent. Only answers to all metrics count, so that each contender is judged
on the same customers; and only those whose horizon has passed, so that “did not” is never “not yet”.

Differences of AUC come from resampling the later customers (percentile bootstrap, pairs kept), at a level shared out by
Bonferroni over the pairs. A metric has won when it is better than each other one by that; else nobody has.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from random import Random
from uuid import UUID

from services.surveys.policy.metrics import SCALES
from shared.contracts.surveys import Metric, Party

TOGETHER = "together"
EARLIER = 0.6  # the share of answers that contenders are fitted on
LEAST, LEAST_OF_EACH = 100, 30  # customers to judge on, and of either outcome among them
LEVEL, RESAMPLES = 0.95, 1_000
RIDGE = 1e-3  # keeps the fit finite where a metric separates the outcomes wholly


class Deed(StrEnum):
    """What a loyal customer does."""

    applied_again = "applied_again"
    raised_again = "raised_again"
    referred = "referred"


PARTIES = {Deed.applied_again: Party.ep, Deed.raised_again: Party.enabler, Deed.referred: Party.ep}
COMPETING = (Metric.nps, Metric.ces2, Metric.csat)


class TournamentState(StrEnum):
    waiting = "waiting"
    done = "done"


class Verdict(StrEnum):
    """`won`: `winner` names the metric."""

    won = "won"
    undecided = "undecided"
    not_enough_data = "not_enough_data"


@dataclass(frozen=True, slots=True)
class Seen:
    """One customer's answer, in the order of time, and whether they did it within the horizon."""

    customer: UUID
    at: float
    scores: Mapping[Metric, int]
    did: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How one contender did on the later customers."""

    contender: str
    auc: float
    auc_low: float
    auc_high: float
    log_loss: float


@dataclass(frozen=True, slots=True)
class Duel:
    """AUC of the first less that of the second, with the interval that all duels together are to hold with 95 %."""

    first: str
    second: str
    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Report:
    """`base_rate` and `base_log_loss`: what one says who knows only how many did it among the earlier ones."""

    verdict: Verdict
    winner: str | None
    fitted_on: int
    judged_on: int
    did: int
    base_rate: float | None
    base_log_loss: float | None
    standings: tuple[Standing, ...]
    duels: tuple[Duel, ...]


Cell = tuple[tuple[int, ...], bool]


def contest(answers: Sequence[Seen], metrics: Sequence[Metric], seed: int, resamples: int = RESAMPLES) -> Report:
    """The report of a contest between these metrics; the same answers and seed give the same one."""
    complete = [answer for answer in answers if all(metric in answer.scores for metric in metrics)]
    newest = {answer.customer: answer for answer in sorted(complete, key=lambda one: (one.at, one.customer))}
    ordered = sorted(newest.values(), key=lambda one: (one.at, one.customer))
    cut = int(len(ordered) * EARLIER)
    earlier, later = _cells(ordered[:cut], metrics), _cells(ordered[cut:], metrics)
    n, did = later.total(), sum(count for (_, done), count in later.items() if done)
    rate = sum(count for (_, done), count in earlier.items() if done) / cut if cut else 0.0
    if n < LEAST or min(did, n - did) < LEAST_OF_EACH or not 0 < rate < 1:
        return Report(Verdict.not_enough_data, None, cut, n, did, rate or None, None, (), ())
    said = _contenders(earlier, later, metrics)
    base = -(did * math.log(rate) + (n - did) * math.log(1 - rate)) / n
    standings, duels = _judged(said, later, Random(seed), resamples)
    winner = _winner(duels, [str(metric) for metric in metrics])
    verdict = Verdict.won if winner else Verdict.undecided
    return Report(verdict, winner, cut, n, did, rate, base, standings, duels)


def _cells(answers: Sequence[Seen], metrics: Sequence[Metric]) -> Counter[Cell]:
    """Customers who gave the same and did the same are one cell."""
    return Counter((tuple(one.scores[metric] for metric in metrics), one.did) for one in answers)


def _contenders(
    earlier: Counter[Cell], later: Counter[Cell], metrics: Sequence[Metric]
) -> dict[str, dict[tuple[int, ...], float]]:
    """Contender → what it says of each combination of scores: the probability that such a customer does it."""
    columns = {str(metric): (place,) for place, metric in enumerate(metrics)}
    columns[TOGETHER] = tuple(range(len(metrics)))
    given = {scores for scores, _ in later}
    found = {}
    for name, places in columns.items():
        scales = [SCALES[metrics[place]] for place in places]

        def inputs(scores: tuple[int, ...], places: tuple[int, ...] = places, scales: list = scales) -> list[float]:
            scaled = zip(places, scales, strict=True)
            return [1.0, *((scores[at] - scale.low) / (scale.high - scale.low) for at, scale in scaled)]

        weights = fit([(inputs(scores), did, count) for (scores, did), count in earlier.items()])
        found[name] = {scores: _sigmoid(_dot(weights, inputs(scores))) for scores in given}
    return found


def _judged(
    said: Mapping[str, Mapping[tuple[int, ...], float]], later: Counter[Cell], chance: Random, resamples: int
) -> tuple[tuple[Standing, ...], tuple[Duel, ...]]:
    cells = sorted(later)
    ways = {name: _groups(cells, forecast) for name, forecast in said.items()}
    counts = [later[cell] for cell in cells]
    real = {name: auc(counts, cells, groups) for name, groups in ways.items()}
    drawn = [_resample(chance, counts) for _ in range(resamples)]
    spread = {name: [auc(one, cells, groups) for one in drawn] for name, groups in ways.items()}
    standings = []
    for name in sorted(said, key=lambda one: (-real[one], one)):
        low, high = _percentiles(spread[name], LEVEL)
        loss = -sum(n * math.log(said[name][s] if did else 1 - said[name][s]) for (s, did), n in later.items())
        standings.append(Standing(name, real[name], low, high, loss / later.total()))
    pairs = list(combinations([one.contender for one in standings], 2))
    duels = []
    for first, second in pairs:
        differences = [a - b for a, b in zip(spread[first], spread[second], strict=True)]
        low, high = _percentiles(differences, 1 - (1 - LEVEL) / len(pairs))
        duels.append(Duel(first, second, real[first] - real[second], low, high))
    return tuple(standings), tuple(duels)


def _winner(duels: Sequence[Duel], metrics: Sequence[str]) -> str | None:
    """The metric that is better than each other metric, whatever all together would say."""
    among = [duel for duel in duels if duel.first in metrics and duel.second in metrics]
    beaten = Counter(duel.first for duel in among if duel.low > 0) + Counter(d.second for d in among if d.high < 0)
    return next((metric for metric, count in beaten.items() if count == len(metrics) - 1), None)


def _groups(cells: Sequence[Cell], forecast: Mapping[tuple[int, ...], float]) -> list[list[int]]:
    """The places of cells with one forecast, from the lowest forecast up."""
    by: dict[float, list[int]] = {}
    for place, (scores, _) in enumerate(cells):
        by.setdefault(forecast[scores], []).append(place)
    return [by[value] for value in sorted(by)]


def auc(counts: Sequence[int], cells: Sequence[Cell], groups: Sequence[Sequence[int]]) -> float:
    """The chance that one who did it was given more than one who did not; ties half; ½ where one kind is missing."""
    below = won = 0.0
    did_all = 0
    for group in groups:
        did = sum(counts[place] for place in group if cells[place][1])
        did_not = sum(counts[place] for place in group if not cells[place][1])
        won += did * (below + did_not / 2)
        below += did_not
        did_all += did
    return won / (did_all * below) if did_all and below else 0.5


def _resample(chance: Random, counts: Sequence[int]) -> list[int]:
    drawn = Counter(chance.choices(range(len(counts)), weights=counts, k=sum(counts)))
    return [drawn[place] for place in range(len(counts))]


def _percentiles(values: Sequence[float], level: float) -> tuple[float, float]:
    ordered = sorted(values)
    tail = int((1 - level) / 2 * len(ordered))
    return ordered[tail], ordered[-1 - tail]


# --- logistic regression


def fit(rows: Sequence[tuple[Sequence[float], bool, int]]) -> list[float]:
    """Weights by Newton's method, with a small ridge on all but the first; rows are (inputs, did, how many)."""
    weights = [0.0] * len(rows[0][0])
    size = range(len(weights))
    for _ in range(50):
        slope = [-RIDGE * weight * (place > 0) for place, weight in enumerate(weights)]
        curve = [[RIDGE * (i == j > 0) for j in size] for i in size]
        for inputs, did, count in rows:
            p = _sigmoid(_dot(weights, inputs))
            for i in size:
                slope[i] += count * (did - p) * inputs[i]
                for j in size:
                    curve[i][j] += count * p * (1 - p) * inputs[i] * inputs[j]
        step = _solved(curve, slope)
        weights = [weight + change for weight, change in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-9:
            break
    return weights


def _solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Gauss with pivots; the matrix is small, symmetric and positive."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for column in range(len(rows)):
        pivot = max(range(column, len(rows)), key=lambda place: abs(rows[place][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column]
        for place, row in enumerate(rows):
            if place != column:
                factor = row[column] / head[column]
                rows[place] = [a - factor * b for a, b in zip(row, head, strict=True)]
    return [row[-1] / row[place] for place, row in enumerate(rows)]


def _dot(weights: Sequence[float], inputs: Sequence[float]) -> float:
    return sum(weight * value for weight, value in zip(weights, inputs, strict=True))


def _sigmoid(value: float) -> float:
    """Kept a hair away from 0 and 1, so that a log loss stays finite."""
    return min(1 - 1e-9, max(1e-9, 1 / (1 + math.exp(-max(-40.0, min(40.0, value))))))
