"""Programmes as data, and the pure rules: when somebody is asked, whether, and with which numbers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.surveys.policy.decisions import AskState, Situation, Why, effective, judge, unreachable
from services.surveys.policy.planning import Known, plan
from services.surveys.policy.programmes import Anchor, Moment, Period, Programme, Wave, position
from services.surveys.programmes import ProgrammeFault, current, read
from services.surveys.questionnaires import LIBRARY
from shared.contracts.surveys import Party
from shared.ids import new_id

NOW = datetime(2026, 5, 25, 6, tzinfo=UTC)
STANDING = """
code: partnership
title: Partnership
questionnaire: enabler-feedback
audience: [enabler]
lifecycle: false
when: {waves: {months: [3, 9]}, at: "10:00"}
late_days: 14
expires_after_days: 30
"""


@pytest.fixture(autouse=True)
def programmes() -> None:
    """All that ship."""


def situation(**values: Any) -> Situation:
    plain = Situation(
        now=NOW, until=None, erased=False, language="ro", unreachable=None, enabled=True, share=1.0, position=0.4,
        cool_down_days=60,
    )  # fmt: skip
    return replace(plain, **values)


def test_every_programme_that_ships_has_its_questionnaire_for_its_party() -> None:
    lifecycle = {
        "at-approval",
        "first-weeks",
        "after-completion",
        "enabler-expectations",
        "enabler-feedback",
        "after-case",
    }
    assert set(current()) == lifecycle | {"enabler-partnership"}
    assert {one.code for one in current().values() if one.lifecycle} == lifecycle
    for programme in current().values():
        party = LIBRARY.newest[programme.questionnaire].party
        assert party in (None, *programme.audience)


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("audience: [enabler]", "audience: [ep]", "a wave is for enablers"),
        ("lifecycle: false", "lifecycle: true", "belongs to no stay"),
        ("late_days: 14", "again_after_days: 0", "needs not_after or late_days"),
        ('at: "10:00"', "days: 2", "needs `at`"),
        ("months: [3, 9]", "months: [9, 3]", "in order"),
        ("code: partnership", "code: partnership\nmood: good", "mood: Extra inputs"),
    ],
)
def test_a_programme_that_makes_no_sense_is_refused_with_its_place(right: str, wrong: str, fault: str) -> None:
    with pytest.raises(ProgrammeFault, match=fault):
        read(STANDING.replace(right, wrong), "partnership.yaml")


def test_two_weeks_after_the_start_is_ten_oclock_at_the_host_on_both_sides_of_a_clock_change() -> None:
    known = Known("Europe/Stockholm", dates={Anchor.start: date(2026, 3, 20), Anchor.end: date(2026, 5, 24)})
    asked = plan(current()["first-weeks"], Party.ep, new_id(), "stay", known)
    assert asked is not None
    assert asked.due_at == datetime(2026, 4, 3, 8, tzinfo=UTC)  # summer time since 29 March
    assert asked.stop == "when_status"
    assert asked.until == datetime(2026, 5, 1, 22, tzinfo=UTC)


def test_who_is_back_for_longer_than_an_invitation_lasts_is_too_late_at_midnight() -> None:
    known = Known("Europe/Stockholm", dates={Anchor.end: date(2026, 5, 24)}, moments={Moment.completed: NOW})
    asked = plan(current()["after-completion"], Party.ep, new_id(), "stay", known)
    assert asked is not None
    assert asked.until == datetime(2026, 7, 23, 22, tzinfo=UTC)
    late = judge(current()["after-completion"], situation(now=asked.until, until=asked.until))
    assert (late.state, late.reason) == (AskState.held, Why.too_late)


def test_waves_come_one_after_the_other() -> None:
    waves = Wave(months=[3, 9])
    assert waves.next_after(date(2026, 2, 28)) == date(2026, 3, 1)
    assert waves.next_after(date(2026, 3, 1)) == date(2026, 9, 1)
    assert waves.next_after(date(2026, 9, 1)) == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("values", "state", "reason"),
    [
        ({}, AskState.asked, None),
        ({"erased": True}, AskState.held, Why.erased),
        ({"enabled": False}, AskState.declined, Why.programme_off),
        ({"share": 0.4}, AskState.declined, Why.not_in_sample),
        ({"language": None}, AskState.waiting, Why.language_unknown),
        ({"unreachable": "hard_bounce"}, AskState.declined, Why.unreachable),
        ({"last_asked_at": NOW - timedelta(days=59)}, AskState.declined, Why.cool_down),
        ({"last_asked_at": NOW - timedelta(days=60)}, AskState.asked, None),
    ],
)
def test_the_first_reason_not_to_ask_counts(values: dict[str, Any], state: AskState, reason: Why | None) -> None:
    verdict = judge(read(STANDING, "partnership.yaml"), situation(**values))
    assert (verdict.state, verdict.reason) == (state, reason)


def test_lifecycle_programmes_know_no_cool_down_but_may_have_a_clock_of_their_own() -> None:
    yesterday = NOW - timedelta(days=1)
    assert judge(current()["enabler-feedback"], situation(last_asked_at=yesterday)).state is AskState.asked
    again = judge(current()["enabler-expectations"], situation(last_by_this_at=yesterday))
    assert (again.reason, again.numbers["days"]) == (Why.asked_by_this, 30)
    assert again.numbers["until"] == (yesterday + timedelta(days=30)).isoformat()


def test_whoever_is_in_a_sample_is_in_every_larger_one_and_the_share_is_kept() -> None:
    drawn = [position("partnership", number, "2026-09-01") for number in range(4000)]
    assert all(0 <= one < 1 for one in drawn)
    assert abs(sum(one < 0.25 for one in drawn) / 4000 - 0.25) < 0.03
    assert drawn != [position("partnership", number, "2027-03-01") for number in range(4000)]
    assert position("partnership", 7, "2026-09-01") == drawn[7]


def test_periods_of_quotas_have_names() -> None:
    day = date(2026, 5, 25)
    assert [one.of(day) for one in Period] == ["2026-05", "2026-q2", "2026"]


class Said:
    """A switch, or a suppression, as it stands in a row."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)


def test_the_nearest_entity_that_says_something_counts() -> None:
    world, sweden, uppsala = new_id(), new_id(), new_id()
    path = [world, sweden, uppsala]
    said = [Said(entity_id=world, enabled=False, share=0.5), Said(entity_id=sweden, enabled=True, share=None)]
    found = effective(current()["first-weeks"], path, said)  # type: ignore[arg-type]
    assert (found.enabled, found.enabled_from, found.share, found.share_from) == (True, sweden, 0.5, world)
    nothing: list[Programme] = []
    assert effective(current()["first-weeks"], path, nothing).enabled  # type: ignore[arg-type]


def test_a_bounce_counts_until_the_details_are_told_anew_and_other_channels_are_no_matter() -> None:
    plain = {"channel": None, "budget": None, "since": NOW, "lifted": False}
    bounced = Said(**{**plain, "reason": "hard_bounce", "channel": "email"})
    assert unreachable([bounced], NOW - timedelta(days=1)) == "hard_bounce"  # type: ignore[list-item]
    assert unreachable([bounced], NOW + timedelta(days=1)) is None  # type: ignore[list-item]
    for other in ({"channel": "sms"}, {"budget": "promotion"}, {"lifted": True}):
        assert unreachable([Said(**{**plain, "reason": "preference", **other})], None) is None  # type: ignore[list-item]
