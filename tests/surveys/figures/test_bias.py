"""Who answered: response bias, weights that mend it, and what weighted answers are worth."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.policy import figures
from services.surveys.policy.figures import Cell, Histogram, Reading
from services.surveys.policy.figures.bias import chi_square, standardised
from shared.contracts.surveys import Metric
from tests.surveys.figures import REFERENCE

EVEN = {"SE": (100, 40), "RO": (100, 42)}


def test_whether_answering_depends_on_a_fact_is_a_chi_square_test() -> None:
    known = REFERENCE["response"]
    counted = list(zip(known["asked"], known["answered"], strict=True))
    assert chi_square(counted) == pytest.approx(known["chi_square"], rel=1e-9)


def test_small_categories_are_put_together_for_the_test() -> None:
    large, small = [(100, 40), (100, 60)], [(4, 2), (3, 1), (5, 2)]
    assert chi_square([*large, *small]) == pytest.approx(chi_square([*large, (12, 5)]))
    assert chi_square([(100, 40), (4, 2)]) == (None, None, None)
    assert chi_square([(100, 100), (50, 50)]) == (None, None, None)


def test_a_standardised_difference_is_that_of_the_shares_in_units_of_their_spread() -> None:
    # 30 of 50 and 40 of 100: 0.2 over √((0.24 + 0.24) / 2)
    assert standardised(30, 50, 40, 100) == pytest.approx(0.2 / math.sqrt(0.24))
    assert standardised(50, 50, 100, 100) is None


def test_a_fact_that_matters_is_called_uneven_and_one_that_does_not_is_not() -> None:
    facts = {"product": {"talent": (200, 120), "teacher": (200, 60)}, "country": EVEN}
    product, country = figures.response_bias(facts, 5)
    assert (product.uneven, country.uneven) == (True, False)
    assert product.corrected == pytest.approx(2 * product.p)
    assert [one.rate.value for one in product.categories] == [0.6, 0.3]
    assert product.categories[0].standardised == pytest.approx(-product.categories[1].standardised)


def test_a_certain_difference_that_is_too_small_to_matter_is_not_called_uneven() -> None:
    (fact,) = figures.response_bias({"month": {"may": (90_000, 45_000), "june": (90_000, 44_000)}}, 5)
    assert fact.corrected < 0.001
    assert fact.largest < 0.1
    assert fact.uneven is False


def test_from_too_few_nothing_is_compared() -> None:
    (few,) = figures.response_bias({"country": {"SE": (40, 2), "RO": (60, 2)}}, 5)
    assert (few.p, few.largest, few.uneven) == (None, None, None)
    (all_of_them,) = figures.response_bias({"country": {"SE": (40, 40), "RO": (60, 59)}}, 5)
    assert all_of_them.uneven is None
    (small,) = figures.response_bias({"country": {**EVEN, "DE": (4, 1)}}, 5)
    assert [one.rate is None for one in small.categories] == [False, False, True]


def cells(known: list[list]) -> dict[tuple[str, ...], Cell]:
    return {(a, b): Cell(asked, Histogram(1, (0, 0, 0, n, 0))) for a, b, asked, n in known}


def test_raking_finds_the_weights_that_a_general_optimiser_finds() -> None:
    known = REFERENCE["raking"]
    found = figures.rake(cells(known["cells"]))
    assert list(found.of.values()) == pytest.approx(known["weights"], rel=1e-5)
    assert not found.capped
    assert found.off < 1e-8
    assert found.uncovered == 0


def test_with_one_fact_it_is_post_stratification() -> None:
    found = figures.rake({("SE",): Cell(60, Histogram(1, (0, 0, 30))), ("RO",): Cell(40, Histogram(1, (0, 0, 10)))})
    assert found.of == pytest.approx({("SE",): 0.6 / 0.75, ("RO",): 0.4 / 0.25})


@given(st.lists(st.tuples(st.integers(1, 300), st.integers(1, 300)), min_size=2, max_size=6))
def test_weighted_answers_have_the_shares_of_those_asked(sizes: list[tuple[int, int]]) -> None:
    known = {(str(i),): Cell(asked + n, Histogram(1, (n, 0, 0))) for i, (asked, n) in enumerate(sizes)}
    found = figures.rake(known, cap=1e9)
    whole, total = sum(cell.asked for cell in known.values()), sum(cell.answers.n for cell in known.values())
    for facts, cell in known.items():
        assert found.of[facts] * cell.answers.n / total == pytest.approx(cell.asked / whole)


def test_the_cap_keeps_single_answers_from_deciding_and_says_what_it_leaves() -> None:
    known = {("SE",): Cell(10, Histogram(1, (99,))), ("RO",): Cell(990, Histogram(1, (1,)))}
    free, capped = figures.rake(known, cap=1e9), figures.rake(known, cap=5)
    assert free.largest == pytest.approx(99)
    assert capped.of == pytest.approx({("SE",): 95 / 99, ("RO",): 5.0})
    assert (free.capped, capped.capped) == (False, True)
    assert capped.off == pytest.approx(0.94)  # 5 % of the weight where 99 % were asked


def test_those_whose_like_nobody_answered_for_are_told_and_not_invented() -> None:
    known = {("SE",): Cell(60, Histogram(1, (30,))), ("RO",): Cell(40, Histogram(1, (0,)))}
    found = figures.rake(known)
    assert found.of == {("SE",): 1.0}
    assert found.uncovered == pytest.approx(0.4)


def test_a_weighted_mean_has_the_error_of_a_sandwich() -> None:
    known = REFERENCE["weighted"]
    found = figures.weighted(Metric.csat, Reading.mean, [(w, Histogram(1, tuple(n))) for w, n in known["groups"]])
    assert found.value == pytest.approx(known["mean"], rel=1e-9)
    half = (found.interval.high - found.interval.low) / 2
    assert half == pytest.approx(1.959963985 * known["error"], rel=1e-8)


def test_equal_weights_are_no_weights() -> None:
    answers = Histogram(1, (3, 4, 5, 20, 18))
    found = figures.weighted(Metric.csat, Reading.mean, [(2.5, answers)])
    assert (found.value, found.effective_n) == pytest.approx((answers.total / answers.n, answers.n))


def test_uneven_weights_are_worth_fewer_answers() -> None:
    groups = [(1, Histogram(1, (9, 0, 0, 0, 0))), (9, Histogram(1, (0, 0, 0, 0, 1)))]
    found = figures.weighted(Metric.csat, Reading.mean, groups)
    assert found.n == 10
    assert found.effective_n == pytest.approx(18**2 / 90)
