"""Measures of probabilities, against scikit-learn and by hand."""

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics

from services.scoring.policy.learning import measures
from shared.proportions import wilson


def drawn(seed: int, count: int = 400, ties: bool = True) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    told = draw.random(count)
    told = np.round(told, 1) * 0.9 + 0.05 if ties else told
    return told, draw.random(count) < told


@pytest.mark.parametrize("seed", range(5))
def test_auc_log_loss_and_brier_are_those_of_scikit_learn(seed: int) -> None:
    told, true = drawn(seed)
    assert measures.auc(told, true).value == pytest.approx(metrics.roc_auc_score(true, told), abs=1e-12)
    assert measures.log_loss(told, true).value == pytest.approx(metrics.log_loss(true, told), abs=1e-12)
    assert measures.brier(told, true).value == pytest.approx(metrics.brier_score_loss(true, told), abs=1e-12)


def test_delongs_interval_holds_the_true_auc_nineteen_times_of_twenty() -> None:
    draw = np.random.default_rng(1)
    truth = stats.norm.cdf(1 / np.sqrt(2))  # two normals, one deviation apart
    held = 0
    for _ in range(400):
        true = np.repeat([0, 1], [60, 40])
        found = measures.auc(draw.normal(size=100) + true, true)
        held += found.low <= truth <= found.high
    assert 0.92 <= held / 400 <= 0.975


def test_delongs_variance_is_that_of_all_pairs() -> None:
    told, true = drawn(3, 60)
    ones, zeros = told[true], told[~true]
    wins = (ones[:, None] > zeros[None, :]) + 0.5 * (ones[:, None] == zeros[None, :])
    variance = wins.mean(axis=1).var(ddof=1) / len(ones) + wins.mean(axis=0).var(ddof=1) / len(zeros)
    found = measures.auc(told, true)
    assert found.high - found.value == pytest.approx(1.959964 * np.sqrt(variance), rel=1e-6)


def test_the_difference_of_two_models_on_the_same_rows_is_known_better_than_either() -> None:
    told, true = drawn(5, 500, ties=False)
    worse = told + np.random.default_rng(6).normal(0, 0.1, 500)
    apart = measures.auc_difference(told, worse, true)
    one, other = measures.auc(told, true), measures.auc(worse, true)
    assert apart.value == pytest.approx(one.value - other.value)
    assert apart.high - apart.low < (one.high - one.low) / 2
    assert measures.better(measures.auc_difference(told, told, true)) == 1.0
    assert measures.better(measures.auc_difference(told, 1 - told, true)) < 1e-6


def test_without_both_labels_there_is_no_auc_and_without_rows_nothing() -> None:
    assert measures.auc([0.2, 0.3], [True, True]) == measures.Measure(None, 2)
    assert measures.log_loss([], []) == measures.Measure(None, 0)
    assert measures.lift([0.2], [False]).value is None
    assert measures.calibration([], []) == ()
    with pytest.raises(ValueError, match="2 probabilities for 1 labels"):
        measures.brier([0.1, 0.2], [True])


def test_bins_hold_equal_counts_and_wilsons_interval() -> None:
    told, true = drawn(7, 95)
    bins = measures.calibration(told, true)
    assert [one.n for one in bins] == [10] * 5 + [9] * 5
    assert sum(one.positives for one in bins) == true.sum()
    assert [one.mean_probability for one in bins] == sorted(one.mean_probability for one in bins)
    assert (bins[0].low, bins[0].high) == wilson(bins[0].positives, bins[0].n, measures.Z)


def test_ece_is_the_mean_distance_over_bins() -> None:
    told, true = [0.1] * 10 + [0.8] * 10, [True, *[False] * 9, *[True] * 6, *[False] * 4]
    assert measures.ece(told, true, bins=2).value == pytest.approx((0.0 + 0.2) / 2)


def test_true_probabilities_stand_off_as_much_as_chance_says() -> None:
    draw = np.random.default_rng(8)
    told = draw.random(3000)
    found = [measures.ece(told, draw.random(3000) < told).value for _ in range(60)]
    assert np.mean(found) == pytest.approx(measures.ece_by_chance(told), rel=0.1)


def test_lift_doesnt_depend_on_the_order_of_rows_told_alike() -> None:
    told, true = np.array([0.9] + [0.5] * 9 + [0.1] * 10), np.array([1] + [1, 0, 0] * 3 + [0] * 10)
    found = measures.lift(told, true)
    backwards = measures.lift(told[::-1], true[::-1])
    assert found == backwards
    assert found.value == pytest.approx((1 + 1 / 3) / 2 / (4 / 20))


def test_the_mean_ratio_says_by_how_much_all_is_told_too_low() -> None:
    found = measures.mean_ratio([0.25] * 100, [True] * 50 + [False] * 50)
    assert found.value == 0.5
    assert found.low < 0.5 < found.high < 1
