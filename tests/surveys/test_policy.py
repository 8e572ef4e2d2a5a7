"""The room's rules, without a database: buckets, figures, what opens a case, who may answer."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.policy import cases, figures, invitations, metrics
from services.surveys.policy.invitations import AnsweredAlready, State, SurveyOver
from services.surveys.policy.metrics import Bucket, bucket
from services.surveys.policy.questionnaire import closest, direction, tidy_comment
from shared.contracts.fields import Side
from shared.contracts.surveys import CaseCause, GivenScore, Metric
from shared.errors import Conflict

NOW = datetime(2026, 6, 1, tzinfo=UTC)
# Answers 0, 1, … 10 to "how likely to recommend" in the guest surveys of San Francisco airport (DataSF, public domain).
SFO_2017 = (17, 6, 8, 19, 18, 144, 130, 291, 677, 564, 872)
SFO_2018 = (24, 11, 24, 26, 24, 205, 133, 334, 601, 498, 770)


def counted(answers: tuple[int, ...]) -> figures.Counts:
    """The counts of answers that are given as how many there are of each score."""
    by = {name: sum(n for score, n in enumerate(answers) if bucket(score) is name) for name in Bucket}
    total = sum(score * n for score, n in enumerate(answers))
    squares = sum(score**2 * n for score, n in enumerate(answers))
    return figures.Counts(sum(answers), total, squares, by[Bucket.promoter], by[Bucket.detractor])


@pytest.mark.parametrize(
    ("answers", "n", "score", "low", "high"),
    [(SFO_2017, 2746, 39.84, 37.18, 42.41), (SFO_2018, 2650, 30.98, 28.12, 33.77)],
)
def test_the_nps_of_a_real_survey_is_reproduced(
    answers: tuple[int, ...], n: int, score: float, low: float, high: float
) -> None:
    counts = counted(answers)
    nps, interval = figures.nps(counts)
    assert counts.n == n
    assert (round(nps, 2), round(interval.low, 2), round(interval.high, 2)) == (score, low, high)
    assert interval.method == "adjusted-wald"


def test_the_nps_interval_is_cut_to_the_scale_and_never_has_no_width() -> None:
    nps, interval = figures.nps(figures.Counts(5, 50, 500, promoters=5))
    assert (nps, interval.high) == (100.0, 100.0)
    assert interval.low < 60


@pytest.mark.parametrize(
    ("freedom", "quantile"),
    [(1, 12.7062), (2, 4.3027), (4, 2.7764), (9, 2.2622), (29, 2.0452), (100, 1.9840), (2000, 1.9612)],
)
def test_students_t_is_that_of_the_tables(freedom: int, quantile: float) -> None:
    assert figures.t_quantile(0.975, freedom) == pytest.approx(quantile, abs=5e-5)


def test_a_mean_has_its_t_interval() -> None:
    scores = [7, 6, 6, 5, 4, 7]  # mean 5.8333, s 1.16905, t(5) 2.57058: ± 1.22684, worked by hand
    counts = figures.Counts(len(scores), sum(scores), sum(score**2 for score in scores))
    mean, interval = figures.mean(counts, metrics.SCALES[Metric.ces2])
    assert mean == pytest.approx(5.8333, abs=1e-4)
    assert interval is not None
    assert (interval.low, interval.high) == (pytest.approx(4.6065, abs=1e-4), 7.0)


def test_answers_that_are_all_alike_have_no_t_interval() -> None:
    assert figures.mean(figures.Counts(5, 35, 245), metrics.SCALES[Metric.ces2]) == (7.0, None)


@given(st.integers(0, 10))
def test_every_nps_answer_falls_into_exactly_one_bucket(score: int) -> None:
    found = bucket(score)
    assert (found is Bucket.promoter) == (score in (9, 10))
    assert (found is Bucket.passive) == (score in (7, 8))
    assert (found is Bucket.detractor) == (score <= 6)


@pytest.mark.parametrize("score", [-1, 11, 100, True, 9.0])
def test_what_is_no_nps_answer_is_in_no_bucket(score: object) -> None:
    with pytest.raises(ValueError, match="not on the NPS scale"):
        bucket(score)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("scores", "cause"),
    [
        ({Metric.nps: 6, Metric.ces2: 7}, CaseCause.detractor),
        ({Metric.nps: 7, Metric.ces2: 3}, CaseCause.high_effort),
        ({Metric.nps: 0, Metric.ces2: 1}, CaseCause.detractor),
        ({Metric.nps: 7, Metric.ces2: 4}, None),
        ({Metric.ces2: 3}, CaseCause.high_effort),
        ({Metric.ces1: 3}, None),
        ({Metric.ces1: 4}, CaseCause.high_effort),
        ({}, None),
    ],
)
def test_a_detractor_or_high_effort_opens_one_case(scores: dict[Metric, int], cause: CaseCause | None) -> None:
    given = [GivenScore(metric=metric, about="experience", score=score) for metric, score in scores.items()]
    found = cases.trouble_in(given, {}, (), cases.Rules())
    assert (found and found.cause) is cause


def test_the_host_owns_a_case_by_default() -> None:
    assert {cases.OWNERS[cause] for cause in CaseCause} == {Side.hosting}


def test_a_case_can_be_reported_up_to_a_month_after_the_end() -> None:
    cases.check_reportable(date(2026, 5, 24), date(2026, 6, 24), 31)
    with pytest.raises(Conflict, match="31 days"):
        cases.check_reportable(date(2026, 5, 24), date(2026, 6, 25), 31)


@pytest.mark.parametrize("state", [State.invited, State.delivered])
def test_an_open_invitation_expires_on_the_second(state: State) -> None:
    invitations.check_open(state, NOW, NOW - timedelta(seconds=1))
    with pytest.raises(SurveyOver):
        invitations.check_open(state, NOW, NOW)


def test_an_answered_invitation_stays_answered_after_its_expiry() -> None:
    assert invitations.state_now(State.answered, NOW, NOW + timedelta(days=1)) is State.answered
    with pytest.raises(AnsweredAlready):
        invitations.check_open(State.answered, NOW, NOW - timedelta(days=1))


def test_a_cancelled_invitation_is_over() -> None:
    with pytest.raises(SurveyOver):
        invitations.check_open(State.cancelled, NOW, NOW - timedelta(days=1))


@pytest.mark.parametrize(
    ("language", "shown"), [("ro", "ro"), ("ro-MD", "ro"), ("sv-FI", "sv"), ("hu", "en"), ("en-GB", "en")]
)
def test_a_language_falls_back_to_its_base_and_then_to_english(language: str, shown: str) -> None:
    assert closest(language, ["en", "ro", "sv"]) == shown


def test_hebrew_runs_from_right_to_left() -> None:
    assert (direction("he"), direction("ar-EG"), direction("ro")) == ("rtl", "rtl", "ltr")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (None, None),
        ("", None),
        (" \r\n\t ", None),
        ("a\r\nb\rc", "a\nb\nc"),
        ("x\x00y\x0bz\x7f", "xyz"),
        ("Ș 🙂", "Ș 🙂"),
    ],
)
def test_a_comment_is_kept_without_what_cant_be_stored(typed: str | None, kept: str | None) -> None:
    assert tidy_comment(typed) == kept
