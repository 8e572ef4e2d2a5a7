"""Sheets as pure functions: scores, what the rule says, which answers decide, and what came of decisions."""

import math
import random
from datetime import UTC, datetime
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.policy.sheets.courses import Entry, standing_entries
from services.scoring.policy.sheets.ledger import Case, area, lift, record, share
from services.scoring.policy.sheets.scores import Answer, contributions, duel, ranks, standing
from services.scoring.policy.sheets.suggestions import suggest
from services.scoring.policy.sheets.templates import NOT_ENOUGH, OURS, Template
from services.scoring.policy.sheets.triggers import flipped, triggers
from services.scoring.policy.sheets.verdicts import decide, rung, verdict
from services.scoring.sheet_templates import SHIPPED, Unsound, parse
from tests.scoring.sheets import GO_NO_GO, IDS, MATURITY, MINUS, OPEN, PLUS, answers, ours, small

WORKED = {
    "1.1": ("defined", "not defined"), "1.2": ("strong", "weak"), "1.3": ("strong", "weak"), "1.4": ("yes", "no"),
    "1.5": ("defined", "not defined"), "2.1": ("defined", "not defined"), "2.2": ("good", "poor"),
    "2.3": ("low", "high"),
    "2.4": ("strong", "weak"), "2.5": ("strong", "weak"), "3.1": ("strong", "weak"), "3.2": ("strong", "weak"),
    "3.3": ("good", "poor"), "3.4": ("defined", "not defined"), "3.5": ("strong", "weak"), "4.1": ("high", "low"),
    "4.2": ("high", "low"), "4.3": ("high", "low"), "4.4": ("low", "high"), "4.5": ("yes", "no"),
}  # fmt: skip


# --- the shipped templates


def test_go_no_go_has_the_twenty_criteria_in_their_groups_with_their_words() -> None:
    found = {GO_NO_GO.numbers[one.id]: (one.plus["en"], one.minus["en"]) for one in GO_NO_GO.criteria}
    assert found == WORKED
    assert [group.title["en"] for group in GO_NO_GO.groups] == [
        "Is there a real opportunity?", "Can we compete?", "Can we win?", "Is it worth winning?",
    ]  # fmt: skip


@pytest.mark.parametrize("template", SHIPPED.values(), ids=lambda one: one.id)
def test_what_ships_speaks_four_languages_everywhere(template: Template) -> None:
    assert all(set(texts) == {"en", "ro", "sv", "ar"} for _, texts in template.texts())


def test_digital_maturity_is_about_markets_and_has_seven_groups() -> None:
    assert [str(one) for one in MATURITY.about] == ["market"]
    assert [group.id for group in MATURITY.groups] == [
        "infrastructure", "usage", "skills", "payments", "trust", "law", "partners",
    ]  # fmt: skip


def test_a_template_is_told_all_that_is_wrong_with_it_at_once() -> None:
    content = GO_NO_GO.model_dump(mode="json", exclude_none=True)
    content["groups"][1]["criteria"][0]["id"] = "project"
    content["groups"][0]["title"].pop("ar")
    content["levels"][1].pop("score")
    with pytest.raises(Unsound) as caught:
        parse(content)
    assert {path for path, _ in caught.value.faults} == {
        ("groups", 1, "criteria", 0, "id"), ("groups", 0, "title"), ("levels", 1, "score"),
    }  # fmt: skip


@pytest.mark.parametrize("wrong", [{"weight": 0}, {"weight": 1.5}, {"unknown": 1}, {"text": {"en": ""}}])
def test_a_criterion_that_the_format_does_not_know_is_refused(wrong: dict[str, object]) -> None:
    content = GO_NO_GO.model_dump(mode="json", exclude_none=True)
    content["groups"][0]["criteria"][0] |= wrong
    with pytest.raises(Unsound):
        parse(content)


# --- scores


def test_a_score_is_plus_less_minus_over_what_is_known() -> None:
    whole = standing(GO_NO_GO, answers("+++++ +++-- ++--? ?????")).whole
    assert (whole.plus, whole.minus, whole.open) == (10, 4, 6)
    assert whole.score == Fraction(6, 14)
    assert whole.known_share == Fraction(14, 20)
    assert (whole.low, whole.high) == (Fraction(0), Fraction(12, 20))


