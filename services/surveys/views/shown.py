"""A questionnaire as its reader sees it: in one language, with the scale or the options of each question."""

from typing import Any

from services.surveys.policy.questionnaire import Questionnaire
from services.surveys.policy.questionnaire_parts import Option, Question, said_of, words_of
from services.surveys.policy.standards import label
from services.surveys.schemas import OptionOut, QuestionOut, RowOut, SectionOut, WhenOut
from shared.contracts.surveys import StandardWord


def sections_out(asked: Questionnaire, language: str) -> list[SectionOut]:
    return [
        SectionOut(id=one.id, title=one.title[language], text=one.text[language] if one.text else None)
        for one in asked.sections
    ]


def questions_out(asked: Questionnaire, language: str) -> list[QuestionOut]:
    return [_question(question, language) for question in asked.questions]


def _question(question: Question, language: str) -> QuestionOut:
    values: dict[str, Any] = {
        name: getattr(question, name)
        for name in ("id", "kind", "section", "required", "metric", "about", "standard", "item", "of", "max_length")
        if hasattr(question, name)
    }
    values |= {name: getattr(question, name) for name in ("several", "most") if hasattr(question, name)}
    values |= {"text": question.text[language], "hint": question.hint[language] if question.hint else None}
    if question.when:
        values["when"] = WhenOut.model_validate(question.when)
    if said_of(question) in ("score", "expectation", "perception"):
        scale = question.scale  # type: ignore[union-attr]
        values |= {"low": scale.low, "high": scale.high}
        values |= {f"{name}_text": getattr(question, name)[language] for name in ("low", "high")}
    if rows := getattr(question, "rows", None):
        values["rows"] = [RowOut(id=row.id, text=row.text[language]) for row in rows]
    if words_of(question):
        values["options"] = _options(question, language)
    return QuestionOut(**values)


def _options(question: Question, language: str) -> list[OptionOut]:
    options: list[Option] = getattr(question, "options", None) or []
    if options:
        return [OptionOut(id=one.id, text=one.text[language], other=one.other) for one in options]
    return [OptionOut(id=word, text=label(StandardWord(word), language)) for word in words_of(question)]
