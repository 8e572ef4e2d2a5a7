"""The bootstrap from counts: right, the same each time, and quick for a million answers."""

import math
from collections.abc import Callable
from random import Random
from time import process_time

import pytest

from services.surveys.policy import figures
from services.surveys.policy.figures import Histogram, Reading
from services.surveys.policy.figures.bootstrap import binomial
from shared.contracts.surveys import Metric


def test_the_same_answers_give_the_same_interval() -> None:
    answers = Histogram.of(Metric.csat, {1: 3, 3: 9, 4: 30, 5: 20})
    first = figures.bootstrap(Metric.csat, Reading.mean, answers)
    figures.bootstrap(Metric.csat, Reading.mean, answers + answers)
    assert figures.bootstrap(Metric.csat, Reading.mean, answers) == first
    assert first.method == "bootstrap"


def test_with_many_answers_it_is_that_of_the_t_interval() -> None:
    answers = Histogram.of(Metric.ces2, {1: 30, 3: 80, 4: 170, 5: 410, 6: 700, 7: 320})
    drawn, known = figures.bootstrap(Metric.ces2, Reading.mean, answers), figures.scores.mean(answers).interval
    width = known.high - known.low
    assert drawn.low == pytest.approx(known.low, abs=0.06 * width)
    assert drawn.high == pytest.approx(known.high, abs=0.06 * width)


def test_answers_that_all_count_alike_leave_it_without_width() -> None:
    """Which is why it is shown beside the adjusted Wald interval and never alone."""
    found = figures.bootstrap(Metric.nps, Reading.nps, Histogram.of(Metric.nps, {9: 2, 10: 4}))
    assert (found.low, found.high) == (100.0, 100.0)


def test_a_million_answers_cost_no_more_than_a_hundred() -> None:
    def cost(n: int) -> float:
        begun = process_time()
        figures.bootstrap(Metric.nps, Reading.nps, Histogram.of(Metric.nps, {3: n, 7: 3 * n, 10: 6 * n}))
        return process_time() - begun

    assert min(cost(100_000 + n) for n in range(3)) < 5 * min(cost(100 + n) for n in range(3))


@pytest.mark.parametrize(("n", "p"), [(7, 0.3), (40, 0.02), (60, 0.5), (400, 0.9), (1_000_000, 0.37)])
def test_drawn_binomials_have_the_mean_and_variance_of_theirs(n: int, p: float) -> None:
    random = Random(7)
    drawn = [binomial(random, n, p) for _ in range(20_000)]
    mean = sum(drawn) / len(drawn)
    variance = sum((k - mean) ** 2 for k in drawn) / len(drawn)
    assert mean == pytest.approx(n * p, abs=4 * math.sqrt(n * p * (1 - p) / len(drawn)))
    assert variance == pytest.approx(n * p * (1 - p), rel=0.05)
    assert all(0 <= k <= n for k in drawn)


@pytest.mark.parametrize("n", [12, 40])
def test_drawn_binomials_follow_their_distribution(n: int) -> None:
    """χ² of 20,000 draws against the exact chances, both where waiting times and where rejection draw them."""
    p, tries = 0.35, 20_000
    random = Random(3)
    drawn = [binomial(random, n, p) for _ in range(tries)]
    chance: Callable[[int], float] = lambda k: math.comb(n, k) * p**k * (1 - p) ** (n - k)  # noqa: E731
    expected = {k: tries * chance(k) for k in range(n + 1)}
    off = sum((drawn.count(k) - e) ** 2 / e for k, e in expected.items() if e >= 5)
    assert figures.distributions.chi_square_p(off, sum(e >= 5 for e in expected.values()) - 1) > 0.001