def test_unknown_is_neither_plus_nor_minus() -> None:
    known, more = small([[1, 1], [5, 5]]), answers("+-??", small([[1, 1], [5, 5]]))
    assert standing(known, more).whole.score == 0
    assert standing(known, {}).whole.score is None
    assert standing(known, {"a1": OPEN}) == standing(known, {})


def test_weights_count() -> None:
    template = small([[3, 1]])
    assert standing(template, answers("+-", template)).whole.score == Fraction(1, 2)
    assert contributions(template, answers("+-", template)) == {"a1": Fraction(3, 4), "a2": Fraction(-1, 4)}


def test_columns_are_ranked_only_where_enough_is_known() -> None:
    template = small([[1, 1, 1, 1]])
    columns = {OURS: "+++-", "a": "++--", "b": "+???", "c": "+++-"}
    standings = {key: standing(template, answers(signs, template)) for key, signs in columns.items()}
    assert ranks(template, standings) == {OURS: 1, "a": 3, "b": None, "c": 1}
    found = duel(template, {key: answers(signs, template) for key, signs in columns.items()}, "b")
    assert (found.better, found.worse, found.equal, found.unknown) == (0, 0, 1, 3)


# --- what the rule says


def test_too_little_known_is_no_no() -> None:
    assert decide(GO_NO_GO, ours("+++++ +++++ ????? ?????")) == NOT_ENOUGH
    assert decide(GO_NO_GO, ours("-???? ????? ????? ?????")) == NOT_ENOUGH
    assert decide(GO_NO_GO, ours("+++?? +++?? +++?? +++??")) == "go"
    assert decide(GO_NO_GO, ours("+++++ +++++ +++++ +????")) == NOT_ENOUGH, "of the last group too little is known"


def test_a_threshold_counts_as_it_is_written() -> None:
    assert decide(GO_NO_GO, ours("+++-- +++-- +++-- +++--")) == "go", "12 less 8 of 20 is exactly .2"
    assert decide(GO_NO_GO, ours("+++-- +++-- +++-- ++---")) == "no_go"


def test_one_bad_group_is_a_no() -> None:
    assert decide(GO_NO_GO, ours("+---- +++++ +++++ +++++")) == "no_go"
    found = verdict(GO_NO_GO, ours("+---- +++++ +++++ +++++"))
    assert [(one.code, one.about) for one in found.next if not one.met] == [("group", "opportunity")]


def test_a_rival_ahead_of_us_is_a_no_if_enough_is_known_of_it() -> None:
    us = answers("+++++ +++-- +++-- +++--")
    assert decide(GO_NO_GO, {OURS: us, "a": answers("+++++ +++++ +++-- +++--")}) == "no_go"
    assert decide(GO_NO_GO, {OURS: us, "a": us}) == "go"
    assert decide(GO_NO_GO, {OURS: us, "a": answers("+++++ ++??? ????? ?????")}) == "go"


def test_a_must_that_is_missing_bars_and_one_that_is_open_leaves_it_undecided() -> None:
    content = GO_NO_GO.model_dump(mode="json", exclude_none=True)
    content["groups"][0]["criteria"][3]["must"] = True
    template = parse(content)
    assert decide(template, ours("+++++ +++++ +++++ +++++")) == "go"
    assert decide(template, ours("+++-+ +++++ +++++ +++++")) == "no_go"
    assert decide(template, ours("+++?+ +++++ +++++ +++++")) == NOT_ENOUGH


def test_levels_are_climbed_one_by_one() -> None:
    signs = {"early": "---+-----------------", "growing": "+-+-+-+-+-+-+-+-+-+--", "mature": "+++++++++++++++------"}
    signs["leading"] = "+" * 21
    assert {level: decide(MATURITY, ours(given, MATURITY)) for level, given in signs.items()} == {
        level: level for level in signs
    }


def test_what_no_open_answer_can_turn_is_settled() -> None:
    assert verdict(GO_NO_GO, ours("+++++ +++++ +++++ ++???")).settled
    found = verdict(GO_NO_GO, ours("+++-- +++-- +++-- ++-??"))
    assert (found.code, found.worst, found.best, found.settled) == ("go", "no_go", "go", False)


