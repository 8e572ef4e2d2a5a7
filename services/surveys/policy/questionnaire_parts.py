"""The kinds of questions: each says what it measures; nothing is guessed from a scale or a wording."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.surveys.policy.metrics import SCALES, Scale
from services.surveys.policy.questionnaire_when import When
from shared.contracts.fields import Code, Language
from shared.contracts.surveys import Metric

_STORABLE = "^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$"
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000, pattern=_STORABLE)]
Texts = dict[Language, Text]
# No dot: `<question>.other` is where the words to a chosen "other" are given.
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
RATING = Scale(1, 7)
OTHER = ".other"
OTHER_LONGEST = 500
Part = ConfigDict(extra="forbid", frozen=True, strict=True)


class Piece(BaseModel):
    """A piece of a questionnaire file: what the format doesn't know is a mistake."""

    model_config = Part

    def texts(self) -> Iterator[tuple[tuple[str | int, ...], str, Mapping[str, str]]]:
        """Every text of the piece: the path to it, its place in words, and the text by language."""
        for name in ("title", "text", "hint", "low", "high"):
            if texts := getattr(self, name, None):
                yield (name,), name, texts
        for name in ("options", "rows"):
            for place, one in enumerate(getattr(self, name, None) or ()):
                yield (name, place, "text"), f"{name}/{one.id}", one.text


class Asking(Piece):
    """What every question has: a stable id, its text, the page it stands on, and when it is asked."""

    id: Id
    section: Id | None = None
    text: Texts
    hint: Texts | None = None
    required: bool = False
    when: When | None = None


class ScoreQuestion(Asking):
    """One metric on its own scale, and what it is about; `low` and `high` say in words what the ends mean."""

    kind: Literal["score"]
    metric: Metric = Field(strict=False)
    about: Code = "experience"
    low: Texts
    high: Texts
    required: bool = True

    @property
    def scale(self) -> Scale:
        return SCALES[self.metric]


class StandardQuestion(Asking):
    """Whether one exchange standard was kept: yes, no or not needed."""

    kind: Literal["standard"]
    standard: Code


class ItemQuestion(Asking):
    """How much is expected of an item (before), or found of it (after), from 1 to 7.

    Items of the same code make a gap, whatever the questions are called.
    """

    kind: Literal["expectation", "perception"]
    item: Code
    low: Texts
    high: Texts

    @property
    def scale(self) -> Scale:
        return RATING


class Option(Piece):
    """One thing to choose. `other` takes words of one's own beside it."""

    id: Id
    text: Texts
    other: bool = False


class ChoiceQuestion(Asking):
    """One of the options, or with `several` any number of them, at most `most`."""

    kind: Literal["choice"]
    options: list[Option] = Field(min_length=2, max_length=60)
    several: bool = False
    most: int | None = Field(None, ge=1)

    @property
    def other(self) -> Option | None:
        return next((option for option in self.options if option.other), None)


class TextQuestion(Asking):
    """Free words; they stay in the room."""

    kind: Literal["text"]
    max_length: int = Field(2000, ge=1, le=20_000)


class CommentQuestion(Asking):
    """Free words, never required: what an EP says here is told to those who look after EPs."""

    kind: Literal["comment"]
    id: Literal["comment"]
    required: Literal[False] = False
    max_length: int = Field(ge=1, le=20_000)


class Row(Piece):
    """A line of a matrix: a standard or an item by its code, else an id of the questionnaire's own."""

    id: Code
    text: Texts


class MatrixQuestion(Asking):
    """Rows that are answered alike: `of` standards, expectations, perceptions, or one of the matrix's `options`."""

    kind: Literal["matrix"]
    of: Literal["standard", "expectation", "perception", "choice"]
    rows: list[Row] = Field(min_length=1, max_length=60)
    options: list[Option] | None = Field(None, min_length=2, max_length=12)
    low: Texts | None = None
    high: Texts | None = None

    @property
    def scale(self) -> Scale:
        return RATING


Question = Annotated[
    ScoreQuestion | StandardQuestion | ItemQuestion | ChoiceQuestion | TextQuestion | CommentQuestion | MatrixQuestion,
    Field(discriminator="kind"),
]


class Section(Piece):
    """A page of a long questionnaire; it is passed over when none of its questions is asked."""

    id: Id
    title: Texts
    text: Texts | None = None


def said_of(question: Question) -> str:
    """The kind of thing that an answer to this question is, seen through a matrix: score, standard, choice, words …"""
    if isinstance(question, MatrixQuestion):
        return question.of
    return "text" if question.kind == "comment" else question.kind


def row_ids(question: Question) -> tuple[str, ...]:
    """The rows of a matrix; one nameless row of any other question."""
    return tuple(row.id for row in question.rows) if isinstance(question, MatrixQuestion) else ("",)


def codes_of(question: Question) -> tuple[str, ...]:
    """What the question measures: metric and subject of a score, the standards, the items; nothing for the rest."""
    kind = said_of(question)
    if kind == "score":
        return (f"{question.metric}/{question.about}",)  # type: ignore[union-attr]
    if kind not in ("standard", "expectation", "perception"):
        return ()
    if isinstance(question, MatrixQuestion):
        return row_ids(question)
    return (question.standard if question.kind == "standard" else question.item,)  # type: ignore[union-attr]


def words_of(question: Question) -> tuple[str, ...]:
    """The words that a row of the question can be answered with; none where numbers or free words are given."""
    if said_of(question) == "standard":
        return ("yes", "no", "not_needed")
    return tuple(option.id for option in getattr(question, "options", None) or ())
