"""Matching, pure: hard requirements by name, what is unclear, both sides' chances, and the order of a list."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import fsum, isclose, log
from typing import Any

import pytest

from services.scoring.policy.matching.fit import PRIVATE, Judges, in_words, without_private
from services.scoring.policy.matching.parties import Offer, OfferStatus, Seeker, Slot, level_of
from services.scoring.policy.matching.ranking import (
    APPLICATIONS_PER_OPENING,
    Match,
    Order,
    arm_of,
    faded,
    ordered,
    room_in,
)
from services.scoring.policy.matching.requirements import Verdict, check
from services.scoring.policy.matching.rows import accepts_row, applies_row
from shared.ids import new_id

TODAY = date(2026, 2, 2)
NOW = datetime(2026, 2, 2, 9, tzinfo=UTC)
SLOT = Slot(date(2026, 3, 2), date(2026, 5, 24), date(2026, 2, 20))
RULES = Judges()


def seeker(**values: Any) -> Seeker:
    """An EP who studies computer science, speaks English well, and wants a talent internship in Sweden in spring."""
    given = {"study_field": "computer_science", "study_level": "bachelor", "languages": {"ro": "native", "en": "c1"}}
    given |= {"skills": frozenset({"python"}), "available_from": date(2026, 3, 1), "available_to": date(2026, 6, 30)}
    wants = {"products": {"talent"}, "fields": {"it"}, "countries": {"SE"}}
    given |= {f"wanted_{name}": frozenset(codes) for name, codes in wants.items()}
    return Seeker(new_id(), **(given | values))


def offer(**values: Any) -> Offer:
    """A talent internship in Sweden that wants English at B2 and computer science."""
    given = {"product": "talent", "field": "it", "country": "SE", "zone": "Europe/Stockholm", "weekly_hours": 38}
    given |= {"languages": frozenset({"en"}), "levels": {"en": "b2"}, "skills": frozenset({"python", "design"})}
    given |= {"study_fields": frozenset({"computer_science"}), "study_levels": frozenset(), "slots": (SLOT,)}
    given |= {"openings": 1, "posted_at": NOW - timedelta(days=3)}
    return Offer(new_id(), values.pop("enabler_id", new_id()), **(given | values))


def codes(requirements: Any) -> list[str]:
    return [requirement.code for requirement in requirements]


# --- hard requirements


def test_a_pair_without_a_hitch_fails_nothing_and_leaves_nothing_to_clarify() -> None:
    assert check(seeker(), offer(), TODAY) == Verdict()


@pytest.mark.parametrize(
    ("ep", "opportunity", "code", "text"),
    [
        ({"wanted_products": frozenset({"teacher"})}, {}, "product", "it is a talent internship; the EP wants teacher"),
        ({"languages": {"ro": "native"}}, {}, "language:en", "en is needed; the EP does not speak it"),
        ({"languages": {"en": "b1"}}, {}, "level:en", "en is needed at b2; the EP has b1"),
        ({"study_field": "law"}, {}, "studies", "computer_science is asked for; the EP has law"),
        ({}, {"study_levels": frozenset({"master"})}, "study_level", "master is asked for; the EP has bachelor"),
        (
            {"available_from": date(2026, 4, 1)}, {}, "dates",
            "it is from 2026-03-02 to 2026-05-24; the EP is free from 2026-04-01 to 2026-06-30",
        ),
        ({"looking": False}, {}, "looking", "the EP is not looking"),
        ({"busy_until": TODAY}, {}, "busy", "the EP has an approved internship until 2026-02-02"),
        ({"signed": True}, {}, "busy", "the EP has signed an acceptance note already"),
        ({}, {"status": OfferStatus.closed}, "closed", "the opportunity takes no more applications"),
        ({}, {"openings": 0}, "openings", "all openings are taken"),
        ({}, {"slots": (replace(SLOT, close_on=date(2026, 2, 1)),)}, "deadline", "the last day to apply has passed"),
    ],
)  # fmt: skip
def test_a_hard_requirement_that_fails_is_named(
    ep: dict[str, Any], opportunity: dict[str, Any], code: str, text: str
) -> None:
    (failed,) = check(seeker(**ep), offer(**opportunity), TODAY).failed
    assert (failed.code, failed.text) == (code, text)


@pytest.mark.parametrize(
    ("ep", "opportunity", "code"),
    [
        ({"wanted_products": frozenset()}, {}, "product"),
        ({"languages": {}}, {}, "language:en"),
        ({"languages": {"en": None}}, {}, "level:en"),
        ({"study_field": None}, {}, "studies"),
        ({"study_level": None}, {"study_levels": frozenset({"master"})}, "study_level"),
        ({"available_to": None}, {}, "dates"),
        ({}, {"slots": None}, "dates"),
        ({}, {"languages": None}, "language"),
    ],
)
def test_what_nobody_has_stated_has_not_failed_and_is_to_be_clarified(
    ep: dict[str, Any], opportunity: dict[str, Any], code: str
) -> None:
    verdict = check(seeker(**ep), offer(**opportunity), TODAY)
    assert (codes(verdict.failed), codes(verdict.unclear)) == ([], [code])


def test_all_that_fails_is_named_at_once() -> None:
    hopeless = seeker(languages={"ro": None}, study_field="law", wanted_products=frozenset({"volunteer"}))
    assert codes(check(hopeless, offer(), TODAY).failed) == ["product", "language:en", "studies"]


def test_a_dialect_is_its_language_and_the_best_level_counts() -> None:
    assert level_of({"pt-BR": "b1", "pt": "c1"}, "pt-PT") == (True, "c1")
    assert level_of({"pt-BR": "fluent"}, "pt") == (True, None)  # not a level that anybody knows
    assert level_of({}, "pt") == (False, None)


def test_one_slot_that_fits_is_enough_and_a_full_one_is_none() -> None:
    summer = Slot(date(2026, 6, 1), date(2026, 6, 28), date(2026, 5, 1))
    late = seeker(available_from=date(2026, 5, 30))
    assert check(late, offer(slots=(SLOT, summer)), TODAY).failed == ()
    assert codes(check(late, offer(slots=(SLOT, replace(summer, openings=0))), TODAY).failed) == ["dates"]
    assert offer(slots=(SLOT, summer)).first_slot(late, TODAY) == summer


# --- both sides


def test_reasons_of_each_side_add_up_and_the_fit_is_their_product() -> None:
    ep = seeker(past_fields=Counter(it=2), past_countries=Counter(SE=1), decided=3, accepted=1)
    fit = RULES.fit(ep, offer(waiting=3, popularity=4.0), NOW)
    for side in (fit.applies, fit.accepts):
        odds = fsum([side.base_log_odds, *(term.log_odds for term in side.terms)])
        assert isclose(log(side.probability / (1 - side.probability)), odds, abs_tol=1e-9)
        assert [abs(term.log_odds) for term in side.terms] == sorted(
            (abs(term.log_odds) for term in side.terms), reverse=True
        )
        assert (side.evidence, side.interval) == (0, None)
    assert fit.probability == fit.applies.probability * fit.accepts.probability
    assert fit.interval is None


def test_wishes_move_the_eps_side_and_skills_the_enablers() -> None:
    both = RULES.fit(seeker(), offer(), NOW)
    elsewhere = RULES.fit(seeker(), offer(field="health", country="BR"), NOW)
    unskilled = RULES.fit(seeker(skills=frozenset({"sales"})), offer(), NOW)
    assert elsewhere.applies.probability < both.applies.probability
    assert elsewhere.accepts.probability == both.accepts.probability
    assert unskilled.accepts.probability < both.accepts.probability
    assert unskilled.applies.probability == both.applies.probability


def test_an_enablers_record_counts_by_how_much_of_it_there_is() -> None:
    few, many = offer(decided=2, accepted=2), offer(decided=200, accepted=200)
    base = RULES.fit(seeker(), offer(), NOW).accepts.probability
    shift = [RULES.fit(seeker(), one, NOW).accepts.probability - base for one in (few, many)]
    assert 0 < shift[0] < shift[1]


def test_a_new_ep_and_a_new_opportunity_stand_at_the_base() -> None:
    nobody, nothing = Seeker(new_id()), Offer(new_id(), new_id(), "talent")
    fit = RULES.fit(nobody, nothing, NOW)
    assert [term.code for term in fit.applies.terms] == []
    assert [term.code for term in fit.accepts.terms] == ["profile_stated"]


def test_no_protected_trait_is_among_the_facts() -> None:
    known = set(applies_row(seeker(), offer(), NOW)) | set(accepts_row(seeker(), offer(), NOW))
    assert not known & {"country", "nationality", "gender", "age", "name", "language", "languages", "zone"}
    assert not {"country", "gender", "birthday"} & set(Seeker.__dataclass_fields__)


def test_the_mother_tongue_changes_nothing_where_it_is_not_asked_for() -> None:
    one, other = seeker(), seeker(languages={"hu": "native", "en": "c1"})
    ask = offer()
    assert applies_row(one, ask, NOW) == applies_row(other, ask, NOW)
    assert accepts_row(one, ask, NOW) == accepts_row(other, ask, NOW)


def test_reasons_are_sentences_and_past_behaviour_is_hidden_from_others_without_changing_the_sum() -> None:
    ask = offer()
    ep = seeker(past_fields=Counter(health=1), views={ask.id: 1.0})
    side = RULES.fit(ep, ask, NOW).applies
    texts = {term.code: in_words(term, side.row) for term in side.terms}
    assert texts["wanted_field"] == "a field that the EP wants (+0.90)"
    assert texts["posted_days"] == "on offer for 3 days (-0.02)"
    hidden = without_private(side.terms)
    assert not {term.code for term in hidden} & PRIVATE
    assert isclose(fsum(t.log_odds for t in hidden), fsum(t.log_odds for t in side.terms), abs_tol=1e-9)
    assert "past_behaviour" in {term.code for term in hidden}


# --- the order


def match(one: Offer, ep: Seeker | None = None) -> Match:
    ep = ep or seeker()
    (likely,) = RULES.likely([(ep, one)], NOW)
    assert likely == RULES.fit(ep, one, NOW).probability
    return Match(ep, one, likely, Verdict(), room_in(one))


def test_ten_of_one_enabler_are_not_shown_while_others_fit_nearly_as_well() -> None:
    enabler = new_id()
    same = [match(offer(enabler_id=enabler, skills=frozenset({"python"}))) for _ in range(10)]
    month = NOW - timedelta(days=33)
    others = [match(offer(posted_at=month, skills=frozenset({"python"}))) for _ in range(4)]
    first = ordered([*same, *others], Order.fit, 5)
    assert first[0].worth == max(one.worth for one in same)
    assert len({one.offer.enabler_id for one in first}) >= 3


def test_the_same_question_has_the_same_answer_in_every_order() -> None:
    matches = [match(offer(posted_at=NOW, popularity=1.0)) for _ in range(8)]
    for order in Order:
        asked = [ordered(given, order, 5) for given in (matches, matches[::-1])]
        assert [one.offer.id for one in asked[0]] == [one.offer.id for one in asked[1]]


def test_fallbacks_go_by_what_their_names_say() -> None:
    old, hot = match(offer(posted_at=NOW - timedelta(days=30), popularity=9.0)), match(offer(popularity=0.0))
    assert ordered([old, hot], Order.recency, 2) == [hot, old]
    assert ordered([hot, old], Order.popularity, 2) == [old, hot]


def test_where_too_many_are_on_their_way_the_next_ones_are_sent_elsewhere() -> None:
    free = offer(openings=1, waiting=0)
    assert room_in(free) == 1.0
    assert room_in(replace(free, waiting=int(APPLICATIONS_PER_OPENING))) == 1.0
    crowded = replace(free, waiting=20, exposed=2 * APPLICATIONS_PER_OPENING - 20)
    assert room_in(crowded) == pytest.approx(0.5)
    assert room_in(replace(crowded, openings=2)) == 1.0


def test_a_crowd_fades_by_its_half_life() -> None:
    assert faded(8.0, NOW, NOW + timedelta(days=14), timedelta(days=7)) == 2.0
    assert faded(8.0, None, NOW, timedelta(days=7)) == faded(8.0, NOW, NOW, timedelta(days=7)) == 8.0


# --- the draw of an order


def test_a_persons_week_has_one_order_and_orders_come_by_their_shares() -> None:
    shares = {Order.fit: 0.8, Order.recency: 0.1, Order.popularity: 0.1}
    people = [new_id() for _ in range(4000)]
    drawn = Counter(arm_of(one, TODAY, shares)[0] for one in people)
    assert {order: round(drawn[order] / 4000, 1) for order in Order} == shares
    assert all(arm_of(one, TODAY, shares) == arm_of(one, TODAY + timedelta(days=6), shares) for one in people[:50])
    assert any(arm_of(one, TODAY, shares) != arm_of(one, TODAY + timedelta(days=7), shares) for one in people[:50])
    assert arm_of(people[0], TODAY, {Order.fit: 1.0, Order.recency: 0.0}) == (Order.fit, 1.0)
