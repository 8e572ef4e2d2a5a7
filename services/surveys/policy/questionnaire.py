"""A questionnaire as data: typed questions, texts in every language it has, and what is wrong with an answer to it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.surveys.policy.metrics import SCALES, Scale
from shared.contracts.fields import Code, Language
from shared.contracts.surveys import Metric

FALLBACK = "en"
RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ps", "ur", "yi"})
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Texts = dict[Language, Text]


class Part(BaseModel):
    """A piece of a questionnaire file: what the format doesn't know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ScoreQuestion(Part):
    """One metric on its own scale, and what it is about; `low` and `high` say in words what the ends mean."""

    kind: Literal["score"]
    id: Code
    metric: Metric = Field(strict=False)
    about: Code = "experience"
    text: Texts
    low: Texts
    high: Texts
    required: bool = True

    @property
    def scale(self) -> Scale:
        return SCALES[self.metric]


class CommentQuestion(Part):
    """Free words, never required."""

    kind: Literal["comment"]
    id: Literal["comment"]
    text: Texts
    hint: Texts
    max_length: int = Field(ge=1, le=20_000)


Question = Annotated[ScoreQuestion | CommentQuestion, Field(discriminator="kind")]


class Occasion(StrEnum):
    """When people are asked."""

    experience_completed = "experience-completed"


class Questionnaire(Part):
    """One version; ids are stable over versions and languages. `touchpoint` is the mail that carries the invitation."""

    id: Code
    version: int = Field(ge=1)
    asked_at: Occasion = Field(strict=False)
    touchpoint: Code
    expires_after_days: int = Field(ge=1, le=400)
    languages: list[Language] = Field(min_length=1)
    title: Texts
    intro: Texts
    thanks: Texts
    questions: list[Question] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_whole(self) -> "Questionnaire":
        if faults := list(_holes(self)):
            raise ValueError("; ".join(faults))
        return self

    @property
    def scored(self) -> list[ScoreQuestion]:
        return [question for question in self.questions if isinstance(question, ScoreQuestion)]

    @property
    def comment(self) -> CommentQuestion | None:
        return next((question for question in self.questions if isinstance(question, CommentQuestion)), None)

    def spoken(self, language: str) -> str:
        """The language to show to somebody who speaks `language`."""
        return closest(language, self.languages)


def _holes(questionnaire: Questionnaire) -> Iterator[str]:
    if FALLBACK not in questionnaire.languages:
        yield f"{FALLBACK} must be among the languages: it is shown to everybody whose own is missing"
    wanted = set(questionnaire.languages)
    for place, texts in _texts(questionnaire):
        if missing := sorted(wanted - texts.keys()):
            yield f"{place} has no text in {', '.join(missing)}"
        if foreign := sorted(texts.keys() - wanted):
            yield f"{place} has a text in {', '.join(foreign)}, which is not among the languages"
    ids = [question.id for question in questionnaire.questions]
    for twice in sorted({value for value in ids if ids.count(value) > 1}):
        yield f"two questions have the id {twice}"
    scores = [(question.metric, question.about) for question in questionnaire.scored]
    for metric, about in sorted({pair for pair in scores if scores.count(pair) > 1}):
        yield f"two questions have the metric {metric} about {about}"


def _texts(questionnaire: Questionnaire) -> Iterator[tuple[str, Mapping[str, str]]]:
    for name in ("title", "intro", "thanks"):
        yield name, getattr(questionnaire, name)
    for question in questionnaire.questions:
        for name in ("text", "low", "high", "hint"):
            if hasattr(question, name):
                yield f"{question.id}/{name}", getattr(question, name)


def closest(language: str, available: Iterable[str]) -> str:
    """The language itself, else its base language (`ro` for `ro-MD`), else English."""
    there = set(available)
    return next((tag for tag in (language, language.split("-")[0]) if tag in there), FALLBACK)


def direction(language: str) -> str:
    """The `dir` of a text in this language."""
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"


class Wrong(StrEnum):
    """What can be wrong with the answer to one question; the page has words for each in every language."""

    missing = "missing"
    off_scale = "off_scale"
    too_long = "too_long"
    unknown = "unknown"


@dataclass(frozen=True, slots=True)
class Fault:
    """One question and what is wrong with its answer."""

    question: str
    wrong: Wrong


def answer_faults(asked: Questionnaire, scores: Mapping[str, int], comment: str | None) -> list[Fault]:
    """All that is wrong with an answer, in the order of the questions; empty when it can be taken."""
    faults = [Fault(name, Wrong.unknown) for name in scores if name not in {question.id for question in asked.scored}]
    for question in asked.scored:
        if question.id not in scores:
            faults += [Fault(question.id, Wrong.missing)] if question.required else []
        elif scores[question.id] not in question.scale:
            faults.append(Fault(question.id, Wrong.off_scale))
    if comment and (asked.comment is None or len(comment) > asked.comment.max_length):
        faults.append(Fault("comment", Wrong.too_long if asked.comment else Wrong.unknown))
    return faults


_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def tidy_comment(text: str | None) -> str | None:
    """What somebody wrote, with plain line ends and without what can't be stored or seen; None when nothing is left."""
    plain = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", plain).strip() or None