# --- which answers decide


def test_a_narrow_go_hangs_on_each_of_its_pluses() -> None:
    columns = ours("+++-- +++-- +++-- +++--")
    found = triggers(GO_NO_GO, columns, verdict(GO_NO_GO, columns))
    assert {one.cells for one in found.holds} == {((OURS, name),) for name in IDS if columns[OURS][name] is PLUS}
    assert {one.turns_to for one in found.holds} == {"no_go"}
    assert found.lifts == ()
    assert found.all


def test_a_no_by_one_group_hangs_on_the_minuses_of_that_group() -> None:
    columns = ours("+---- +++++ +++++ +++++")
    found = triggers(GO_NO_GO, columns, verdict(GO_NO_GO, columns))
    assert {one.cells[0][1] for one in found.lifts} == set(IDS[1:5])
    assert all(len(one.cells) == 1 and one.turns_to == "go" for one in found.lifts)


def test_a_rivals_answers_can_decide_too() -> None:
    columns = {OURS: answers("+++++ +++-- +++-- +++--"), "a": answers("+++++ ++++- +++-- +++--")}
    found = triggers(GO_NO_GO, columns, verdict(GO_NO_GO, columns))
    assert (("a", "project"),) in {one.cells for one in found.lifts}
    assert ((OURS, "relationship"),) in {one.cells for one in found.lifts}


def test_the_strongest_answers_stand_first() -> None:
    template = small([[1, 5, 3]])
    columns = ours("+++", template)
    found = triggers(template, columns, verdict(template, columns))
    assert [one.cells for one in found.holds] == [((OURS, "a2"),), ((OURS, "a3"), (OURS, "a1"))]


def test_when_too_little_is_known_it_says_what_would_be_enough() -> None:
    columns = ours("+++++ +++++ +++++ +????")
    found = triggers(GO_NO_GO, columns, verdict(GO_NO_GO, columns))
    assert {one.cells for one in found.missing} == {((OURS, name),) for name in IDS[16:]}
    empty = triggers(GO_NO_GO, ours("?" * 20), verdict(GO_NO_GO, ours("?" * 20)))
    assert len(empty.missing[0].cells) == 12
    assert not empty.all


Signs = st.text("+-?", min_size=6, max_size=6)
Weighted = st.lists(st.integers(1, 9), min_size=3, max_size=3)


def drawn(weights: list[int], groups: float | None, lead: float | None, known: float) -> Template:
    levels = [
        {"code": "low", "title": {"en": "low"}},
        {"code": "middle", "title": {"en": "middle"}, "score": -0.2, "groups": groups},
        {"code": "high", "title": {"en": "high"}, "score": 0.4, "groups": groups, "lead": lead},
    ]
    kept = [{name: value for name, value in level.items() if value is not None} for level in levels]
    return small([weights, weights[::-1]], levels=kept, known={"whole": known, "group": known / 2})


Templates = st.builds(
    drawn,
    Weighted,
    st.sampled_from([None, -0.5, 0.0]),
    st.sampled_from([None, 0.0, 0.3]),
    st.sampled_from([0.0, 0.5, 0.9]),
)


@settings(max_examples=100)
@given(Templates, Signs, Signs)
def test_a_plus_instead_never_lowers_our_score_nor_takes_a_level_away(template: Template, us: str, them: str) -> None:
    columns = {OURS: answers(us, template), "a": answers(them, template)}
    before, level = standing(template, columns[OURS]).whole, rung(template, decide(template, columns))
    for name in columns[OURS]:
        better = columns | {OURS: columns[OURS] | {name: PLUS}}
        after, then = standing(template, better[OURS]).whole, rung(template, decide(template, better))
        assert before.score is None or (after.score is not None and after.score >= before.score)
        assert after.low >= before.low
        assert after.high >= before.high
        assert level is None or (then is not None and then >= level)


@settings(max_examples=100)
@given(Templates, Signs)
def test_the_unknown_moves_no_score_and_stays_in_its_range(template: Template, us: str) -> None:
    given_ = answers(us, template)
    tally = standing(template, given_).whole
    assert tally == standing(template, {name: one for name, one in given_.items() if one is not OPEN}).whole
    for answer, end in ((MINUS, tally.low), (PLUS, tally.high)):
        filled = {name: answer if one is OPEN else one for name, one in given_.items()}
        assert standing(template, filled).whole.score == end
    assert tally.score is None or tally.low <= tally.score <= tally.high


