"""Moments of truth as statistics: held against statsmodels, and judged on simulated populations with planted truths."""

import os
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.multitest import multipletests

from services.journeys.policy.comparing import holm
from services.journeys.policy.durations import quantiles
from services.journeys.policy.effects import columns_of, fit, resampled
from services.journeys.policy.moments import Finding, Level, Mark, Outcome, Sample, findings, marks_of
from services.journeys.policy.observed import mean_of, nps_of

WORLDS = int(os.environ.get("SOJOURN_WORLDS", "120"))  # simulated maps; more of them on demand
CHANCE = np.random.default_rng(20260301)


def points(liking: np.ndarray) -> np.ndarray:
    """Likings as NPS points, as the answers would give them."""
    score = np.clip(np.round(liking), 0, 10)
    return np.where(score >= 9, 100.0, np.where(score <= 6, -100.0, 0.0))


def world(n: int, effect: float, chance: np.random.Generator, factors: int = 1) -> Sample:
    """Committees and seasons differ in how well they do *and* in how loyal their customers are. The first factor has
    the effect, in points of liking; the others have none."""
    committee, season = chance.integers(0, 6, n), chance.integers(0, 4, n)
    good = {f"{k}": (chance.random(n) < 0.55 + 0.06 * committee).astype(float) for k in range(factors)}
    liking = 6.9 + 0.35 * committee + 0.2 * season + effect * good["0"] + chance.normal(0, 1.7, n)
    return Sample(Outcome.nps, points(liking), np.arange(n), {"hosting": committee, "quarter": season}, good)


def truth(effect: float) -> float:
    """What the regression finds from a million stays: the effect in NPS points."""
    found = _effect(world(400_000, effect, np.random.default_rng(7)))
    return found.estimate


def _effect(sample: Sample) -> Any:
    known = columns_of(list(sample.known.values()), len(sample.values))
    found = fit(sample.values, sample.factors["0"], known, sample.customers)
    assert found is not None
    return found.effect


def test_the_effect_and_its_interval_are_those_of_statsmodels() -> None:
    sample = world(180, 0.8, CHANCE)
    known = columns_of(list(sample.known.values()), 180)
    ours = _effect(sample)
    model = sm.OLS(sample.values, np.column_stack([sample.factors["0"], known])).fit(cov_type="HC3", use_t=True)
    assert ours.estimate == pytest.approx(model.params[0], abs=1e-8)
    assert ours.se == pytest.approx(model.bse[0], rel=1e-8)
    assert (ours.low, ours.high) == pytest.approx(tuple(model.conf_int()[0]), rel=1e-8)
    assert ours.p == pytest.approx(model.pvalues[0], rel=1e-6)


def test_customers_with_several_stays_are_clusters_as_in_statsmodels() -> None:
    sample = world(240, 0.8, CHANCE)
    customers = np.sort(CHANCE.integers(0, 90, 240))
    known = columns_of(list(sample.known.values()), 240)
    found = fit(sample.values, sample.factors["0"], known, customers)
    assert found is not None
    model = sm.OLS(sample.values, np.column_stack([sample.factors["0"], known]))
    theirs = model.fit(cov_type="cluster", cov_kwds={"groups": customers}, use_t=True)
    assert found.effect.se == pytest.approx(theirs.bse[0], rel=1e-8)
    assert found.effect.p == pytest.approx(theirs.pvalues[0], rel=1e-6)
    assert found.effect.customers == len(set(customers))


def test_corrected_p_values_are_holms_as_in_statsmodels() -> None:
    values = list(CHANCE.random(12) ** 3)
    assert holm(values) == pytest.approx(list(multipletests(values, method="holm")[1]))
    assert holm([]) == []


def test_resamples_spread_as_the_standard_error_says() -> None:
    sample = world(3000, 0.8, CHANCE)
    known = columns_of(list(sample.known.values()), 3000)
    found = fit(sample.values, sample.factors["0"], known, sample.customers)
    assert found is not None
    drawn = resampled(found, sample.customers, 2000, np.random.default_rng(1))
    assert drawn.std() == pytest.approx(found.effect.se, rel=0.12)
    assert drawn.mean() == pytest.approx(found.effect.estimate, abs=found.effect.se / 4)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # in statsmodels, at the end of the curve
