"""The rules of scoring, without any database: what adds up, what only rises, what fades, what never counts twice."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import isclose
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.policy.features import Fact, Features, Stage, Step, features, known, weight
from services.scoring.policy.interactions import (
    CLOCK_ERROR,
    CONTACTS,
    MAIL,
    OLDEST_PUBLIC,
    VISITS,
    Bounds,
    Kind,
    time_errors,
)
from services.scoring.policy.machines import made_by_machine
from services.scoring.policy.rules import (
    APPROVED_PER_ACCEPTED,
    APPROVED_PER_SIGN_UP,
    APPROVED_PER_SIGNED,
    BASE,
    LEAST_MOVE,
    MODEL,
    TEXTS,
    Score,
    Term,
    evidence,
    in_words,
    log_odds,
    next_look,
    score,
    worth_saying,
)
from shared.ids import new_id

NOW = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
PEOPLE_DO = tuple(sorted(VISITS | CONTACTS))
APPLICATIONS = [UUID(int=n) for n in range(1, 5)]
OPPORTUNITIES = [UUID(int=n) for n in range(11, 15)]
SIGN_UP = Fact(UUID(int=99), Step.registered, NOW - timedelta(days=60), NOW - timedelta(days=60))

ages = st.integers(0, 45 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def interactions(draw: st.DrawFn, kinds: tuple[Kind, ...] = tuple(Kind)) -> Fact:
    at = NOW - draw(ages)
    return Fact(
        draw(st.uuids()), draw(st.sampled_from(kinds)), at, at, bot=draw(st.booleans()),
        opportunity_id=draw(st.sampled_from([None, *OPPORTUNITIES])),
    )  # fmt: skip


@st.composite
def steps(draw: st.DrawFn) -> Fact:
    at, step = NOW - draw(ages), draw(st.sampled_from(sorted(Step)))
    ours = step in {Step.rejected, Step.withdrawn} and draw(st.booleans())
    return Fact(draw(st.uuids()), step, at, at, application_id=draw(st.sampled_from(APPLICATIONS)), ours=ours)


stories = st.lists(st.one_of(interactions(), steps()), max_size=25, unique_by=lambda fact: fact.id).map(
    lambda facts: [SIGN_UP, *facts]
)


def _met(kind: Kind, age: timedelta = timedelta(0), **values: object) -> Fact:
    return Fact(new_id(), kind, NOW - age, NOW - age, **values)  # type: ignore[arg-type]


def _told(step: Step, age: timedelta = timedelta(0), **values: object) -> Fact:
    given = {"application_id": APPLICATIONS[0], **values}
    return Fact(new_id(), step, NOW - age, NOW - age, **given)  # type: ignore[arg-type]


def _scored(facts: list[Fact], moment: datetime = NOW) -> Score:
    return score(features(facts, moment))


def _term(scored: Score, code: str) -> float:
    return next((term.log_odds for term in scored.reasons if term.code == code), 0.0)


# --- the score


@given(stories)
def test_base_and_reasons_add_up_to_the_log_odds_of_the_score(facts: list[Fact]) -> None:
    scored = _scored(facts)
    total = scored.base_log_odds + sum(term.log_odds for term in scored.reasons)
    assert isclose(log_odds(scored.score), total, abs_tol=1e-9)
    assert 0 < scored.score < 1
    assert len({term.code for term in scored.reasons}) == len(scored.reasons)
    assert all(term.log_odds for term in scored.reasons)


def test_who_just_signed_up_has_the_base_rate_and_no_reasons() -> None:
    scored = _scored([replace(SIGN_UP, at=NOW, known_at=NOW)])
    assert scored == Score(scored.score, BASE, (), MODEL)
    assert isclose(scored.score, APPROVED_PER_SIGN_UP, abs_tol=1e-4)


@pytest.mark.parametrize(
    ("stage", "share"),
    [(Stage.applied, 0.30), (Stage.accepted, APPROVED_PER_ACCEPTED), (Stage.signed, APPROVED_PER_SIGNED)],
)
def test_each_stage_stands_at_the_figure_of_the_field(stage: Stage, share: float) -> None:
    assert isclose(score(Features(stage=stage, live_applications=1)).score, share, abs_tol=1e-3)


def test_every_further_stage_raises_the_score() -> None:
    climb = [score(Features(stage=stage)).score for stage in Stage]
    assert all(below < above for below, above in pairwise(climb))


@given(stories, interactions(PEOPLE_DO))
def test_whatever_a_person_does_never_lowers_the_score(facts: list[Fact], further: Fact) -> None:
    assert _scored([*facts, further]).score >= _scored(facts).score


@given(stories, st.sampled_from(APPLICATIONS), st.sampled_from([Step.rejected, Step.withdrawn]), st.booleans())
def test_an_end_never_raises_the_score(facts: list[Fact], application: UUID, end: Step, ours: bool) -> None:
    further = _told(end, application_id=application, ours=ours)
    assert _scored([*facts, further]).score <= _scored(facts).score


def test_a_rejection_for_our_causes_costs_less_than_one_for_the_candidates() -> None:
    begun = [SIGN_UP, _told(Step.submitted)]
    ours, theirs = (_scored([*begun, _told(Step.rejected, ours=ours)]) for ours in (True, False))
    assert ours.score > theirs.score
    assert (_term(ours, "rejected_our_side"), _term(theirs, "rejected_candidate_side")) == (-0.05, -0.35)


def test_being_approved_elsewhere_is_no_withdrawal_of_the_person() -> None:
    facts = [SIGN_UP, _told(Step.submitted), _told(Step.withdrawn, ours=True)]
    assert features(facts, NOW).withdrawn == 0
    assert features([*facts[:2], _told(Step.withdrawn)], NOW).withdrawn == 1


def test_being_approved_elsewhere_later_does_not_make_an_earlier_rejection_ours() -> None:
    rejected = [SIGN_UP, _told(Step.submitted), _told(Step.rejected)]
    assert _scored([*rejected, _told(Step.withdrawn, ours=True)]) == _scored(rejected)


def test_a_second_approval_is_no_reason_of_its_own() -> None:
    one = [SIGN_UP, *(_told(step) for step in (Step.submitted, Step.accepted, Step.signed, Step.approval))]
    assert _scored(one) == _scored([*one, _told(Step.approval)]) == _scored([*one, _told(Step.approved)])


# --- time


@given(stories, st.integers(1, 60 * 24 * 40))
def test_behaviour_fades_and_silence_grows(facts: list[Fact], minutes: int) -> None:
    assert _scored(facts, NOW + timedelta(minutes=minutes)).score <= _scored(facts).score


@given(st.lists(ages, min_size=1, max_size=20))
def test_a_weight_halves_with_each_half_life(found: list[timedelta]) -> None:
    facts, half = [_met(Kind.page_view, age) for age in found], timedelta(days=7)
    assert isclose(weight(facts, NOW + half, half), weight(facts, NOW, half) / 2)


def test_visits_are_out_after_fourteen_days_and_contacts_after_thirty() -> None:
    for kind, days in ((Kind.page_view, 14), (Kind.call, 30)):
        inside, outside = (
            features([_met(kind, timedelta(days=days) + step)], NOW) for step in (-timedelta(seconds=1), timedelta(0))
        )
        assert inside.visits + inside.contacts == 1
        assert outside.visits + outside.contacts == 0


def test_silence_begins_after_a_week_and_ends_with_a_sign_of_life() -> None:
    assert _term(_scored([replace(SIGN_UP, at=NOW - timedelta(days=7))]), "silence") == 0
    assert _term(_scored([replace(SIGN_UP, at=NOW - timedelta(days=17))]), "silence") == -0.3
    assert _term(_scored([SIGN_UP]), "silence") == -0.69
    assert _term(_scored([SIGN_UP, _met(Kind.call)]), "silence") == 0


def test_our_own_mailings_break_no_silence() -> None:
    quiet = _scored([SIGN_UP])
    assert _scored([SIGN_UP, _told(Step.touchpoint)]) == quiet
    assert features([SIGN_UP, _told(Step.touchpoint)], NOW).touchpoints == 1


@given(stories)
def test_numbers_that_do_not_fade_never_change_by_themselves(facts: list[Fact]) -> None:
    then = features(facts, NOW + timedelta(days=80))
    assert not then.fades
    assert score(then) == score(features(facts, NOW + timedelta(days=400)))


def test_the_next_look_is_in_a_week_at_night_where_the_person_lives() -> None:
    late = datetime(2026, 2, 2, 23, 30, tzinfo=UTC)
    assert next_look(late, "Asia/Tokyo") == datetime(2026, 2, 10, 3, 0)
    assert next_look(late, "America/Lima") == datetime(2026, 2, 9, 3, 0)


# --- what was known


@given(stories, st.data())
def test_repeats_and_the_order_of_hearing_change_nothing(facts: list[Fact], data: st.DataObject) -> None:
    repeated = data.draw(st.lists(st.sampled_from(facts), max_size=10))
    mixed = data.draw(st.permutations([*facts, *repeated]))
    assert features(mixed, NOW) == features(facts, NOW)


late = st.one_of(interactions(), steps())


@given(stories, st.lists(st.tuples(late, ages, st.sampled_from(["at", "known_at", "effective_on"])), max_size=10))
def test_no_fact_of_the_future_changes_a_score(facts: list[Fact], future: list[tuple[Fact, timedelta, str]]) -> None:
    corrupted = [*facts, *(_moved_to_the_future(fact, by, field) for fact, by, field in future)]
    assert features(corrupted, NOW) == features(facts, NOW)


def _moved_to_the_future(fact: Fact, by: timedelta, field: str) -> Fact:
    """What happened later, became known later, or takes effect later than any place on earth has its date."""
    then = NOW + by + timedelta(seconds=1)
    if field == "effective_on":
        return replace(fact, id=new_id(), effective_on=(then + timedelta(days=2)).date())
    return replace(fact, id=new_id(), **{field: then})


def test_a_fact_in_effect_since_long_counts_from_when_it_was_known() -> None:
    fact = _told(Step.accepted, effective_on=date(2025, 12, 1))
    assert known([fact], NOW - timedelta(seconds=1)) == []
    assert known([fact], NOW) == [fact]


# --- machines


@given(st.lists(interactions(tuple(sorted(VISITS | CONTACTS | MAIL)))))
def test_what_machines_did_changes_nothing(facts: list[Fact]) -> None:
    robots = [replace(fact, id=new_id(), bot=True) for fact in facts]
    assert features([SIGN_UP, *robots], NOW) == features([SIGN_UP], NOW)


@given(st.lists(interactions(tuple(sorted(MAIL)))))
def test_opens_and_clicks_never_count_alone(facts: list[Fact]) -> None:
    assert features([SIGN_UP, *facts], NOW) == features([SIGN_UP], NOW)


def test_a_click_counts_beside_a_visit() -> None:
    click = _met(Kind.email_click)
    assert features([SIGN_UP, click, _met(Kind.page_view)], NOW).mails == 1


@pytest.mark.parametrize(
    "agent",
    [
        None,
        "",
        "Googlebot/2.1 (+http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0)",
        "curl/8.5.0",
        "python-requests/2.32",
        "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/120.0",
        "facebookexternalhit/1.1",
        "Mozilla/5.0 BarracudaCentral scanner",
    ],
)
def test_crawlers_scanners_and_scripts_are_machines(agent: str | None) -> None:
    assert made_by_machine(agent)


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1",
        "Mozilla/5.0 (Linux; Android 14; CUBOT P80) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
    ],
)
def test_a_browser_is_none(agent: str) -> None:
    assert not made_by_machine(agent)


# --- what is let in


def test_moments_that_cannot_be_are_pointed_to() -> None:
    bounds = Bounds.of(NOW, OLDEST_PUBLIC)
    moments = [NOW, NOW + CLOCK_ERROR, NOW + timedelta(hours=1), NOW - timedelta(days=8)]
    errors = time_errors(moments, bounds, "visits")
    assert [error.pointer for error in errors] == ["#/visits/2/at", "#/visits/3/at"]
    assert "future" in errors[0].detail
    assert "too long ago" in errors[1].detail


# --- what is said


def _at(chance: float, *reasons: Term) -> Score:
    return Score(chance, BASE, reasons)


def test_a_score_is_said_first_and_when_it_moves_or_its_reasons_turn() -> None:
    seen, liked, disliked = Term("applied", 0.3), Term("visits", 0.0001), Term("visits", -0.0001)
    assert worth_saying(None, _at(0.24))
    assert worth_saying(_at(0.24, seen), _at(0.24 + LEAST_MOVE, seen))
    assert not worth_saying(_at(0.24, seen), _at(0.24 + LEAST_MOVE * 0.9, seen))
    assert worth_saying(_at(0.24, liked), _at(0.24, disliked))
    assert worth_saying(_at(0.24, seen), _at(0.24, seen, liked))
    assert not worth_saying(_at(0.24, seen), _at(0.24, Term("applied", 0.31)))


@given(stories)
def test_every_reason_has_words_and_its_share(facts: list[Fact]) -> None:
    numbers = features(facts, NOW)
    for term in score(numbers).reasons:
        assert term.code in TEXTS
        assert in_words(term.code, term.log_odds, numbers).endswith(f"({term.log_odds:+.2f})")


def test_reasons_read_like_sentences() -> None:
    numbers = Features(opportunities=5, visits=1, silent_days=30.0, rejected_candidate_side=2)
    assert in_words("opportunities_viewed", 0.6234, numbers) == "visited 5 opportunities in the last 14 days (+0.62)"
    assert in_words("visits", 0.1, numbers) == "1 visit in the last 14 days (+0.10)"
    assert in_words("silence", -0.69, numbers) == "no sign of life for 30 days or more (-0.69)"
    assert in_words("rejected_candidate_side", -0.7, numbers) == "2 rejections because of the candidate (-0.70)"
    assert in_words("of_another_model", 0.1, numbers) == "of another model (+0.10)"


def test_the_evidence_behind_rules_is_told_as_it_is() -> None:
    assert evidence(0) == "rules, no own outcomes yet"
    assert evidence(1) == "rules; 1 own outcome seen, none learned from yet"


@given(stories)
def test_stored_numbers_read_back_the_same(facts: list[Fact]) -> None:
    numbers = features(facts, NOW)
    assert Features.of_document({**numbers.as_document(), "unknown": 1}) == numbers
