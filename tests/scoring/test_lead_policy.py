"""Stages, lifecycle, hand-over rules and waiting times as pure functions of facts."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.policy import enabler_rules, enablers
from services.scoring.policy.contact_times import Wait, quantile
from services.scoring.policy.enablers import EnablerFact, EnablerStep
from services.scoring.policy.features import Fact, Step
from services.scoring.policy.handover import (
    Absence,
    Caller,
    Calling,
    Candidate,
    Stop,
    due_by,
    may_be_called,
    resolved,
    shared_out,
    weekly_capacity,
)
from services.scoring.policy.interactions import Kind
from services.scoring.policy.lead_facts import of_ep
from services.scoring.policy.lead_stages import SILENCE, LeadStage, Standing, staged
from services.scoring.policy.lifecycle import Behaviour, Lifecycle, behaviour_of_ep, lifecycle
from services.scoring.policy.rules import log_odds
from shared.contracts.surveys import Party
from shared.ids import new_id

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK, DAY = date(2026, 3, 2), timedelta(days=1)
EP, ENABLER = Party.ep, Party.enabler


def standing(party: Party = EP, **values: datetime | bool) -> Standing:
    return Standing(party, **{"since": NOW - 10 * DAY, "last_sign_at": NOW - DAY, **values})  # type: ignore[arg-type]


# --- stages


@pytest.mark.parametrize(
    ("values", "stage"),
    [
        ({}, LeadStage.lead),
        ({"qualified_at": NOW - 5 * DAY}, LeadStage.qualified),
        ({"qualified_at": NOW - 5 * DAY, "handed_over_at": NOW - 4 * DAY}, LeadStage.handed_over),
        ({"handed_over_at": NOW - 4 * DAY, "contacted_at": NOW - 3 * DAY}, LeadStage.contacted),
        ({"handed_over_at": NOW - 2 * DAY, "contacted_at": NOW - 3 * DAY}, LeadStage.handed_over),
        ({"contacted_at": NOW - 3 * DAY, "converted_at": NOW - DAY}, LeadStage.converted),
        ({"since": NOW - 200 * DAY, "last_sign_at": NOW - 91 * DAY}, LeadStage.lapsed),
        ({"since": NOW - 200 * DAY, "last_sign_at": NOW - 89 * DAY}, LeadStage.lead),
        ({"lapsed_at": NOW - 9 * DAY, "last_sign_at": NOW - 10 * DAY}, LeadStage.lapsed),
        ({"lapsed_at": NOW - 9 * DAY}, LeadStage.won_back),
        ({"lapsed_at": NOW - 9 * DAY, "won_back_at": NOW - 8 * DAY, "qualified_at": NOW - 9 * DAY}, LeadStage.won_back),
        ({"lapsed_at": NOW - 9 * DAY, "won_back_at": NOW - 8 * DAY, "contacted_at": NOW - DAY}, LeadStage.contacted),
        ({"prospect": True}, LeadStage.stranger),
        ({"prospect": True, "contacted_at": NOW - DAY}, LeadStage.visitor),
        ({"prospect": True, "met": True}, LeadStage.lead),
    ],
)
def test_a_stage_is_the_furthest_step_of_the_round(values: dict[str, datetime | bool], stage: LeadStage) -> None:
    assert staged(standing(ENABLER if "prospect" in values else EP, **values), NOW).stage is stage


def test_a_lead_lapses_at_the_end_of_its_silence_and_not_when_somebody_looks() -> None:
    one = standing(last_sign_at=NOW - 100 * DAY, since=NOW - 100 * DAY)
    found = staged(one, NOW)
    assert (found.stage, found.since, found.why) == (LeadStage.lapsed, NOW - 10 * DAY, "silent_as_lead")


@given(st.integers(0, 400), st.sampled_from(Party))
def test_a_lead_in_somebodys_hands_never_lapses(days: int, party: Party) -> None:
    one = standing(party, since=NOW - 400 * DAY, last_sign_at=NOW - 400 * DAY, handed_over_at=NOW - days * DAY)
    assert staged(one, NOW).stage is LeadStage.handed_over
    assert LeadStage.handed_over not in SILENCE[party]


def fact(kind: Step | Kind, at: datetime, known_at: datetime | None = None, application: UUID | None = None) -> Fact:
    return Fact(new_id(), kind, at, known_at or at, application_id=application)


def test_our_own_call_and_a_scanners_click_are_no_signs_of_life_and_news_from_the_future_is_none_at_all() -> None:
    signed_up = fact(Step.registered, NOW - 50 * DAY)
    call, mail, scanner = (fact(one, NOW - DAY) for one in (Kind.call, Step.touchpoint, Kind.email_click))
    late = fact(Kind.page_view, NOW - 2 * DAY, NOW + DAY)
    known = of_ep([signed_up, call, mail, scanner, late], NOW)
    assert (known.since, known.last_sign_at, known.talks) == (signed_up.at, signed_up.at, (call.at,))
    assert of_ep([signed_up, call, mail, late], NOW + DAY).last_sign_at == late.at


def test_a_broken_approval_makes_no_customer() -> None:
    one = new_id()
    approved = fact(Step.approved, NOW - 5 * DAY, application=one)
    assert of_ep([approved], NOW).bought_at == approved.at
    assert of_ep([approved, fact(Step.approval_broken, NOW - DAY, application=one)], NOW).bought_at is None


# --- lifecycle


@pytest.mark.parametrize(
    ("values", "lapsed", "found"),
    [
        ({}, False, None),
        ({"purchases": 1}, False, Lifecycle.first_purchase),
        ({"purchases": 2}, False, Lifecycle.repeat),
        ({"purchases": 3}, False, Lifecycle.loyal),
        ({"purchases": 1, "again": True}, False, Lifecycle.loyal),
        ({"again": True}, False, None),
        ({"views": 5}, False, Lifecycle.indecisive),
        ({"views": 4}, False, None),
        ({"turns": 1}, False, Lifecycle.indecisive),
        ({"turns": 1, "under_way": 1}, False, None),
        ({"views": 9, "known_since": NOW - 13 * DAY}, False, None),
        ({"purchases": 3}, True, Lifecycle.lapsed),
    ],
)
def test_a_lifecycle_follows_from_counts(values: dict[str, object], lapsed: bool, found: Lifecycle | None) -> None:
    one = Behaviour(**{"known_since": NOW - 14 * DAY, **values})  # type: ignore[arg-type]
    assert lifecycle(one, lapsed=lapsed, moment=NOW) is found


def test_coming_back_counts_within_a_year_after_the_experience() -> None:
    first, second = new_id(), new_id()
    facts = [
        fact(Step.approved, NOW - 500 * DAY, application=first),
        fact(Step.completed, NOW - 400 * DAY, application=first),
    ]
    back = fact(Step.submitted, NOW - 100 * DAY, application=second)
    late = fact(Step.submitted, NOW - 10 * DAY, application=second)
    for one, again in ((back, True), (late, False)):
        behaviour = behaviour_of_ep([*facts, one], NOW, NOW - 600 * DAY, 0, 0)
        assert (behaviour.purchases, behaviour.again, behaviour.under_way) == (1, again, 1)


# --- who gets which


def callers(*capacities: int, party: Party = EP) -> list[Caller]:
    return [Caller(UUID(int=n + 1), frozenset({party}), capacity) for n, capacity in enumerate(capacities)]


def candidate(n: int, score: float = 0.5, waited: int = 0, party: Party = EP, *not_to: UUID) -> Candidate:
    return Candidate(UUID(int=1000 + n), party, score, NOW - waited * DAY, frozenset(not_to))


def test_the_likeliest_come_first_up_to_the_capacity_and_each_to_who_has_the_least_load() -> None:
    leads = [candidate(n, score=n / 100) for n in range(20)]
    given_ = shared_out(leads, callers(2, 4), WEEK)
    assert [lead for lead, _ in given_] == [candidate(n).lead_id for n in range(19, 13, -1)]
    assert [sum(member == UUID(int=n) for _, member in given_) for n in (1, 2)] == [2, 4]
    assert {member for _, member in given_[:2]} == {UUID(int=1), UUID(int=2)}


def test_of_equal_leads_who_waited_longest_comes_first_and_the_rest_by_a_lot_of_the_week() -> None:
    longest = candidate(7, waited=3)
    leads = [candidate(n) for n in range(6)] + [longest]
    orders = [[lead for lead, _ in shared_out(leads, callers(7), WEEK + week * 7 * DAY)] for week in range(6)]
    assert {order[0] for order in orders} == {longest.lead_id}
    assert len({tuple(order) for order in orders}) > 1
    assert shared_out(leads, callers(7), WEEK) == shared_out(leads[::-1], callers(7), WEEK)


def test_a_lead_is_never_given_to_who_gave_it_back_nor_to_who_calls_the_other_side() -> None:
    one, other = callers(5, 5)
    assert shared_out([candidate(1, 0.5, 0, EP, one.member_id)], [one], WEEK) == []
    assert shared_out([candidate(1, 0.5, 0, EP, one.member_id)], [one, other], WEEK)[0][1] == other.member_id
    assert shared_out([candidate(1, party=ENABLER)], [one, other], WEEK) == []


@given(
    st.lists(st.floats(0, 1), max_size=30),
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6)), max_size=4),
)
def test_nobody_gets_more_than_they_have_room_for_and_no_lead_goes_to_two(
    scores: list[float], team: list[tuple[int, int, int]]
) -> None:
    there = [Caller(UUID(int=n + 1), frozenset(Party), *one) for n, one in enumerate(team)]
    given_ = shared_out([candidate(n, score) for n, score in enumerate(scores)], there, WEEK)
    assert len({lead for lead, _ in given_}) == len(given_) == min(len(scores), sum(one.left for one in there))
    for one in there:
        assert sum(member == one.member_id for _, member in given_) <= one.left


def test_a_week_with_holidays_and_absences_has_less_room() -> None:
    calling = Calling(holidays=frozenset({date(2026, 3, 6)}))
    office = calling.office("Europe/Bucharest")
    assert weekly_capacity(10, WEEK, office, []) == 8
    assert weekly_capacity(10, WEEK, office, [Absence(date(2026, 3, 2), date(2026, 3, 3))]) == 4
    assert weekly_capacity(10, WEEK, office, [Absence(date(2026, 1, 1), date(2026, 12, 31))]) == 0


def test_the_clock_runs_in_working_hours_of_the_entity_and_stands_still_while_the_member_is_away() -> None:
    calling = Calling(due_hours=10)
    assert due_by(NOW, calling, "Europe/Bucharest") == datetime(2026, 3, 3, 11, tzinfo=UTC)
    away = [Absence(date(2026, 3, 3), date(2026, 3, 4))]
    assert due_by(NOW, calling, "Europe/Bucharest", away) == datetime(2026, 3, 5, 11, tzinfo=UTC)


def test_what_an_entity_leaves_out_holds_from_above_and_holidays_add_up() -> None:
    above = {"calls_per_week": 10, "due_hours": 8, "holidays": [date(2026, 1, 1)], "weekdays": [1, 2]}
    here = {"calls_per_week": 4, "holidays": [date(2026, 3, 6)], "opens": time(8)}
    assert resolved([]) == Calling()
    found = resolved([above, here])
    assert (found.calls_per_week, found.due_hours, found.weekdays, found.opens) == (4, 8, (1, 2), time(8))
    assert found.holidays == {date(2026, 1, 1), date(2026, 3, 6)}


@pytest.mark.parametrize(
    ("channel", "budget", "may"),
    [
        (None, None, False), ("phone", None, False), (None, "promotion", False), ("phone", "promotion", False),
        ("email", None, True), (None, "care", True), ("email", "promotion", True),
    ],
)  # fmt: skip
def test_who_takes_back_calls_or_offers_is_not_called_and_who_refuses_mail_may_be(
    channel: str | None, budget: str | None, may: bool
) -> None:
    assert may_be_called([Stop(channel, budget)]) is may
    assert may_be_called([])


# --- how long leads wait


def test_quantiles_count_those_still_waiting() -> None:
    waits = [Wait(hours, True) for hours in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)]
    assert quantile(waits, 0.5).value == 5
    assert quantile(waits, 0.9).value == 9
    waiting = [*waits, *[Wait(20, False)] * 10]
    assert quantile(waiting, 0.5).value == 10
    assert quantile(waiting, 0.9).value is None
    assert quantile(waits[:4], 0.5).value is None, "four contacts are not enough"


def test_the_interval_of_a_quantile_is_that_of_brookmeyer_and_crowley() -> None:
    # The 6-MP arm of Freireich et al. (1963), weeks of remission: R's survfit(conf.type="log-log") says 23, 13 … NA.
    gone = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    waits = [Wait(week, True) for week in gone] + [Wait(week, False) for week in censored]
    found = quantile(waits, 0.5)
    assert (found.value, found.low, found.high) == (23, 13, None)


# --- enablers


def heard(kind: EnablerStep, days_ago: float, application: UUID | None = None) -> EnablerFact:
    at = NOW - days_ago * DAY
    return EnablerFact(new_id(), kind, at, at, at.date(), None, application)


def score(*facts: EnablerFact) -> float:
    return enabler_rules.score(enablers.row(facts, NOW)).score


E = EnablerStep


def test_an_enablers_reasons_add_up_to_its_score() -> None:
    one = new_id()
    facts = [heard(E.registered, 90), heard(E.posted, 80), heard(E.submitted, 70, one), heard(E.accepted, 68, one)]
    facts += [heard(E.completed, 10), heard(E.contacted, 3), heard(E.surveyed, 2)]
    found = enabler_rules.score(enablers.row(facts, NOW))
    assert log_odds(found.score) == pytest.approx(found.base_log_odds + sum(term.log_odds for term in found.reasons))
    assert {term.code for term in found.reasons} == {
        "experiences_completed", "answers_quickly", "personal_contact", "survey_answered",
    }  # fmt: skip
    words = [enabler_rules.in_words(term.code, term.log_odds, enablers.row(facts, NOW)) for term in found.reasons]
    assert "answers most candidates within a week (+0.30)" in words


def test_enablers_that_raised_before_stand_above_those_that_never_did_and_detractors_below() -> None:
    registered, posted = heard(E.registered, 20), heard(E.posted, 10)
    never, once = score(registered), score(registered, posted)
    again = score(registered, posted, heard(E.reraised, 5), heard(E.posted, 5))
    unhappy = score(registered, posted, heard(E.detractor, 5))
    waiting = score(registered, posted, heard(E.submitted, 9, new_id()))
    assert again > once > never
    assert once > waiting
    assert once > unhappy


def test_what_will_be_heard_later_changes_no_number_of_today() -> None:
    facts = [heard(E.registered, 20), heard(E.posted, 10)]
    before = enablers.row(facts, NOW)
    future = [heard(E.detractor, -1), EnablerFact(new_id(), E.posted, NOW - DAY, NOW + DAY, NOW.date())]
    assert enablers.row([*facts, *future], NOW) == before
