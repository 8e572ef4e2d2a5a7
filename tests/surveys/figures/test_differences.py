"""Tests between two figures, corrections, and comparisons over the groups of a dimension."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.policy import figures
from services.surveys.policy.figures import Against, Correction, Histogram, Reading
from services.surveys.policy.figures.differences import difference_of_shares
from shared.contracts.surveys import Metric
from tests.surveys.figures import REFERENCE

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=20)
HIGH, MIDDLE = Histogram.of(Metric.nps, {10: 60, 7: 20, 3: 20}), Histogram.of(Metric.nps, {10: 30, 7: 40, 3: 30})


@pytest.mark.parametrize("known", REFERENCE["means"])
def test_means_differ_by_welch(known: dict) -> None:
    first, second = (Histogram(1, tuple(known[name])) for name in ("first", "second"))
    metric = Metric.ces2 if len(known["first"]) == 7 else Metric.csat
    found = figures.difference(metric, Reading.mean, first, second)
    got = [found.value, found.interval.low, found.interval.high, found.statistic, found.freedom, found.p]
    assert got == pytest.approx(known["welch"], rel=1e-7)


@pytest.mark.parametrize("known", REFERENCE["shares"])
def test_shares_differ_by_the_pooled_z_test_and_newcombes_interval(known: dict) -> None:
    found = difference_of_shares(known["first"], known["second"])
    assert [found.statistic, found.p] == pytest.approx(known["test"], rel=1e-9)
    assert [found.interval.low, found.interval.high] == pytest.approx(known["newcombe"], abs=1e-9)


def test_a_difference_of_nps_has_a_sign_and_turns_with_its_sides() -> None:
    down = figures.difference(Metric.nps, Reading.nps, HIGH, MIDDLE)
    up = figures.difference(Metric.nps, Reading.nps, MIDDLE, HIGH)
    assert down.value == -40.0
    assert (up.value, up.interval.low, up.statistic, up.p) == (40.0, -down.interval.high, -down.statistic, down.p)


def test_two_groups_that_all_answer_alike_are_no_proof_of_anything() -> None:
    """Their plain variances are zero: z would be infinite, from five answers each."""
    all_ten, all_seven = Histogram.of(Metric.nps, {10: 5}), Histogram.of(Metric.nps, {7: 5})
    found = figures.difference(Metric.nps, Reading.nps, all_seven, all_ten)
    assert found.interval.low < found.value == 100.0
    assert figures.difference(Metric.nps, Reading.mean, all_seven, all_ten).p is None


@pytest.mark.parametrize("how", [Correction.holm, Correction.benjamini_hochberg])
def test_corrected_p_values(how: Correction) -> None:
    assert figures.corrected(REFERENCE["several"]["p"], how) == pytest.approx(REFERENCE["several"][how.value])


@given(P_VALUES)
def test_a_correction_makes_no_p_smaller_and_keeps_their_order(values: list[float]) -> None:
    for how in Correction:
        found = figures.corrected(values, how)
        assert all(p <= q <= 1 for p, q in zip(values, found, strict=True))
        ordered = [q for _, q in sorted(zip(values, found, strict=True))]
        assert all(a <= b + 1e-12 for a, b in pairwise(ordered))


def test_each_group_is_held_against_all_others_together() -> None:
    groups = {"a": HIGH, "b": MIDDLE, "c": MIDDLE}
    found = figures.compare(Metric.nps, Reading.nps, groups, 5, Against.rest)
    assert [(test.first, test.second) for test in found.tests] == [(None, "a"), (None, "b"), (None, "c")]
    assert found.tests[0].difference == figures.difference(Metric.nps, Reading.nps, MIDDLE + MIDDLE, HIGH)
    assert [test.differs for test in found.tests] == [True, False, False]


def test_pairs_are_corrected_for_how_many_they_are() -> None:
    groups = {"a": HIGH, "b": MIDDLE, "c": MIDDLE}
    found = figures.compare(Metric.nps, Reading.nps, groups, 5, Against.pairs)
    assert [(test.first, test.second) for test in found.tests] == [("a", "b"), ("a", "c"), ("b", "c")]
    raw = [test.difference.p for test in found.tests]
    assert [test.corrected for test in found.tests] == figures.corrected(raw, Correction.holm)
    assert found.tests[0].corrected == pytest.approx(3 * raw[0])


def test_a_group_with_too_few_answers_is_named_without_a_figure_and_tested_against_nothing() -> None:
    groups = {"a": HIGH, "few": Histogram.of(Metric.nps, {10: 4}), "c": MIDDLE}
    for against, pairs in {
        Against.rest: [(None, "a"), (None, "c")],
        Against.pairs: [("a", "c")],
        Against.previous: [],
    }.items():
        found = figures.compare(Metric.nps, Reading.nps, groups, 5, against)
        assert [(group.n, group.estimate is None) for group in found.groups] == [(100, False), (4, True), (100, False)]
        assert [(test.first, test.second) for test in found.tests] == pairs


def test_nothing_to_compare_is_no_error() -> None:
    assert figures.compare(Metric.nps, Reading.nps, {}, 5, Against.rest) == figures.Comparison([], [])
    assert figures.compare(Metric.nps, Reading.nps, {"a": HIGH}, 5, Against.rest).tests == []
