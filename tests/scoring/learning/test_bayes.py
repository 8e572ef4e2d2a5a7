"""The Bayesian model: its likeliest weights, its evidence, and what a step for one label makes of them."""

import numpy as np
import pytest
from scipy.integrate import quad
from sklearn.linear_model import LogisticRegression

from services.scoring.policy.learning import online
from services.scoring.policy.learning.bayes import Data, Layout, Normal, fit, laplace, prior, sigmoid

LAYOUT = Layout(rules=0, end=4)


def drawn(count: int, seed: int = 1) -> Data:
    draw = np.random.default_rng(seed)
    features = np.column_stack([np.ones(count), draw.normal(size=(count, 3))])
    labels = (draw.random(count) < sigmoid(features @ np.array([-0.5, 1.0, 0.0, -0.7]))).astype(float)
    return Data(features, labels, np.ones(count))


def test_the_likeliest_weights_are_those_of_ridge_regression() -> None:
    data = drawn(300)
    at, _, _ = laplace(data, np.zeros(4), np.ones(4), np.zeros(4))
    ridge = LogisticRegression(C=1.0, fit_intercept=False, tol=1e-10).fit(data.features, data.labels)
    assert at == pytest.approx(ridge.coef_[0], abs=1e-5)


def test_weights_of_examples_count_like_repeats() -> None:
    data = drawn(80)
    heavy = fit(Data(data.features, data.labels, 2 * data.weights), LAYOUT, 0.0)[0]
    twice = fit(
        Data(*(np.concatenate([part, part]) for part in (data.features, data.labels, data.weights))), LAYOUT, 0.0
    )[0]
    assert heavy.mean == pytest.approx(twice.mean, abs=1e-5)
    assert heavy.covariance == pytest.approx(twice.covariance, abs=1e-5)


def test_the_evidence_is_the_integral_over_the_weights() -> None:
    data = drawn(30)
    one = Data(data.features[:, :1], data.labels, data.weights)

    def likelihood(weight: float) -> float:
        odds = np.full(30, weight)
        density = np.exp(-0.5 * (weight / 0.7) ** 2) / (0.7 * np.sqrt(2 * np.pi))
        return float(np.exp((data.labels * odds - np.logaddexp(0, odds)).sum()) * density)

    _, _, evidence = laplace(one, np.zeros(1), np.array([0.7]), np.zeros(1))
    assert evidence == pytest.approx(np.log(quad(likelihood, -5, 5)[0]), abs=0.02)


def test_without_data_the_prior_is_what_is_known() -> None:
    layout = Layout(rules=2, end=6)
    known, pull = fit(Data(np.empty((0, 6)), np.empty(0), np.empty(0)), layout, -1.2)
    assert known.mean.tolist() == [-1.2, 1.0, 1.0, 0.0, 0.0, 0.0]
    assert np.diag(known.covariance) == pytest.approx(pull)
    assert known.covariance == pytest.approx(prior(layout, -1.2).covariance)


def test_label_by_label_comes_close_to_all_at_once() -> None:
    data = drawn(600)
    known = Normal(np.zeros(4), np.eye(4))
    for row, label in zip(data.features, data.labels, strict=True):
        online.step(known, np.arange(4), row, bool(label), 1.0)
    at, covariance, _ = laplace(data, np.zeros(4), np.ones(4), np.zeros(4))
    assert known.mean == pytest.approx(at, abs=0.1)
    assert np.diag(known.covariance) == pytest.approx(np.diag(covariance), rel=0.25)
    assert known.covariance == pytest.approx(known.covariance.T)


def test_a_step_touches_what_goes_together_and_forgetting_widens_to_the_prior() -> None:
    known = Normal(np.zeros(3), np.diag([1.0, 0.5, 0.5]))
    online.step(known, np.array([0, 2]), np.array([1.0, 2.0]), True, 1.0)
    assert known.mean[1] == 0
    assert known.mean[2] > 0
    assert known.covariance[0, 2] < 0
    online.forget(known, np.array([1.0, 0.5, 0.5]), labels=10**6)
    assert known.covariance == pytest.approx(np.diag([1.0, 0.5, 0.5]))
