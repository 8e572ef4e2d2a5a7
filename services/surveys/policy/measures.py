"""Which questions of which questionnaires ask for a standard, an expectation or a perception.

An answer is kept by question and row. What these measure is read from the versions of the questionnaires, so that it
needs no second copy and holds for answers that were brought from elsewhere.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from services.surveys.policy.questionnaire import Questionnaire
from services.surveys.policy.questionnaire_parts import row_ids, said_of


class Kind(StrEnum):
    """What is measured by code and not by score."""

    standard = "standard"
    expectation = "expectation"
    perception = "perception"


@dataclass(frozen=True, slots=True)
class Measure:
    """This row of this question measures the standard or item `code`; `row` is '' outside of a matrix."""

    questionnaire: str
    version: int
    question: str
    row: str
    code: str


def measures(kind: Kind, questionnaires: Iterable[Questionnaire]) -> list[Measure]:
    """Every row that asks for this kind of thing, over all versions."""
    return [measure for one in questionnaires for measure in _of(kind, one)]


def _of(kind: Kind, asked: Questionnaire) -> Iterator[Measure]:
    for question in asked.questions:
        if said_of(question) != kind:
            continue
        for row in row_ids(question):
            code = row or getattr(question, "standard" if kind is Kind.standard else "item")
            yield Measure(asked.id, asked.version, question.id, row, code)
