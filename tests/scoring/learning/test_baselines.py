"""What a model has to beat: the base rate, and naive Bayes in the way of Odoo."""

import pytest

from services.scoring.policy.learning import Example
from services.scoring.policy.learning.baselines import NaiveBayes, base_rate
from tests.scoring.learning.people import BEGAN


def cases(*values: tuple[str | float | None, bool]) -> list[Example]:
    return [Example({"source": value}, label, BEGAN) for value, label in values]


def test_the_base_rate_is_never_nothing_or_all() -> None:
    assert base_rate([]) == 0.5
    assert base_rate(cases(("a", False), ("a", False), ("a", True))) == pytest.approx(1.5 / 4)


def test_naive_bayes_counts_as_odoo_does() -> None:
    model = NaiveBayes.learned(cases(("web", True), ("web", True), ("web", False), ("phone", False)))
    won, lost = 0.5 * 2.1 / 2.2, 0.5 * 1.1 / 2.2
    assert model.probability({"source": "web"}) == pytest.approx(won / (won + lost))
    won, lost = 0.5 * 0.1 / 2.2, 0.5 * 1.1 / 2.2
    assert model.probability({"source": "phone"}) == pytest.approx(won / (won + lost))


def test_what_is_not_set_or_never_counted_says_nothing() -> None:
    model = NaiveBayes.learned(cases(("web", True), ("web", False), (None, False)))
    assert model.probability({"source": None}) == model.probability({"source": "fax"}) == pytest.approx(1 / 3)


def test_before_both_won_and_lost_there_is_no_probability() -> None:
    assert NaiveBayes.learned(cases(("web", True))).probability({"source": "web"}) is None


def test_numbers_go_into_bins() -> None:
    model = NaiveBayes.learned(cases(*((float(at), at >= 50) for at in range(100))))
    assert model.probability({"source": 95.0}) > 0.99
    assert model.probability({"source": 3.0}) < 0.01
