"""What is wrong with a questionnaire as a whole: texts that are missing, ids that clash, pages out of order."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from services.surveys.policy.questionnaire_branches import branch_faults
from services.surveys.policy.questionnaire_parts import Question, row_ids, said_of
from services.surveys.policy.standards import STANDARDS

if TYPE_CHECKING:
    from services.surveys.policy.questionnaire import Questionnaire

EVERYBODY = "en"


def holes(questionnaire: "Questionnaire") -> Iterator[str]:
    """All faults, each with its place in the questionnaire, in words."""
    yield from _languages(questionnaire)
    yield from _ids(questionnaire)
    for question in questionnaire.questions:
        yield from _parts(questionnaire, question)
    yield from _measured_twice(questionnaire.questions)
    yield from _pages(questionnaire)
    yield from branch_faults(questionnaire.questions)


def _languages(questionnaire: "Questionnaire") -> Iterator[str]:
    if EVERYBODY not in questionnaire.languages:
        yield f"{EVERYBODY} must be among the languages: it is shown to everybody whose own is missing"
    wanted = set(questionnaire.languages)
    for place, texts in questionnaire.texts():
        if missing := sorted(wanted - texts.keys()):
            yield f"{place} has no text in {', '.join(missing)}"
        if foreign := sorted(texts.keys() - wanted):
            yield f"{place} has a text in {', '.join(foreign)}, which is not among the languages"


def _ids(questionnaire: "Questionnaire") -> Iterator[str]:
    for what in ("question", "section"):
        for twice in _twice([one.id for one in getattr(questionnaire, f"{what}s")]):
            yield f"two {what}s have the id {twice}"


def _parts(questionnaire: "Questionnaire", question: Question) -> Iterator[str]:
    for name in ("options", "rows"):
        for twice in _twice([one.id for one in getattr(question, name, None) or ()]):
            yield f"{question.id}: two {name} have the id {twice}"
    options = getattr(question, "options", None) or ()
    if sum(option.other for option in options) > 1:
        yield f"{question.id}: only one option can be the other one"
    if question.kind == "choice" and question.most is not None and not question.several:
        yield f"{question.id}: `most` needs `several`"
    if question.kind == "matrix":
        yield from _matrix(question)
    for code in _codes(question, "standard"):
        if code not in (STANDARDS[questionnaire.party] if questionnaire.party else ()):
            yield f"{question.id}: {code} is no standard of the {questionnaire.party}"


def _matrix(question: Question) -> Iterator[str]:
    rated = question.of in ("expectation", "perception")  # type: ignore[union-attr]
    if (question.of == "choice") != bool(question.options):  # type: ignore[union-attr]
        yield f"{question.id}: a matrix of choices, and no other, has options"
    if any(option.other for option in question.options or ()):  # type: ignore[union-attr]
        yield f"{question.id}: a matrix has no other option"
    for name in ("low", "high"):
        if rated != bool(getattr(question, name)):
            yield f"{question.id}: a matrix of ratings, and no other, has {name}"


def _codes(question: Question, kind: str) -> tuple[str, ...]:
    """The codes of this kind that the question asks about."""
    if said_of(question) != kind:
        return ()
    if question.kind == "matrix":
        return row_ids(question)
    return (question.standard if question.kind == "standard" else question.item,)  # type: ignore[union-attr]


def _measured_twice(questions: Sequence[Question]) -> Iterator[str]:
    scores = [(question.metric, question.about) for question in questions if question.kind == "score"]
    for metric, about in sorted({pair for pair in scores if scores.count(pair) > 1}):
        yield f"two questions have the metric {metric} about {about}"
    for kind in ("standard", "expectation", "perception"):
        for twice in _twice([code for question in questions for code in _codes(question, kind)]):
            yield f"the {kind} {twice} is asked for twice"


def _pages(questionnaire: "Questionnaire") -> Iterator[str]:
    order = [section.id for section in questionnaire.sections]
    stands = [question.section for question in questionnaire.questions]
    if not order:
        yield from (f"there is no section {one}" for one in sorted({one for one in stands if one}))
        return
    for question in questionnaire.questions:
        if question.section not in order:
            yield f"{question.id} stands in no section, or in one that there is not"
    for empty in (one for one in order if one not in stands):
        yield f"the section {empty} has no question"
    places = [order.index(one) for one in stands if one in order]
    if places != sorted(places):
        yield "the questions don't stand in the order of their sections"


def _twice(values: Sequence[str]) -> list[str]:
    return sorted({value for value in values if values.count(value) > 1})
