"""Questionnaires as data: what ships, and what is said of a file that can't be used."""

from pathlib import Path

import pytest

from services.surveys import pages
from services.surveys.policy.questionnaire import Occasion
from services.surveys.policy.questionnaire_answers import Fault, Wrong, read_answer
from services.surveys.questionnaires import LIBRARY, QuestionnaireFault, load, read
from shared.contracts.surveys import Metric

SOUND = """
id: short
version: 1
asked_at: experience-completed
touchpoint: survey-invitation
expires_after_days: 14
languages: [en]
title: {en: Short}
intro: {en: One question.}
thanks: {en: Thank you.}
questions:
  - {kind: score, id: nps, metric: nps, text: {en: Recommend it}, low: {en: "no"}, high: {en: "yes"}}
"""


def fault(text: str) -> str:
    with pytest.raises(QuestionnaireFault) as raised:
        read(text, "short-1.yaml")
    return str(raised.value)


def test_the_library_knows_who_asks_what_when_and_how_it_is_carried() -> None:
    assert [asked.id for asked in LIBRARY.asked_at(Occasion.experience_completed)] == ["after-completion"]
    assert {"after-completion", "first-weeks", "enabler-feedback"} <= LIBRARY.measuring(Metric.ces2)
    assert "after-completion" in LIBRARY.by_touchpoint("survey-invitation")


def test_the_page_has_the_same_words_in_every_language() -> None:
    english = pages.WORDS["en"]
    for words in pages.WORDS.values():
        assert words.keys() == english.keys()
        assert words["errors"].keys() == english["errors"].keys() == {wrong.value for wrong in Wrong}


def test_a_yaml_word_that_means_a_truth_value_is_no_text() -> None:
    broken = SOUND.replace('{en: "no"}', "{en: no}")
    assert "questions/0/low/en: Input should be a valid string" in fault(broken)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("metric: nps", "metric: happiness", "Input should be 'nps', 'ces1', 'ces2' or 'csat'"),
        ("version: 1", "version: one", "version: Input should be a valid integer"),
        ("title: {en: Short}", "title: {en: Short}\ncolour: red", "colour: Extra inputs are not permitted"),
        ("languages: [en]", "languages: [en, sv]", "title has no text in sv"),
        ("languages: [en]", "languages: [sv]", "en must be among the languages"),
        ("intro: {en: One question.}", "intro: {en: One, ar: واحد}", "intro has a text in ar"),
        ("id: short", "id: short\nid: shorter", "'id' stands twice"),
        ("questions:", "questions: [", "short-1.yaml"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place_and_the_reason(old: str, new: str, said: str) -> None:
    assert read(SOUND, "short-1.yaml").id == "short"
    assert said in fault(SOUND.replace(old, new, 1))


def test_a_metric_is_asked_once_in_a_questionnaire() -> None:
    twice = SOUND + SOUND.splitlines()[-1].replace("id: nps", "id: again") + "\n"
    assert "two questions have the metric nps" in fault(twice)


def test_a_file_is_named_after_its_id_and_version(tmp_path: Path) -> None:
    (tmp_path / "short-2.yaml").write_text(SOUND)
    with pytest.raises(QuestionnaireFault, match=r"short-2.yaml: it says short, version 1"):
        load(tmp_path)


def test_people_are_asked_by_the_newest_version_and_answer_the_one_they_were_asked(tmp_path: Path) -> None:
    for version in (1, 2, 10):
        (tmp_path / f"short-{version}.yaml").write_text(SOUND.replace("version: 1", f"version: {version}"))
    library = load(tmp_path)
    assert library.newest["short"].version == 10
    assert library.get("short", 2).version == 2


def test_all_that_is_wrong_with_an_answer_is_told_at_once() -> None:
    asked = LIBRARY.newest["after-completion"]
    assert read_answer(asked, {"nps": 0, "ces2": 7}).faults == []
    assert read_answer(asked, {"ces2": 8, "csat": 3, "comment": "x" * 2001}).faults == [
        Fault("csat", Wrong.unknown),
        Fault("nps", Wrong.missing),
        Fault("ces2", Wrong.off_scale),
        Fault("comment", Wrong.too_long),
    ]
