"""The estimators of the funnel against statsmodels and scipy, and against populations whose truth is known."""

import os

import numpy as np
import pytest
from scipy import stats
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight
from statsmodels.stats.multitest import multipletests

from services.journeys.policy.causes import compared, expected
from services.journeys.policy.comparing import difference, holm
from services.journeys.policy.incidence import ENDED, OPEN, REACHED, Incidence, half_time, incidence, log_log

TIMES = float(os.environ.get("SOJOURN_SIMULATIONS", "1"))
LONG, ROUNDS = TIMES > 1, int(400 * TIMES)
HAZARDS = {REACHED: 1 / 60, ENDED: 1 / 90}


def lives(dice: np.random.Generator, count: int) -> np.ndarray:
    """Day and outcome of each: two competing exponential times, and a day after which nothing is known."""
    came, ended = (dice.exponential(1 / HAZARDS[what], count) for what in (REACHED, ENDED))
    seen = dice.uniform(30, 300, count)
    days = np.floor(np.minimum(np.minimum(came, ended), seen)).astype(int)
    outcome = np.where(seen < np.minimum(came, ended), OPEN, np.where(came < ended, REACHED, ENDED))
    return np.stack([days, outcome], axis=1)


def counted(cases: np.ndarray) -> list[tuple[int, int, int]]:
    rows, counts = np.unique(cases, axis=0, return_counts=True)
    return [(int(day), int(outcome), int(count)) for (day, outcome), count in zip(rows, counts, strict=True)]


def truth(day: float) -> float:
    """The share that came within `day` + 1 whole days."""
    total = sum(HAZARDS.values())
    return HAZARDS[REACHED] / total * (1 - np.exp(-total * (day + 1)))


@pytest.mark.parametrize("count", [40, 600])
def test_shares_and_errors_are_those_of_statsmodels(count: int) -> None:
    cases = np.vstack([lives(np.random.default_rng(count), count), [[400, OPEN]]])  # it divides by those who are left
    found, theirs = incidence(counted(cases)), CumIncidenceRight(cases[:, 0], cases[:, 1])
    ours = np.isin(found.days, theirs.times)
    known = found.at_risk[ours] > (found.reached + found.ended)[ours]
    assert np.allclose(found.value[ours], theirs.cinc[0], atol=1e-12)
    assert np.allclose(found.error[ours][known], theirs.cinc_se[0][known], atol=1e-12)


def test_without_other_ends_it_is_one_minus_kaplan_and_meier() -> None:
    cases = lives(np.random.default_rng(5), 300)
    cases = np.vstack([cases[cases[:, 1] != ENDED], [[400, OPEN]]])
    found = incidence(counted(cases))
    theirs = SurvfuncRight(cases[:, 0], cases[:, 1])
    ours = np.isin(found.days, theirs.surv_times)
    assert np.allclose(1 - found.value[ours], theirs.surv_prob)
    inside = found.at_risk[ours] > found.reached[ours]
    assert np.allclose(found.error[ours][inside], theirs.surv_prob_se[inside])


def test_open_cases_are_no_drop_offs() -> None:
    settled = [(10, REACHED, 30), (20, ENDED, 30)]
    with_open = incidence([*settled, (5, OPEN, 1000)])
    assert with_open.at(30).value == incidence(settled).at(30).value == 0.5  # type: ignore[union-attr]
    as_drop_offs = incidence([*settled, (5, ENDED, 1000)])
    assert as_drop_offs.at(30).value < 0.03  # type: ignore[union-attr]


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    dice, held, halves = np.random.default_rng(11), np.zeros(3), 0
    for _ in range(ROUNDS):
        found = incidence(counted(lives(dice, 300)))
        for place, day in enumerate((15, 60, 150)):
            estimate = found.at(day)
            assert estimate is not None
            held[place] += estimate.low <= truth(day) <= estimate.high
        halves += _holds_half(found)
    assert (held / ROUNDS >= 0.93).all(), held / ROUNDS
    assert halves / ROUNDS >= (0.93 if LONG else 0.92), halves / ROUNDS


def _holds_half(found: Incidence) -> bool:
    half = half_time(found)
    assert half is not None
    total, end = sum(HAZARDS.values()), truth(found.horizon)
    day = -np.log(1 - 0.5 * end * total / HAZARDS[REACHED]) / total
    return bool(half.low <= day <= half.high + 1)


def test_a_few_intervals_by_hand_and_at_the_ends() -> None:
    assert log_log(0.0, 0.0) == (0.0, 0.0)
    assert log_log(1.0, 0.0) == (1.0, 1.0)
    low, high = log_log(0.25, 0.05)
    spread = 1.959963984540054 * 0.05 / (0.25 * np.log(0.25))
    assert (low, high) == pytest.approx((0.25 ** np.exp(-spread), 0.25 ** np.exp(spread)))
    assert 0 < low < 0.25 < high < 1
    assert incidence([]).at(3) is None
    assert half_time(incidence([(3, OPEN, 5)])) is None
    with pytest.raises(ValueError, match="before it began"):
        incidence([(-1, REACHED, 1)])


def test_differences_and_corrections_are_those_of_the_books() -> None:
    gap = difference(0.30, 0.03, 0.22, 0.01)
    assert gap is not None
    z = 0.08 / np.hypot(0.03, 0.01)
    assert gap.p == pytest.approx(2 * stats.norm.sf(z))
    assert (gap.low, gap.high) == pytest.approx((0.08 - 1.96 * np.hypot(0.03, 0.01), 0.08 + 1.96 * 0.0316227), abs=1e-4)
    values = [0.001, 0.04, 0.03, 0.6, 0.02]
    assert holm(values) == pytest.approx(multipletests(values, method="holm")[1])
    assert difference(0.1, 0.0, 0.2, 0.0) is None


def test_many_equal_groups_are_seldom_called_different() -> None:
    """The family-wise error of Holm's correction over twenty groups that don't differ: 5 of 100 in the long run."""
    dice, wrong, rounds = np.random.default_rng(3), 0, int(40 * TIMES)
    for _ in range(rounds):
        groups = {f"g{n}": counted(lives(dice, 120)) for n in range(20)}
        found = compared({"entity": groups})
        wrong += any(one["difference"]["p_holm"] < 0.05 for one in found["levels"])
    assert wrong / rounds <= 0.10


def test_a_group_that_loses_people_comes_first_and_small_ones_are_not_judged() -> None:
    dice = np.random.default_rng(8)
    worse = lives(dice, 400)
    worse[worse[:, 1] == REACHED, 1] = np.where(dice.random(int((worse[:, 1] == REACHED).sum())) < 0.6, ENDED, REACHED)
    groups = {"good": counted(lives(dice, 400)), "bad": counted(worse), "tiny": counted(lives(dice, 12))}
    first, *_, last = compared({"entity": groups})["levels"]
    assert (first["level"], first["difference"]["p_holm"] < 0.01, first["lost"] > 50) == ("bad", True, True)
    assert (last["level"], last["share"], last["difference"]) == ("tiny", None, None)


def test_a_sum_of_scores_foretells_what_comes() -> None:
    dice = np.random.default_rng(4)
    scores = np.round(dice.beta(2, 5, 800), 2)
    rows = [(float(score), int(count)) for score, count in zip(*np.unique(scores, return_counts=True), strict=True)]
    told = expected(rows)
    held = [told["low"] <= (dice.random(800) < scores).sum() <= told["high"] for _ in range(400)]
    assert np.mean(held) >= 0.93
