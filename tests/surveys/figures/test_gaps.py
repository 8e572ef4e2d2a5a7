"""Expectation and perception, claim and perception, and figures over time."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.policy import figures
from services.surveys.policy.figures import Histogram, Reading
from services.surveys.policy.figures.gaps import mcnemar_p
from services.surveys.policy.metrics import Scale
from shared.contracts.surveys import Metric
from tests.surveys.figures import REFERENCE

ITEM = Scale(1, 7)


def test_the_gap_is_that_of_the_same_people_by_paired_t() -> None:
    known = REFERENCE["pairs"]
    found = figures.gap(ITEM, {(a, b): n for a, b, n in known["pairs"]}, 5)
    gap = found.gap
    assert [gap.value, gap.interval.low, gap.interval.high, gap.statistic, gap.p] == pytest.approx(known["paired"])
    assert gap.value == pytest.approx(found.perception.value - found.expectation.value)
    assert (found.worse, found.same, found.better) == (15, 20, 6)


@given(st.dictionaries(st.tuples(st.integers(1, 7), st.integers(1, 7)), st.integers(1, 9), min_size=1))
def test_everybody_found_it_worse_the_same_or_better(pairs: dict[tuple[int, int], int]) -> None:
    found = figures.gap(ITEM, pairs, 2)
    if found.n >= 2:
        assert found.worse + found.same + found.better == found.n == sum(pairs.values())


def test_from_too_few_pairs_there_is_no_gap() -> None:
    assert figures.gap(ITEM, {(7, 4): 4}, 5) == figures.Gap(4)
    assert figures.delivery({(True, False): 4}, 5) == figures.Delivery(4)


def test_a_gap_that_is_the_same_for_all_has_no_interval() -> None:
    found = figures.gap(ITEM, {(7, 5): 4, (6, 4): 3}, 5)
    assert (found.gap.value, found.gap.interval, found.gap.p) == (-2.0, None, None)


def test_the_delivery_gap_is_the_claimed_share_less_the_perceived_one() -> None:
    b, c, p = REFERENCE["pairs"]["mcnemar"]
    found = figures.delivery({(True, True): 20, (True, False): b, (False, True): c, (False, False): 6}, 5)
    assert (found.n, found.claimed.value, found.perceived.value) == (40, 31 / 40, 23 / 40)
    assert found.gap.value == pytest.approx(8 / 40)
    assert found.gap.p == pytest.approx(p)
    assert found.conflicts == b
    # Agresti–Min by hand: (11.5 − 3.5) / 42 ± 1.96 √((15 / 42 − (8 / 42)²) / 42)
    assert (found.gap.interval.low, found.gap.interval.high) == pytest.approx((0.019166, 0.361786), abs=1e-6)


def test_where_both_sides_say_the_same_there_is_no_gap_and_no_alarm() -> None:
    found = figures.delivery({(True, True): 30}, 5)
    assert (found.gap.value, found.gap.p) == (0.0, 1.0)
    assert found.gap.interval.low < 0 < found.gap.interval.high


def test_mcnemar_is_exact_and_symmetric() -> None:
    assert mcnemar_p(0, 5) == pytest.approx(2 / 32)
    assert mcnemar_p(5, 0) == mcnemar_p(0, 5)
    assert mcnemar_p(3, 3) == 1.0


MONTHS = {f"2026-0{number + 1}": (number, Histogram(1, tuple(n))) for number, n in REFERENCE["trend"]["months"]}


def test_the_slope_has_a_robust_error_and_a_test_of_the_line() -> None:
    found = figures.trend(Metric.csat, Reading.mean, MONTHS, 5)
    slope, known = found.slope, REFERENCE["trend"]
    assert [slope.value, slope.interval.low, slope.interval.high, slope.p] == pytest.approx(known["slope"], rel=1e-7)
    assert slope.straight == pytest.approx(known["straight"], rel=1e-7)


def test_changes_are_tested_between_neighbours() -> None:
    found = figures.trend(Metric.csat, Reading.mean, MONTHS, 5).series
    names = list(MONTHS)
    assert [(test.first, test.second) for test in found.tests] == list(itertools.pairwise(names))
    assert all(test.corrected >= test.difference.p for test in found.tests)


def test_a_month_with_too_few_answers_is_a_hole_and_two_months_have_no_slope() -> None:
    few = {**MONTHS, "2026-02": (1, Histogram(1, (0, 0, 0, 2, 2)))}
    found = figures.trend(Metric.csat, Reading.mean, few, 5)
    assert [group.estimate is None for group in found.series.groups] == [False, True, False, False]
    assert found.slope.value != figures.trend(Metric.csat, Reading.mean, MONTHS, 5).slope.value
    two = dict(list(MONTHS.items())[:2])
    assert figures.trend(Metric.csat, Reading.mean, two, 5).slope is None


def test_a_slope_of_nps_is_in_points_a_period() -> None:
    months = {n: (n, Histogram.of(Metric.nps, {10: 50 + 10 * n, 3: 50 - 10 * n})) for n in range(4)}
    found = figures.trend(Metric.nps, Reading.nps, months, 5).slope
    assert found.value == pytest.approx(20.0)
    assert found.straight == pytest.approx(1.0)
    assert found.p < 0.001


def test_periods_on_no_line_are_told() -> None:
    months = {n: (n, Histogram.of(Metric.nps, {10: 90 if n % 2 else 30, 3: 30 if n % 2 else 90})) for n in range(4)}
    assert figures.trend(Metric.nps, Reading.nps, months, 5).slope.straight < 0.001
