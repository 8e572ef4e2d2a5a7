"""A survey as its one reader sees it, and the receipt of an answer or a draft."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from services.surveys.policy.invitations import State
from shared.contracts.surveys import Metric, Party
from shared.web.schemas import Out

Kind = Literal["score", "standard", "expectation", "perception", "choice", "text", "comment", "matrix"]


class OptionOut(Out):
    """A thing to choose; with `other`, words of one's own go to `<question id>.other`."""

    id: str = Field(examples=["friends"])
    text: str
    other: bool = False


class RowOut(Out):
    """A line of a matrix."""

    id: str = Field(examples=["arrival_pickup"])
    text: str


class ConditionOut(Out):
    """What an earlier question must be answered with; of a matrix in `row`, else in any one of its rows.

    One of the five is not null. Of a choice of several: that the value is among those chosen.
    """

    question: str = Field(examples=["nps"])
    row: str | None = None
    equals: int | str | None = None
    in_: list[int | str] | None = Field(None, alias="in", validation_alias="among")
    at_most: int | None = None
    at_least: int | None = None
    answered: bool | None = None


class WhenOut(Out):
    """The question is asked when all of `all` hold, and one of `any` unless that is empty."""

    all: list[ConditionOut]
    any: list[ConditionOut]


class QuestionOut(Out):
    """A question as it is shown.

    `low`, `high` and their words: a score, a rating, a matrix `of` ratings. `options`: a choice, a standard (yes, no,
    not_needed; their words are the page's), a matrix of either. `rows`: a matrix. `max_length`: a text or comment.
    """

    id: str = Field(examples=["nps"])
    kind: Kind
    section: str | None = None
    text: str
    hint: str | None = None
    required: bool
    when: WhenOut | None = None
    metric: Metric | None = None
    about: str | None = None
    standard: str | None = None
    item: str | None = None
    low: int | None = None
    high: int | None = None
    low_text: str | None = None
    high_text: str | None = None
    of: Literal["standard", "expectation", "perception", "choice"] | None = None
    rows: list[RowOut] | None = None
    options: list[OptionOut] | None = None
    several: bool = False
    most: int | None = None
    max_length: int | None = None


class SectionOut(Out):
    """A page of the questionnaire."""

    id: str
    title: str
    text: str | None = None


class SurveyOut(Out):
    """A survey for the one person it was sent to, in one `language` of all its `languages`.

    `answers` is the draft that was saved last, empty when there is none or the survey is answered; `asked` are the
    questions that it leads to.
    """

    state: State
    questionnaire: str
    questionnaire_version: int
    party: Party | None = Field(description="Which customer answers it; null for members of a team")
    language: str
    languages: list[str]
    direction: Literal["ltr", "rtl"]
    title: str
    intro: str
    thanks: str
    sections: list[SectionOut]
    questions: list[QuestionOut]
    answers: dict[str, Any]
    asked: list[str] = Field(default_factory=list)
    saved_at: datetime | None
    expires_at: datetime
    answered_at: datetime | None


class AnsweredOut(Out):
    """The answer is in."""

    invitation_id: UUID
    questionnaire: str
    answered_at: datetime
    thanks: str


class DraftOut(Out):
    """What was kept so far; `asked` are the questions that these answers lead to."""

    answers: dict[str, Any]
    asked: list[str]
    saved_at: datetime
