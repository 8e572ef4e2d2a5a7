"""The questionnaires that ship: typed, matched before and after, in four languages, about standards that there are."""

import pytest

from services.notifications.plan.standards import catalogue
from services.surveys.policy.questionnaire import Questionnaire
from services.surveys.policy.questionnaire_answers import read_answer
from services.surveys.policy.questionnaire_parts import row_ids, said_of
from services.surveys.policy.standards import LABELS, STANDARDS
from services.surveys.questionnaires import LIBRARY
from shared.contracts.surveys import Metric, Party

NEWEST = list(LIBRARY.newest.values())
LANGUAGES = ("ar", "en", "ro", "sv")


def codes(asked: Questionnaire, kind: str) -> set[str]:
    """The items or standards that a questionnaire asks for."""
    found: set[str] = set()
    for question in asked.questions:
        if said_of(question) == kind:
            found |= set(row_ids(question)) if question.kind == "matrix" else {getattr(question, "item", "")}
    return found


@pytest.mark.parametrize("asked", NEWEST, ids=lambda asked: asked.id)
def test_the_newest_versions_speak_four_languages_each_in_its_own_words(asked: Questionnaire) -> None:
    assert tuple(sorted(asked.languages)) == LANGUAGES
    for _, place, texts in asked.all_texts():
        assert len({texts[language] for language in LANGUAGES}) == 4, place
        assert any("\u0600" <= letter <= "\u06ff" for letter in texts["ar"]), place


def test_the_lifecycle_set_is_there_and_every_score_in_it_is_typed() -> None:
    measured = {asked.id: [(one.metric, one.about) for one in asked.scored] for asked in NEWEST}
    assert measured == {
        "after-case": [(Metric.ces2, "case")],
        "after-completion": [(Metric.nps, "experience"), (Metric.nps, "organisation"), (Metric.ces2, "experience")],
        "at-approval": [],
        "enabler-expectations": [],
        "enabler-feedback": [
            (Metric.nps, "experience"),
            (Metric.ces2, "experience"),
            (Metric.csat, "intern_preparation"),
        ],
        "enabler-partnership": [(Metric.nps, "organisation"), (Metric.ces2, "organisation")],
        "first-weeks": [(Metric.ces2, "getting_started")],
        "team-pulse": [(Metric.nps, "workplace"), (Metric.ces2, "workplace"), (Metric.csat, "support")],
    }


@pytest.mark.parametrize(
    ("before", "after"), [("at-approval", "after-completion"), ("enabler-expectations", "enabler-feedback")]
)
def test_what_is_expected_before_is_asked_for_afterwards(before: str, after: str) -> None:
    first, last = LIBRARY.newest[before], LIBRARY.newest[after]
    assert codes(first, "expectation") == codes(last, "perception") != set()
    assert first.party == last.party


def test_the_standards_that_are_asked_about_are_those_of_the_catalogue() -> None:
    owned = catalogue()
    assert STANDARDS[Party.ep] == tuple(one.code for one in owned.standards)
    assert STANDARDS[Party.enabler] == tuple(one.code for one in owned.enabler)
    assert codes(LIBRARY.newest["after-completion"], "standard") == set(STANDARDS[Party.ep])
    assert codes(LIBRARY.newest["enabler-feedback"], "standard") == set(STANDARDS[Party.enabler])
    followed = {"job_description", "working_hours", "accommodation", "living_basics"}
    assert codes(LIBRARY.newest["first-weeks"], "standard") == followed
    assert set(LABELS) == set(LANGUAGES)


def test_two_numbers_are_enough_for_a_finished_answer_after_the_stay() -> None:
    asked = LIBRARY.newest["after-completion"]
    assert read_answer(asked, {"nps": 9, "ces2": 6}).faults == []
    for trouble in ({"nps": 6}, {"ces2": 3}, {"nps_organisation": 0}, {"standards": {"insurance": "no"}}):
        assert "went_wrong" in read_answer(asked, {"nps": 9, "ces2": 6} | trouble).asked
    fine = {"nps": 7, "ces2": 4, "standards": {"insurance": "not_needed"}}
    assert "went_wrong" not in read_answer(asked, fine).asked


def test_an_older_version_stays_as_it_was_asked() -> None:
    first = LIBRARY.get("after-completion", 1)
    assert [question.id for question in first.questions] == ["nps", "ces2", "comment"]
    kept = {question.id: question.kind for question in LIBRARY.newest["after-completion"].questions}
    assert all(kept[question.id] == question.kind for question in first.questions)
