"""The fields of a page: what a form says as answers, and answers as what the fields hold.

A question is a field of its own name. A row of a matrix is `<question>.<row>`, the words to a chosen "other" are
`<question>.other`; ids of questions have no dot.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.surveys.policy.questionnaire_answers import Fault
from services.surveys.policy.questionnaire_parts import OTHER, OTHER_LONGEST
from services.surveys.schemas import QuestionOut

Fields = Mapping[str, list[str]]


def answers_of(questions: Iterable[QuestionOut], form: Fields) -> dict[str, Any]:
    """What a form says of these questions; what was left blank is not in it, and a wrong value stays as it came."""
    answers: dict[str, Any] = {}
    for question in questions:
        if (value := _value(question, form)) not in (None, {}, []):
            answers[question.id] = value
            words = form.get(question.id + OTHER, [""])[0]
            if words.strip() and any(option.other for option in question.options or ()):
                answers[question.id + OTHER] = words
    return answers


def _value(question: QuestionOut, form: Fields) -> Any:
    if question.kind == "matrix":
        rows = {row.id: _single(question, form.get(f"{question.id}.{row.id}", [])) for row in question.rows or ()}
        return {row: value for row, value in rows.items() if value is not None}
    sent = form.get(question.id, [])
    if question.several:
        return [one for one in sent if one]
    return _single(question, sent)


def _single(question: QuestionOut, sent: list[str]) -> Any:
    """The one value of a field; of a field that a page sends once, several are an answer of the wrong kind."""
    if len(sent) > 1:
        return sent
    text = sent[0] if sent else ""
    if not text.strip():
        return None
    if question.low is None:
        return text
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 3 else text


def fields_given(questions: Iterable[QuestionOut], answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields of these questions hold: a text each, a list for a choice of several."""
    return {name: value for question in questions for name, value in _held(question, answers)}


def _held(question: QuestionOut, answers: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    value = answers.get(question.id)
    if question.kind == "matrix":
        yield from ((f"{question.id}.{row}", str(one)) for row, one in (value or {}).items())
    elif isinstance(value, list) == question.several and value is not None:
        yield question.id, value if question.several else str(value)
    if words := answers.get(question.id + OTHER):
        yield question.id + OTHER, words


def field_of(fault: Fault) -> str:
    return f"{fault.question}.{fault.row}" if fault.row else fault.question


def name_of(question: QuestionOut, fault: Fault) -> str:
    """What the thing with the fault is called on the page."""
    return next((row.text for row in question.rows or () if row.id == fault.row), question.text)


def target_of(question: QuestionOut, row: str = "") -> str:
    """The id of the first thing in a field that takes the focus, for a link to it."""
    if question.kind in ("text", "comment"):
        return question.id
    field = question.id
    if question.rows:
        field = f"{question.id}.{row or question.rows[0].id}"
    first = question.options[0].id if question.options else question.low
    return f"{field}-{first}"


def limit_of(question: QuestionOut, fault: Fault) -> int | None:
    """The number in the words for a fault: the longest text, the most options."""
    return question.most if fault.wrong == "too_many" else question.max_length or OTHER_LONGEST
