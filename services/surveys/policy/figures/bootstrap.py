"""The percentile bootstrap of a figure, drawn from counts and not from answers.

To draw n answers with replacement is to draw the counts from a multinomial distribution: two binomials for NPS, so that
a million answers cost as much as ten. The seed is fixed, so that the same answers give the same interval; another seed
would move its ends by about a twentieth of its width.
Source: B. Efron and R. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13; the binomials by W. Hörmann,
"The generation of binomial random variates", J. Stat. Comput. Simul. 46:101–110, 1993 (BTRS), as Python 3.12 has it.
"""

import math
from functools import lru_cache
from random import Random

from services.surveys.policy.figures.distributions import LEVEL
from services.surveys.policy.figures.histogram import Histogram, Reading, worth
from services.surveys.policy.figures.scores import Interval, check_reading
from shared.contracts.surveys import Metric

BOOTSTRAP = "bootstrap"
DRAWS, SEED = 2000, 3


def bootstrap(metric: Metric, reading: Reading, answers: Histogram) -> Interval:
    """The middle 95 % of the figure over 2,000 samples; needs n ≥ 1. It has no width when all answers count alike."""
    check_reading(metric, reading)
    values = worth(metric, reading)
    together: dict[int, int] = {}
    for value, n in answers.items():
        together[values[value]] = together.get(values[value], 0) + n
    kept = tuple(sorted((value, n) for value, n in together.items() if n))
    low, high = _percentiles(kept)
    by = 100 if reading is Reading.nps else 1
    return Interval(by * low, by * high, BOOTSTRAP)


@lru_cache(maxsize=1024)
def _percentiles(counts: tuple[tuple[int, int], ...]) -> tuple[float, float]:
    random = Random(SEED)
    n = sum(count for _, count in counts)
    drawn = sorted(_resampled(random, counts, n) / n for _ in range(DRAWS))
    return _quantile(drawn, (1 - LEVEL) / 2), _quantile(drawn, (1 + LEVEL) / 2)


def _resampled(random: Random, counts: tuple[tuple[int, int], ...], n: int) -> int:
    """The sum over n answers drawn with replacement."""
    left, whole, total = n, n, 0
    for value, count in counts:
        got = binomial(random, left, count / whole)
        total += value * got
        left -= got
        whole -= count
    return total


def _quantile(ordered: list[float], probability: float) -> float:
    """Linear between the two nearest, as numpy's and R's default."""
    place = (len(ordered) - 1) * probability
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def binomial(random: Random, n: int, p: float) -> int:
    """How many of n tries succeed; the time hardly depends on n."""
    if n == 0 or p <= 0:
        return 0
    if p >= 1:
        return n
    if p > 0.5:
        return n - binomial(random, n, 1 - p)
    return _by_waiting(random, n, p) if n * p < 10 else _by_rejection(random, n, p)


def _by_waiting(random: Random, n: int, p: float) -> int:
    """Geometric waiting times until n tries are used up."""
    successes = used = 0
    scale = math.log1p(-p)
    while True:
        used += math.floor(math.log(1.0 - random.random()) / scale) + 1
        if used > n:
            return successes
        successes += 1


def _by_rejection(random: Random, n: int, p: float) -> int:
    """BTRS: transformed rejection with squeeze, for p ≤ ½ and n p ≥ 10."""
    spread = math.sqrt(n * p * (1 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    c = n * p + 0.5
    squeeze = 0.92 - 4.2 / b
    alpha = (2.83 + 5.1 / b) * spread
    log_odds = math.log(p / (1 - p))
    mode = math.floor((n + 1) * p)
    at_mode = math.lgamma(mode + 1) + math.lgamma(n - mode + 1)
    while True:
        u = random.random() - 0.5
        us = 0.5 - abs(u)
        k = math.floor((2 * a / us + b) * u + c)
        if k < 0 or k > n:
            continue
        v = random.random()
        if us >= 0.07 and v <= squeeze:
            return k
        v = max(v, 1e-300) * alpha / (a / (us * us) + b)
        if math.log(v) <= at_mode - math.lgamma(k + 1) - math.lgamma(n - k + 1) + (k - mode) * log_odds:
            return k