@settings(max_examples=100)
@given(Templates, Signs, Signs, st.randoms(use_true_random=False))
def test_no_order_changes_a_decision(template: Template, us: str, them: str, chance: random.Random) -> None:
    columns = {OURS: answers(us, template), "a": answers(them, template)}
    content = template.model_dump(mode="json", exclude_none=True)
    chance.shuffle(content["groups"])
    for group in content["groups"]:
        chance.shuffle(group["criteria"])
    turned = {key: dict(chance.sample(list(one.items()), len(one))) for key, one in reversed(columns.items())}
    mixed = parse(content)
    assert decide(mixed, turned) == decide(template, columns)
    assert standing(mixed, turned[OURS]).whole == standing(template, columns[OURS]).whole
    parts = contributions(template, columns[OURS])
    assert sum(parts.values()) == (standing(template, columns[OURS]).whole.score or 0)


@settings(max_examples=150)
@given(Templates, Signs, Signs)
def test_triggers_decide_and_none_of_their_answers_is_to_spare(template: Template, us: str, them: str) -> None:
    columns = {OURS: answers(us, template), "a": answers(them, template)}
    found = verdict(template, columns)
    told = triggers(template, columns, found)
    level = rung(template, found.code)
    for one in (*told.holds, *told.lifts):
        after = rung(template, decide(template, flipped(columns, one.cells)))
        assert after != level
        assert one.turns_to == decide(template, flipped(columns, one.cells))
        for part in range(len(one.cells)):
            fewer = one.cells[:part] + one.cells[part + 1 :]
            there = rung(template, decide(template, flipped(columns, fewer)))
            assert there is not None
            assert level is not None
            assert there >= level if one in told.holds else there <= level
    for one in told.missing:
        assert decide(template, flipped(columns, one.cells)) != NOT_ENOUGH
        assert all(
            decide(template, flipped(columns, one.cells[:n] + one.cells[n + 1 :])) == NOT_ENOUGH
            for n in range(len(one.cells))
        )


@settings(max_examples=80)
@given(Templates, Signs, Signs)
def test_no_smaller_set_of_answers_decides_than_the_smallest_told(template: Template, us: str, them: str) -> None:
    columns = {OURS: answers(us, template), "a": answers(them, template)}
    found = verdict(template, columns)
    level, told = rung(template, found.code), triggers(template, columns, found)
    cells = [(key, name) for key, given_ in columns.items() for name, one in given_.items() if one is not OPEN]
    for sets, turned in ((told.holds, lambda then: then < level), (told.lifts, lambda then: then > level)):
        if level is None:
            continue
        smallest = min((len(one.cells) for one in sets), default=3)
        for size in range(1, min(smallest, 3)):
            for some in combinations(cells, size):
                then = rung(template, decide(template, flipped(columns, some)))
                assert then is not None
                assert not turned(then), some


# --- the course of an answer


def entry(version: int, answer: Answer, undoes: int | None = None) -> Entry:
    return Entry(version, answer, None, None, "x", datetime(2026, 3, 1, tzinfo=UTC), undoes)


def test_undoing_goes_back_step_by_step() -> None:
    course = [entry(1, PLUS), entry(2, MINUS), entry(3, PLUS, undoes=2)]
    assert [one.version for one in standing_entries(course)] == [1]
    assert standing_entries([*course, entry(4, OPEN, undoes=1)]) == []
    assert [one.version for one in standing_entries([*course, entry(4, MINUS)])] == [1, 4]


# --- the ledger


def case(score: float, won: bool, *, rule: bool | None = True, human: bool | None = True, **given_: Answer) -> Case:
    return Case(score, rule, human, won, given_)


def test_from_too_few_outcomes_nothing_is_told() -> None:
    found = record([case(0.5, True), case(-0.5, False, rule=False, human=False)], IDS)
    assert (found.area.value, found.rule_right.rate, found.rule_right.n) == (None, None, 2)
    assert suggest([case(0.5, True)] * 5, dict.fromkeys(IDS, 1)).why == "too_few_outcomes"


