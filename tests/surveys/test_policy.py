"""The room's rules, without a database: buckets, figures, what opens a case, who may answer."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.policy import cases, invitations
from services.surveys.policy.invitations import AnsweredAlready, State, SurveyOver
from services.surveys.policy.metrics import Bucket, bucket
from services.surveys.policy.questionnaire import closest, direction
from services.surveys.policy.questionnaire_answers import tidy_text
from shared.contracts.fields import Side
from shared.contracts.surveys import CaseCause, GivenScore, Metric
from shared.errors import Conflict

NOW = datetime(2026, 6, 1, tzinfo=UTC)


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


def test_effort_with_a_case_opens_no_further_case() -> None:
    hard = [GivenScore(metric=Metric.ces2, about=about, score=1) for about in ("case", "experience")]
    assert cases.trouble_in(hard[:1], {}, (), cases.Rules()) is None
    assert cases.trouble_in(hard, {}, (), cases.Rules()) is not None


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
    assert tidy_text(typed) == kept
