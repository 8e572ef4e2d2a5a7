"""Single figures: the histogram they are made of, their values and intervals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.policy import figures
from services.surveys.policy.figures import Histogram, Reading
from services.surveys.policy.figures.histogram import GOOD, worth
from services.surveys.policy.metrics import SCALES, Bucket, bucket
from shared.contracts.surveys import Metric
from tests.surveys.figures import REFERENCE

METRICS = st.sampled_from(Metric)


def answers_of(metric: Metric) -> st.SearchStrategy[list[int]]:
    return st.lists(st.sampled_from(SCALES[metric].values), min_size=2, max_size=60)


def counted(metric: Metric, answers: list[int]) -> Histogram:
    return Histogram.of(metric, {value: answers.count(value) for value in set(answers)})


def five(counts: list[int]) -> Histogram:
    return Histogram(1, tuple(counts))


@given(data=st.data(), metric=METRICS)
def test_a_histogram_says_what_the_answers_say(data: st.DataObject, metric: Metric) -> None:
    answers = data.draw(answers_of(metric))
    found = counted(metric, answers)
    assert (found.n, found.total, found.squares) == (len(answers), sum(answers), sum(a * a for a in answers))


@given(data=st.data(), metric=METRICS)
def test_a_part_and_the_rest_are_the_whole(data: st.DataObject, metric: Metric) -> None:
    part, rest = (counted(metric, data.draw(answers_of(metric))) for _ in range(2))
    assert (part + rest) - part == rest
    assert (part + rest).n == part.n + rest.n


def test_what_is_not_on_the_scale_falls_beside_no_bucket_but_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\[11\] not on the scale 0…10"):
        Histogram.of(Metric.nps, {9: 3, 11: 1})
    with pytest.raises(ValueError, match="more was to be taken away"):
        _ = five([1, 0, 0, 0, 0]) - five([0, 1, 0, 0, 0])
    with pytest.raises(ValueError, match="different scales"):
        _ = five([1, 0, 0, 0, 0]) + Histogram(1, (1, 0, 0, 0, 0, 0, 0))


@given(answers_of(Metric.nps))
def test_the_buckets_are_exhaustive_and_each_answer_is_in_its_own(answers: list[int]) -> None:
    found = figures.buckets(counted(Metric.nps, answers))
    assert sum(found.values()) == len(answers)
    assert found == {name: sum(bucket(answer) is name for answer in answers) for name in Bucket}


@given(answers_of(Metric.nps))
def test_nps_is_the_mean_of_what_each_answer_is_worth(answers: list[int]) -> None:
    values = worth(Metric.nps, Reading.nps)
    assert figures.estimate(Metric.nps, Reading.nps, counted(Metric.nps, answers)).value == pytest.approx(
        100 * sum(values[answer] for answer in answers) / len(answers)
    )


@given(data=st.data(), metric=METRICS)
def test_every_interval_holds_its_figure_and_stays_on_the_scale(data: st.DataObject, metric: Metric) -> None:
    answers = counted(metric, data.draw(answers_of(metric)))
    scale = SCALES[metric]
    ends = {Reading.mean: (scale.low, scale.high), Reading.share: (0, 1), Reading.nps: (-100, 100)}
    for reading in Reading:
        if reading is Reading.nps and metric is not Metric.nps:
            continue
        found = figures.estimate(metric, reading, answers)
        if found.interval:
            low, high = ends[reading]
            assert low <= found.interval.low <= found.value + 1e-9
            assert found.value - 1e-9 <= found.interval.high <= high


def test_there_is_no_nps_of_another_metric() -> None:
    with pytest.raises(ValueError, match="no NPS of csat"):
        figures.estimate(Metric.csat, Reading.nps, five([1, 1, 1, 1, 1]))


def test_the_interval_of_adjusted_wald_has_a_centre_of_its_own() -> None:
    found = figures.estimate(Metric.nps, Reading.nps, Histogram.of(Metric.nps, {10: 5}))
    assert (found.value, found.interval.high, found.interval.centre) == (100.0, 100.0, 62.5)  # (5.75 − 0.75) / 8
    assert found.interval.low < 60


@pytest.mark.parametrize("known", REFERENCE["means"])
def test_a_mean_has_its_t_interval(known: dict) -> None:
    found = figures.scores.mean(five(known["first"]))
    assert [found.value, found.interval.low, found.interval.high] == pytest.approx(known["mean"], rel=1e-9)


def test_a_mean_worked_by_hand() -> None:
    found = figures.scores.mean(Histogram(1, (0, 0, 0, 1, 1, 2, 2)))  # mean 5.8333, s 1.16905, t(5) 2.57058: ± 1.22684
    assert (found.interval.low, found.interval.high) == (pytest.approx(4.6065, abs=1e-4), 7.0)


def test_a_mean_of_answers_that_are_all_alike_has_no_interval() -> None:
    assert figures.scores.mean(five([0, 0, 0, 9, 0])) == figures.Estimate(9, 4.0, None)


def test_a_mean_whose_interval_would_leave_the_scale_is_cut() -> None:
    assert figures.scores.mean(five([0, 0, 0, 1, 1])).interval.high == 5.0


@pytest.mark.parametrize("known", REFERENCE["shares"])
def test_a_share_has_wilsons_interval(known: dict) -> None:
    found = figures.share(*known["first"]).interval
    assert [found.low, found.high] == pytest.approx(known["wilson"], abs=1e-9)


def test_what_counts_as_good_lies_at_the_good_end() -> None:
    """CES 1.0 counts effort, so that its low values are the good ones."""
    for metric, (low, high) in GOOD.items():
        assert (low == SCALES[metric].low) == (metric in figures.LOW_IS_GOOD)
        assert (high == SCALES[metric].high) != (metric in figures.LOW_IS_GOOD)
    assert figures.estimate(Metric.ces1, Reading.share, five([3, 2, 1, 3, 1])).value == 0.5
    assert figures.estimate(Metric.csat, Reading.share, five([3, 2, 1, 3, 1])).value == 0.4
