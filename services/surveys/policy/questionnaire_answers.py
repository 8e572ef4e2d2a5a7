"""An answer to a questionnaire: what is wrong with it, and what it says, piece by piece.

`answers` maps question ids to values: a number for scores and ratings, a word for a standard or a choice, a list of
words for a choice of several, a text, and for a matrix a map of row ids to such values. The words to a chosen "other"
are given as `<question>.other`. A question that isn't asked (see `when`) takes no answer: one that was given before it
got hidden is dropped.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from services.surveys.policy.questionnaire import Questionnaire
from services.surveys.policy.questionnaire_parts import (
    OTHER,
    OTHER_LONGEST,
    Question,
    row_ids,
    said_of,
    words_of,
)
from shared.contracts.surveys import GivenItem, GivenScore, StandardWord

Value = int | str | list[str] | dict[str, int | str]


class Wrong(StrEnum):
    """What can be wrong with the answer to one question; the page has words for each in every language."""

    missing = "missing"
    off_scale = "off_scale"
    not_offered = "not_offered"
    too_many = "too_many"
    too_long = "too_long"
    unknown = "unknown"


@dataclass(frozen=True, slots=True)
class Fault:
    """One question, of a matrix one row, and what is wrong with its answer."""

    question: str
    wrong: Wrong
    row: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was given to one question; `part` is the row of a matrix or one chosen option of several.

    `value` is a score or a rating, `word` a standard's word or the id of an option, `words` what was written.
    """

    question: str
    part: str = ""
    value: int | None = None
    word: str | None = None
    words: str | None = None


@dataclass(slots=True)
class Reading:
    """What an answer says, in the order of the questions, and what is wrong with it."""

    given: list[Said] = field(default_factory=list)
    scores: list[GivenScore] = field(default_factory=list)
    standards: dict[str, StandardWord] = field(default_factory=dict)
    expectations: list[GivenItem] = field(default_factory=list)
    perceptions: list[GivenItem] = field(default_factory=list)
    comment: str | None = None
    kept: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def note(self, question: Question, piece: Said) -> None:
        """One more piece, under what it measures."""
        if question.kind == "comment":
            self.comment = piece.words
            return
        self.given.append(piece)
        match said_of(question):
            case "score":
                self.scores.append(GivenScore(metric=question.metric, about=question.about, score=piece.value))  # type: ignore[union-attr, arg-type]
            case "standard":
                self.standards[piece.part or question.standard] = StandardWord(piece.word or "")  # type: ignore[union-attr]
            case "expectation" | "perception" as kind:
                item = piece.part or question.item  # type: ignore[union-attr]
                getattr(self, f"{kind}s").append(GivenItem(item=item, value=piece.value))  # type: ignore[arg-type]


def read_answer(asked: Questionnaire, answers: Mapping[str, Any], *, partial: bool = False) -> Reading:
    """All that an answer says and all that is wrong with it; of a `partial` one nothing is missing yet.

    What was not answered has no piece: it is neither a zero nor a no.
    """
    reading = Reading()
    known = asked.by_id
    for name in answers:
        if name not in known and not _is_other(asked, name):
            reading.faults.append(Fault(name, Wrong.unknown))
    for question in asked.questions:
        if question.when and not question.when.holds(reading.kept):
            continue
        reading.asked.append(question.id)
        _read(reading, question, answers, partial)
    return reading


def _is_other(asked: Questionnaire, name: str) -> bool:
    question = asked.by_id.get(name.removesuffix(OTHER)) if name.endswith(OTHER) else None
    return getattr(question, "other", None) is not None


def _read(reading: Reading, question: Question, answers: Mapping[str, Any], partial: bool) -> None:
    found = list(_found(question, answers.get(question.id), answers.get(question.id + OTHER)))
    pieces = [one for one in found if isinstance(one, Said)]
    reading.faults += [one for one in found if isinstance(one, Fault)]
    if question.required and not partial:
        there = {one.row if isinstance(one, Fault) else one.part for one in found}
        missing = [row for row in row_ids(question) if row not in there] if question.kind == "matrix" else []
        missing = missing if found else [""]
        reading.faults += [Fault(question.id, Wrong.missing, row) for row in missing]
    for piece in pieces:
        reading.note(question, piece)
    if pieces:
        reading.kept[question.id] = _kept(question, pieces)
    if words := next((piece.words for piece in pieces if piece.word and piece.words), None):
        reading.kept[question.id + OTHER] = words


def _kept(question: Question, pieces: list[Said]) -> Value:
    """The answer to a question again, of what was taken."""
    plain = [piece.value if piece.value is not None else piece.word or piece.words or "" for piece in pieces]
    if question.kind == "matrix":
        return dict(zip((piece.part for piece in pieces), plain, strict=True))
    return plain if getattr(question, "several", False) else plain[0]  # type: ignore[return-value]


def _found(question: Question, value: Any, other: Any) -> Iterator[Said | Fault]:
    """The pieces of one question's answer, and what is wrong with it."""
    if value is None:
        return
    if question.kind == "matrix":
        yield from _rows(question, value)
    elif question.kind in ("text", "comment"):
        yield from _text(question, value, question.max_length)  # type: ignore[union-attr]
    elif getattr(question, "several", False):
        yield from _several(question, value, other)
    elif value != "":
        yield from _with_other(question, _one(question, value), other)


def _rows(question: Question, value: Any) -> Iterator[Said | Fault]:
    if not isinstance(value, Mapping):
        yield Fault(question.id, Wrong.not_offered)
        return
    rows = row_ids(question)
    yield from (Fault(question.id, Wrong.unknown, row) for row in value if row not in rows)
    for row in rows:
        if (one := value.get(row)) not in (None, ""):
            yield _one(question, one, row)


def _several(question: Question, value: Any, other: Any) -> Iterator[Said | Fault]:
    if not isinstance(value, list) or any(one not in words_of(question) for one in value):
        yield Fault(question.id, Wrong.not_offered)
    elif question.most is not None and len(set(value)) > question.most:  # type: ignore[union-attr]
        yield Fault(question.id, Wrong.too_many)
    else:
        for option in words_of(question):
            if option in value:
                yield from _with_other(question, Said(question.id, option, word=option), other)


def _one(question: Question, value: Any, row: str = "") -> Said | Fault:
    """One number on its scale, or one word of those there are."""
    if there := words_of(question):
        known = isinstance(value, str) and value in there
        return Said(question.id, row, word=value) if known else Fault(question.id, Wrong.not_offered, row)
    on_scale = value in question.scale  # type: ignore[union-attr]
    return Said(question.id, row, value=value) if on_scale else Fault(question.id, Wrong.off_scale, row)


def _with_other(question: Question, piece: Said | Fault, words: Any) -> Iterator[Said | Fault]:
    """The chosen option, with what was written to it when it is the other one."""
    other = getattr(question, "other", None)
    if isinstance(piece, Fault) or other is None or piece.word != other.id or words is None:
        yield piece
        return
    (written,) = list(_text(question, words, OTHER_LONGEST)) or [piece]
    yield replace(piece, words=written.words) if isinstance(written, Said) else written


def _text(question: Question, value: Any, longest: int) -> Iterator[Said | Fault]:
    if not isinstance(value, str):
        yield Fault(question.id, Wrong.not_offered)
    elif (text := tidy_text(value)) and len(text) > longest:
        yield Fault(question.id, Wrong.too_long)
    elif text:
        yield Said(question.id, words=text)


_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def tidy_text(text: str | None) -> str | None:
    """What somebody wrote, with plain line ends and without what can't be stored or seen; None when nothing is left."""
    plain = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", plain).strip() or None
