"""How a journey is read, without any machine."""

import pytest

from services.journeys.policy import (
    Phase,
    Profile,
    Status,
    folded,
    person_phase,
    person_status,
    profile_of,
    share,
    side_of,
    step_of,
)

S = Status


@pytest.mark.parametrize(
    ("applications", "status", "phase"),
    [
        ([], S.open, Phase.attraction),
        ([S.open], S.open, Phase.consideration),
        ([S.rejected], S.open, Phase.consideration),
        ([S.rejected, S.accepted, S.open], S.accepted, Phase.consideration),
        ([S.withdrawn, S.in_progress], S.in_progress, Phase.consideration),
        ([S.approved, S.rejected], S.approved, Phase.value_delivery),
        ([S.realized], S.realized, Phase.value_delivery),
        ([S.rejected, S.completed], S.completed, Phase.brand_advocacy),
        ([S.completed, S.rejected], S.open, Phase.consideration),
        ([S.completed, S.open], S.open, Phase.consideration),
    ],
)
def test_status_and_phase_of_a_person_follow_from_the_furthest_live_application(
    applications: list[Status], status: Status, phase: Phase
) -> None:
    assert person_status(applications) is status
    assert person_phase(applications) is phase


@pytest.mark.parametrize(
    ("phase", "registered", "visited", "profile"),
    [
        (Phase.attraction, False, False, Profile.stranger),
        (Phase.attraction, False, True, Profile.visitor),
        (Phase.attraction, True, True, Profile.lead),
        (Phase.consideration, True, False, Profile.lead),
        (Phase.value_delivery, True, False, Profile.customer),
        (Phase.brand_advocacy, True, False, Profile.promoter),
    ],
)
def test_the_profile_is_the_stage_of_the_funnel(
    phase: Phase, registered: bool, visited: bool, profile: Profile
) -> None:
    assert profile_of(phase, registered=registered, visited=visited) is profile


def test_names_are_found_without_case_and_accents() -> None:
    assert folded("Ștefan ŁUKASZ Øster İpek") == "stefan lukasz oster ipek"


def test_shares_are_told_from_thirty_on() -> None:
    assert share(10, 29) is None
    assert share(0, 0) is None
    assert share(10, 30) == 0.3333


def test_an_application_that_another_approval_ended_was_ended_by_nobody() -> None:
    withdrawn = "applications.application-withdrawn.v1"
    assert side_of(withdrawn, {"reason": "approved_elsewhere"}) is None
    assert side_of(withdrawn, {"reason": "withdrawn"}) == "customer"
    assert side_of("applications.approval-given.v1", {"side": "sending"}) == "sending"


def test_events_of_one_moment_stand_in_the_order_of_cause_and_effect() -> None:
    said = ("surveys.quality-case-opened.v1", "surveys.detractor-found.v1", "surveys.survey-answered.v1")
    assert sorted(said, key=step_of) == list(reversed(said))
    sent, proved = "notifications.touchpoint-sent.v2", "notifications.standard-evidenced.v1"
    assert step_of(sent) < step_of(proved)
