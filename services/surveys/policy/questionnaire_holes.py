"""What is wrong with a questionnaire as a whole: texts that are missing, ids that clash, pages out of order."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from services.surveys.policy.questionnaire_branches import branch_faults
from services.surveys.policy.questionnaire_parts import MatrixQuestion, Question, codes_of, said_of
from services.surveys.policy.standards import STANDARDS

if TYPE_CHECKING:
    from services.surveys.policy.questionnaire import Questionnaire

EVERYBODY = "en"
Path = tuple[str | int, ...]
Hole = tuple[Path, str]


class Holes(ValueError):
    """All that is wrong with the whole, each with the path to it."""

    def __init__(self, holes: Sequence[Hole]) -> None:
        super().__init__("; ".join(what for _, what in holes))
        self.holes = list(holes)


def holes(questionnaire: "Questionnaire") -> Iterator[Hole]:
    """All faults, each with its path in the questionnaire and in words."""
    places = {question.id: place for place, question in enumerate(questionnaire.questions)}
    yield from _languages(questionnaire)
    yield from _ids(questionnaire)
    for place, question in enumerate(questionnaire.questions):
        yield from ((("questions", place), what) for what in _parts(questionnaire, question))
    for id_, what in _measured_twice(questionnaire.questions):
        yield ("questions", places[id_]), what
    yield from _pages(questionnaire)
    for id_, what in branch_faults(questionnaire.questions):
        yield ("questions", places[id_], "when"), what


def _languages(questionnaire: "Questionnaire") -> Iterator[Hole]:
    if EVERYBODY not in questionnaire.languages:
        yield (
            ("languages",),
            f"{EVERYBODY} must be among the languages: it is shown to everybody whose own is missing",
        )
    wanted = set(questionnaire.languages)
    for path, place, texts in questionnaire.all_texts():
        if missing := sorted(wanted - texts.keys()):
            yield path, f"{place} has no text in {', '.join(missing)}"
        if foreign := sorted(texts.keys() - wanted):
            yield path, f"{place} has a text in {', '.join(foreign)}, which is not among the languages"


def _ids(questionnaire: "Questionnaire") -> Iterator[Hole]:
    for what in ("question", "section"):
        ids = [one.id for one in getattr(questionnaire, f"{what}s")]
        yield from (((f"{what}s", ids.index(twice)), f"two {what}s have the id {twice}") for twice in _twice(ids))


def _parts(questionnaire: "Questionnaire", question: Question) -> Iterator[str]:
    for name in ("options", "rows"):
        for twice in _twice([one.id for one in getattr(question, name, None) or ()]):
            yield f"{question.id}: two {name} have the id {twice}"
    options = getattr(question, "options", None) or ()
    if sum(option.other for option in options) > 1:
        yield f"{question.id}: only one option can be the other one"
    if question.kind == "choice" and question.most is not None and not question.several:
        yield f"{question.id}: `most` needs `several`"
    if isinstance(question, MatrixQuestion):
        yield from _matrix(question)
    for code in codes_of(question) if said_of(question) == "standard" else ():
        if code not in (STANDARDS[questionnaire.party] if questionnaire.party else ()):
            yield f"{question.id}: {code} is no standard of the {questionnaire.party}"


def _matrix(question: MatrixQuestion) -> Iterator[str]:
    rated = question.of in ("expectation", "perception")
    if (question.of == "choice") != bool(question.options):
        yield f"{question.id}: a matrix of choices, and no other, has options"
    if any(option.other for option in question.options or ()):
        yield f"{question.id}: a matrix has no other option"
    for name in ("low", "high"):
        if rated != bool(getattr(question, name)):
            yield f"{question.id}: a matrix of ratings, and no other, has {name}"


def _measured_twice(questions: Sequence[Question]) -> Iterator[tuple[str, str]]:
    """The id of the later question, and what it measures once more."""
    seen: set[tuple[str, ...]] = set()
    for question in questions:
        kind = said_of(question)
        for code in codes_of(question):
            measured = (kind, *code.split("/"))
            if measured in seen and kind == "score":
                metric, about = code.split("/")
                yield question.id, f"two questions have the metric {metric} about {about}"
            elif measured in seen:
                yield question.id, f"the {kind} {code} is asked for twice"
            seen.add(measured)


def _pages(questionnaire: "Questionnaire") -> Iterator[Hole]:
    order = [section.id for section in questionnaire.sections]
    furthest = 0
    for place, question in enumerate(questionnaire.questions):
        path: Path = ("questions", place, "section")
        if not order and question.section:
            yield path, f"there is no section {question.section}"
        elif order and question.section not in order:
            yield path, f"{question.id} stands in no section, or in one that there is not"
        elif question.section and order.index(question.section) < furthest:
            yield path, f"{question.id}: the questions don't stand in the order of their sections"
        elif question.section:
            furthest = order.index(question.section)
    stands = {question.section for question in questionnaire.questions}
    for place, section in enumerate(order):
        if section not in stands:
            yield ("sections", place), f"the section {section} has no question"


def _twice(values: Sequence[str]) -> list[str]:
    return sorted({value for value in values if values.count(value) > 1})
