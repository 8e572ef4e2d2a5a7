"""Outcomes that come late: the curve is found, and open cases make probabilities neither too low nor too high."""

from datetime import timedelta

import numpy as np
import pytest

from services.scoring.policy.learning import Example, train
from services.scoring.policy.learning.delays import DelayCurve, Open, completed, still
from tests.scoring.learning.people import BEGAN, RULES, chances, rows

HORIZON = timedelta(days=180)
# A real funnel: 30 % of what comes true within 7 days, half within 15, 65 % within 30, 82 % within 90.
DAYS, SHARES = (0.0, 7.0, 15.0, 30.0, 90.0, 180.0), (0.0, 0.30, 0.50, 0.65, 0.82, 1.0)


def funnel(
    count: int, seed: int, span: float = 240.0
) -> tuple[list[Example], list[Open], list[tuple[timedelta, timedelta]]]:
    """Cases that began evenly over `span` days, as known on the last one: final ones, open ones, delays with ages."""
    draw, given = np.random.default_rng(seed), rows(count, seed)
    true = draw.random(count) < chances(given)
    delays, ages = np.interp(draw.random(count), SHARES, DAYS), draw.uniform(0, span, count)
    final, opened, seen = [], [], []
    for row, label, delay, age in zip(given, true, delays, ages, strict=True):
        began = BEGAN + timedelta(days=span - age)
        if label and delay <= age:
            final.append(Example(row, True, began))
            seen.append((timedelta(days=delay), timedelta(days=age)))
        elif age >= HORIZON.days:
            final.append(Example(row, False, began))
        else:
            opened.append(Open(row, began, timedelta(days=age)))
    return final, opened, seen


def test_the_curve_is_found_although_young_cases_show_short_delays_only() -> None:
    _, _, seen = funnel(9000, 1)
    curve = DelayCurve.of_cases(seen, HORIZON)
    found = [curve.share(timedelta(days=day)) for day in DAYS]
    assert found == pytest.approx(SHARES, abs=0.04)
    short = np.mean([delay <= timedelta(days=15) for delay, _ in seen])
    assert short > 0.55  # what plain counting would say


def test_the_curve_of_nothing_takes_open_cases_for_lost_only_at_the_horizon() -> None:
    curve = DelayCurve.of_cases([], HORIZON)
    assert curve.share(timedelta(0)) == 0
    assert curve.share(HORIZON) == curve.share(HORIZON * 2) == 1


def test_an_open_case_grows_hopeless_with_age() -> None:
    assert still(0.4, 0.0) == pytest.approx(0.4)
    assert still(0.4, 0.5) == pytest.approx(0.2 / 0.8)
    assert still(0.4, 1.0) == 0.0


@pytest.mark.parametrize("seed", [2, 3])
def test_the_mean_told_is_within_five_percent_of_the_mean_true(seed: int) -> None:
    final, opened, seen = funnel(5000, seed, span=300)
    curve = DelayCurve.of_cases(seen, HORIZON)
    judged = rows(4000, 77 + seed)
    true = chances(judged).mean()
    mended = train(completed(final, opened, curve, RULES, 1), RULES, 1, trees=False)
    assert mended.probabilities(judged).mean() == pytest.approx(true, rel=0.05)
    assert mended.evidence == len(final)
    as_lost = [*final, *(Example(case.row, False, case.at) for case in opened)]
    assert train(as_lost, RULES, 1, trees=False).probabilities(judged).mean() < 0.93 * true
    assert train(final, RULES, 1, trees=False).probabilities(judged).mean() > 1.07 * true


def test_without_open_cases_examples_are_as_they_are() -> None:
    final, _, seen = funnel(50, 4)
    assert completed(final, [], DelayCurve.of_cases(seen, HORIZON), RULES, 1) == final