def test_accuracy_of_the_rule_and_of_the_human_are_told_apart() -> None:
    cases = [case(0.5, True)] * 12 + [case(-0.5, True, rule=False)] * 10 + [case(0.5, False)] * 8
    found = record(cases, [])
    assert (found.rule_right.part, found.rule_right.n) == (12, 30)
    assert (found.human_right.part, found.human_right.n) == (22, 30)
    assert (found.overruled_right.part, found.overruled_right.n) == (10, 10)
    assert found.refused_by_rule == 10


def test_the_area_is_that_of_all_pairs_with_the_spread_of_resamples() -> None:
    chance = random.Random(3)
    cases = [case(chance.gauss(0.8 if won else 0, 1), won) for won in [True] * 40 + [False] * 60]
    won, lost = ([one.score for one in cases if one.won is which] for which in (True, False))
    pairs = [(a > b) + (a == b) / 2 for a in won for b in lost]
    found = area(cases)
    assert found.value == pytest.approx(sum(pairs) / len(pairs))
    assert found.low is not None
    assert found.high is not None
    resampled = sorted(
        area(
            [*chance.choices([c for c in cases if c.won], k=40), *chance.choices([c for c in cases if not c.won], k=60)]
        ).value
        or 0
        for _ in range(200)
    )
    assert found.low == pytest.approx(resampled[5], abs=0.04)
    assert found.high == pytest.approx(resampled[-6], abs=0.04)


def test_a_perfect_ranking_is_not_called_certain() -> None:
    found = area([case(1.0, True)] * 10 + [case(-1.0, False)] * 10)
    assert found.value == 1
    assert found.low is not None
    assert 0.7 < found.low < 0.95


def test_the_area_covers_the_truth_as_often_as_it_says() -> None:
    chance, truth, covered = random.Random(11), 0.5 * (1 + math.erf(1 / 2)), 0
    for _ in range(300):
        cases = [case(chance.gauss(1, 1), True) for _ in range(30)] + [
            case(chance.gauss(0, 1), False) for _ in range(30)
        ]
        found = area(cases)
        covered += found.low <= truth <= found.high  # type: ignore[operator]
    assert covered / 300 >= 0.92


def test_a_lift_is_newcombes_of_his_own_example() -> None:
    cases = [case(0, n < 56, x=PLUS) for n in range(70)] + [case(0, n < 48, x=MINUS) for n in range(80)]
    found = lift(cases, "x")
    assert (found.difference, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert lift(cases[:74], "x").difference is None


def test_shares_from_too_few_have_no_rate() -> None:
    assert share(3, 9).rate is None
    assert share(5, 10).rate == 0.5


def outcomes(count: int, seed: int, strengths: dict[str, float]) -> list[Case]:
    chance, found = random.Random(seed), []
    for _ in range(count):
        given_ = {name: chance.choice([PLUS, MINUS, OPEN]) for name in strengths}
        signs = {PLUS: 1, MINUS: -1, OPEN: 0}
        line = sum(strength * signs[given_[name]] for name, strength in strengths.items())
        score = sum(signs[one] for one in given_.values()) / len(given_)
        found.append(Case(score, score > 0, score > 0, chance.random() < 1 / (1 + math.exp(-line)), given_))
    return found


def test_suggestions_stay_near_the_weights_until_many_outcomes_say_otherwise() -> None:
    strengths = {"a": 2.0, "b": 0.5, "c": 0.5, "d": 0.0}
    weights = dict.fromkeys(strengths, 1)
    few, many = (suggest(outcomes(n, 5, strengths), weights) for n in (60, 2_000))
    first_few, first_many = few.weights[0], many.weights[0]
    assert first_many.clear
    assert first_many.suggested > first_few.suggested > 0.25
    assert many.weights[3].suggested < 0.12
    assert sum(one.suggested for one in many.weights) == pytest.approx(1)


def test_a_score_that_foretells_nothing_suggests_nothing() -> None:
    whys = [
        suggest(outcomes(200, seed, dict.fromkeys("abcd", 0.0)), dict.fromkeys("abcd", 1)).why for seed in range(20)
    ]
    assert whys.count("score_foretells_nothing") >= 17
