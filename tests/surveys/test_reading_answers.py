"""What an answer to each kind of question says, what is wrong with it, and what branching does to it."""

from typing import Any

import pytest

from services.surveys.policy.questionnaire_answers import Fault, Said, Wrong, read_answer
from services.surveys.policy.standards import kept
from services.surveys.questionnaires import QuestionnaireFault, read
from shared.contracts.surveys import GivenItem, GivenScore, Metric, StandardWord
from tests.surveys.questionnaires import EVERY_ANSWER, EVERY_KIND

ASKED = read(EVERY_KIND, "every-kind-1.yaml")


def test_every_kind_of_question_is_read_into_what_it_measures() -> None:
    reading = read_answer(ASKED, EVERY_ANSWER)
    assert reading.faults == []
    assert reading.scores == [
        GivenScore(metric=Metric.nps, about="experience", score=9),
        GivenScore(metric=Metric.ces2, about="experience", score=6),
    ]
    assert reading.standards == {"arrival_pickup": "yes", "insurance": "not_needed", "first_day_of_work": "no"}
    assert reading.expectations == [GivenItem(item="living_basics", value=7)]
    assert reading.perceptions == [GivenItem(item="accommodation", value=5)]
    assert reading.comment == "Thanks, Marta."
    assert reading.given[4:] == [
        Said("found_by", word="else", words="A poster in the canteen"),
        Said("helped", "buddy", word="buddy"),
        Said("helped", "team", word="team"),
        Said("standards", "insurance", word="not_needed"),
        Said("standards", "first_day_of_work", word="no"),
        Said("hopes", "living_basics", value=7),
        Said("often", "call", word="daily"),
        Said("why", words="Nobody came."),
    ]
    assert reading.kept == EVERY_ANSWER | {"helped": ["buddy", "team"]}


def test_what_is_not_answered_is_nowhere_and_never_a_no() -> None:
    reading = read_answer(ASKED, {"nps": 10, "standards": {"insurance": None}, "pickup": "", "helped": []})
    assert (reading.faults, reading.standards) == ([], {})
    assert [said.question for said in reading.given] == ["nps"]
    assert [kept(word) for word in (StandardWord.yes, StandardWord.no, StandardWord.not_needed, None)] == [
        True,
        False,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("answers", "faults"),
    [
        ({"nps": 11}, [Fault("nps", Wrong.off_scale)]),
        ({}, [Fault("nps", Wrong.missing)]),
        ({"nps": 9, "pickup": "maybe"}, [Fault("pickup", Wrong.not_offered)]),
        ({"nps": 9, "pickup": True}, [Fault("pickup", Wrong.not_offered)]),
        ({"nps": 9, "room": 0}, [Fault("room", Wrong.off_scale)]),
        ({"nps": 9, "found_by": ["friend"]}, [Fault("found_by", Wrong.not_offered)]),
        ({"nps": 9, "found_by": "else", "found_by.other": "x" * 501}, [Fault("found_by", Wrong.too_long)]),
        ({"nps": 9, "helped": "team"}, [Fault("helped", Wrong.not_offered)]),
        ({"nps": 9, "helped": [["team"]]}, [Fault("helped", Wrong.not_offered)]),
        ({"nps": 9, "helped": ["team", "buddy", "nobody"]}, [Fault("helped", Wrong.too_many)]),
        ({"nps": 9, "standards": ["no"]}, [Fault("standards", Wrong.not_offered)]),
        (
            {"nps": 9, "standards": {"insurance": 1, "pets": "yes", "first_day_of_work": "nope"}},
            [
                Fault("standards", Wrong.unknown, "pets"),
                Fault("standards", Wrong.not_offered, "insurance"),
                Fault("standards", Wrong.not_offered, "first_day_of_work"),
            ],
        ),
        ({"nps": 9, "hopes": {"welcome": 8}}, [Fault("hopes", Wrong.off_scale, "welcome")]),
        ({"nps": 2, "why": 7}, [Fault("why", Wrong.not_offered)]),
        ({"nps": 2, "why": "x" * 41}, [Fault("why", Wrong.too_long)]),
        (
            {"nps": 9, "pickup.other": "x", "age": 3},
            [Fault("pickup.other", Wrong.unknown), Fault("age", Wrong.unknown)],
        ),
    ],
)
def test_what_is_wrong_is_told_of_the_question_and_the_row(answers: dict[str, Any], faults: list[Fault]) -> None:
    assert read_answer(ASKED, answers).faults == faults


