"""A questionnaire as data: typed questions on pages, texts in every language it has, and when each is asked."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cached_property

from pydantic import Field, model_validator

from services.surveys.policy.questionnaire_holes import Holes, Path, holes
from services.surveys.policy.questionnaire_parts import (
    CommentQuestion,
    Id,
    Piece,
    Question,
    ScoreQuestion,
    Section,
    Texts,
)
from shared.contracts.fields import Code, Language
from shared.contracts.surveys import Party

FALLBACK = "en"
RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ps", "ur", "yi"})


class Occasion(StrEnum):
    """When people are asked without a programme."""

    experience_completed = "experience-completed"


class Questionnaire(Piece):
    """One version; ids are stable over versions and languages. `touchpoint` is the mail that carries the invitation.

    `party` is which customer answers it, null for anybody. One without `asked_at` is asked by programmes only.
    """

    id: Id
    version: int = Field(ge=1, le=100_000)
    party: Party | None = Field(Party.ep, strict=False)
    asked_at: Occasion | None = Field(None, strict=False)
    touchpoint: Code | None = None
    expires_after_days: int = Field(60, ge=1, le=400)
    languages: list[Language] = Field(min_length=1)
    title: Texts
    intro: Texts
    thanks: Texts
    sections: list[Section] = Field(default_factory=list, max_length=30)
    questions: list[Question] = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _is_whole(self) -> "Questionnaire":
        if faults := list(holes(self)):
            raise Holes(faults)
        return self

    def all_texts(self) -> Iterator[tuple[Path, str, Mapping[str, str]]]:
        """Every text: the path to it, its place in words, and the text by language."""
        for name in ("title", "intro", "thanks"):
            yield (name,), name, getattr(self, name)
        for name in ("sections", "questions"):
            for place, piece in enumerate(getattr(self, name)):
                for path, words, texts in piece.texts():
                    yield (name, place, *path), f"{piece.id}/{words}", texts

    @cached_property
    def by_id(self) -> Mapping[str, Question]:
        return {question.id: question for question in self.questions}

    @property
    def scored(self) -> list[ScoreQuestion]:
        return [question for question in self.questions if isinstance(question, ScoreQuestion)]

    @property
    def comment(self) -> CommentQuestion | None:
        return next((question for question in self.questions if isinstance(question, CommentQuestion)), None)

    def spoken(self, language: str) -> str:
        """The language to show to somebody who speaks `language`."""
        return closest(language, self.languages)


def closest(language: str, available: Iterable[str]) -> str:
    """The language itself, else its base language (`ro` for `ro-MD`), else English."""
    there = set(available)
    return next((tag for tag in (language, language.split("-")[0]) if tag in there), FALLBACK)


def direction(language: str) -> str:
    """The `dir` of a text in this language."""
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"
