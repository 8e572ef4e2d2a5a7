"""A survey as its one reader sees it, and the receipt of an answer."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.surveys.policy.invitations import State
from shared.contracts.surveys import Metric
from shared.web.schemas import Out


class QuestionOut(Out):
    """A question as it is shown: `low`, `high` and their words for a score, `max_length` for a comment."""

    id: str = Field(examples=["nps"])
    kind: Literal["score", "comment"]
    text: str
    required: bool
    metric: Metric | None = None
    low: int | None = None
    high: int | None = None
    low_text: str | None = None
    high_text: str | None = None
    hint: str | None = None
    max_length: int | None = None


class SurveyOut(Out):
    """A survey for the one person it was sent to, in their language (`language` and `direction` for the markup)."""

    state: State
    questionnaire: str
    questionnaire_version: int
    language: str
    direction: Literal["ltr", "rtl"]
    title: str
    intro: str
    thanks: str
    questions: list[QuestionOut]
    expires_at: datetime
    answered_at: datetime | None


class AnsweredOut(Out):
    """The answer is in."""

    invitation_id: UUID
    questionnaire: str
    answered_at: datetime
    thanks: str