def test_a_hidden_question_is_not_required_and_what_it_was_given_is_dropped() -> None:
    reading = read_answer(ASKED, {"nps": 9, "why": "An older thought."})
    assert (reading.faults, "why" in reading.kept, "why" in reading.asked) == ([], False, False)
    assert [said.question for said in reading.given] == ["nps"]


@pytest.mark.parametrize("answers", [{"nps": 6}, {"nps": 9, "standards": {"insurance": "no"}}])
def test_a_question_that_a_condition_brings_up_is_required(answers: dict[str, Any]) -> None:
    assert read_answer(ASKED, answers).faults == [Fault("why", Wrong.missing)]


def test_nothing_is_missing_in_a_partial_answer_but_what_is_there_must_be_right() -> None:
    assert read_answer(ASKED, {"standards": {"insurance": "no"}}, partial=True).faults == []
    assert read_answer(ASKED, {"room": 9}, partial=True).faults == [Fault("room", Wrong.off_scale)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{question: nps, at_most: 6}", "{question: comment, answered: true}", "comment, which comes no earlier"),
        ("{question: nps, at_most: 6}", "{question: mood, at_most: 6}", "mood, which there is not"),
        ("{question: nps, at_most: 6}", "{question: nps, at_least: 11}", "nps can't be answered so"),
        ("{question: nps, at_most: 6}", "{question: found_by, equals: foe}", "found_by can't be answered so"),
        ("{question: nps, at_most: 6}", "{question: nps, at_most: 6, equals: 2}", "exactly one of equals"),
        ("{question: standards, equals: ", "{question: standards, row: pets, equals: ", "standards has no row pets"),
        ("{any: [{", "{all: [{question: nps, equals: 10}, {question: nps, in: [1, 2]}], any: [{", "never be met"),
        ("metric: ces2", "metric: nps", "two questions have the metric nps about experience"),
        ("item: accommodation", "item: Room", "questions/3/item"),
        ("standard: arrival_pickup", "standard: insurance", "the standard insurance is asked for twice"),
        ("id: insurance", "id: pets", "pets is no standard of the ep"),
        ("id: found_by\n    section: first", "id: found_by\n    section: second", "don't stand in the order"),
        ("id: ease, section: first", "id: ease, section: third", "ease stands in no section"),
        ("id: buddy", "id: team", "helped: two options have the id team"),
        ("of: choice", "of: standard", "a matrix of choices, and no other, has options"),
        ("id: pickup,", "id: pick.up,", "questions/2/id"),
        ("several: true", "several: false", "`most` needs `several`"),
    ],
)  # fmt: skip
def test_a_questionnaire_that_does_not_hang_together_is_refused(old: str, new: str, said: str) -> None:
    assert old in EVERY_KIND
    with pytest.raises(QuestionnaireFault) as raised:
        read(EVERY_KIND.replace(old, new, 1), "every-kind-1.yaml")
    assert said in str(raised.value)


def test_a_question_behind_a_branch_that_leads_elsewhere_is_dead() -> None:
    after = "  - {kind: text, id: praise, section: second, text: {en: Praise}, when: {all: [%s]}}\n"
    text = EVERY_KIND.replace(
        "any: [{question: nps, at_most: 6}, {question: standards",
        "all: [{question: nps, at_most: 6}, {question: standards",
    )
    sound = text.replace("  - {kind: comment", after % "{question: why, answered: true}" + "  - {kind: comment")
    assert "praise" in read(sound, "x").by_id
    dead = text.replace(
        "  - {kind: comment",
        after % "{question: why, answered: true}, {question: nps, equals: 9}" + "  - {kind: comment",
    )
    with pytest.raises(QuestionnaireFault, match="praise: its conditions can never be met"):
        read(dead, "x")