def test_times_are_kaplan_and_meiers_as_in_statsmodels() -> None:
    lasted, over = np.round(CHANCE.exponential(20, 300), 1), CHANCE.random(300) < 0.7
    curve = SurvfuncRight(lasted, over.astype(int))
    half, most = quantiles(list(lasted), list(over), (0.5, 0.9))
    assert (half.value, most.value) == (curve.quantile(0.5), curve.quantile(0.9))
    low, high = curve.quantile_ci(0.5, method="cloglog")
    assert (half.low, half.high) == (low, high)
    counts = np.unique(np.column_stack([lasted, over]), axis=0, return_counts=True)
    again = quantiles(list(counts[0][:, 0]), list(counts[0][:, 1] > 0), (0.5, 0.9), list(counts[1]))
    assert [again[0], again[1]] == [half, most]
    assert quantiles([5.0, 8.0], [False, False], (0.5,))[0].value is None


def test_intervals_cover_the_planted_effect_as_often_as_they_promise() -> None:
    chance, real = np.random.default_rng(11), truth(0.8)
    covered = [found.low <= real <= found.high for found in (_effect(world(150, 0.8, chance)) for _ in range(600))]
    assert np.mean(covered) >= 0.93


def test_where_nothing_was_planted_nothing_is_marked_but_for_one_map_in_twenty() -> None:
    chance, marked = np.random.default_rng(12), 0
    for number in range(WORLDS):
        found = findings([world(200, 0.0, chance, factors=8)], number)
        assert all(one.enough for one in found)
        marked += any(one.marked for one in found)
    assert marked / WORLDS <= 0.05


def test_a_planted_effect_is_marked_and_nothing_beside_it() -> None:
    chance, right, wrong = np.random.default_rng(13), 0, 0
    for number in range(60):
        found = findings([world(600, 1.2, chance, factors=6)], number)
        right += found[0].marked
        wrong += any(one.marked for one in found[1:])
    assert right / 60 >= 0.9
    assert wrong / 60 <= 0.1


def test_what_committees_do_is_not_taken_for_what_a_touchpoint_does() -> None:
    """Without the committees held fixed the same factor would seem to move loyalty."""
    sample = world(5000, 0.0, np.random.default_rng(14))
    plain = fit(sample.values, sample.factors["0"], np.ones((5000, 1)), sample.customers)
    assert plain is not None
    assert plain.effect.p < 0.001
    assert abs(_effect(sample).t) < 2.5


def test_too_few_is_an_answer() -> None:
    few = findings([world(40, 1.0, CHANCE)], 1)[0]
    assert (few.enough, few.why, few.effect, few.marked) == (False, "too_few", None, False)
    sample = world(300, 1.0, CHANCE)
    sample.factors["0"][:] = 1.0  # type: ignore[index]
    sample.factors["0"][:5] = 0.0  # type: ignore[index]
    assert findings([sample], 1)[0].why == "too_few_of_one_kind"
    sample.factors["0"][:] = sample.known["hosting"] > 2  # type: ignore[index]
    assert findings([sample], 1)[0].why == "nothing_varies"
    assert findings([], 1) == []


def test_marks_follow_from_effects_and_from_how_often_it_goes_well() -> None:
    sure = Finding("a", Outcome.nps, 300, enough=True, effect=30.0, marked=True)
    blocks = Finding("a", Outcome.conversion, 300, enough=True, effect=20.0, marked=True)
    unsure = Finding("a", Outcome.nps, 300, enough=True, effect=30.0)
    assert marks_of([sure], [Level(270, 300)], 10) == [Mark.moment_of_truth, Mark.differentiator]
    assert marks_of([sure], [Level(230, 300)], 10) == [Mark.moment_of_truth]  # 77 %: not surely three in four
    assert marks_of([blocks], [Level(200, 300)], 10) == [Mark.moment_of_truth, Mark.non_quality]
    assert marks_of([unsure], [Level(290, 300)], 10) == []
    assert marks_of([], [Level(30, 300)], 10) == [Mark.non_quality]
    assert marks_of([], [Level(5, 12)], 10) == []


def test_figures_of_scores_have_their_intervals() -> None:
    nps = nps_of([[3, 10], [8, 20], [10, 30]])
    assert nps is not None
    assert nps["value"] == pytest.approx(33.33)
    assert nps["low"] < nps["value"] < nps["high"]
    mean = mean_of([[4, 20], [6, 20]])
    model = sm.stats.DescrStatsW([4.0] * 20 + [6.0] * 20)
    assert mean is not None
    assert (mean["low"], mean["high"]) == pytest.approx(model.tconfint_mean(), abs=1e-3)
    assert nps_of([]) is mean_of([]) is None
