"""What the surveys room answers."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.surveys.policy.cases import CaseState, Outcome
from services.surveys.policy.invitations import State
from shared.contracts.fields import Side
from shared.contracts.surveys import CaseCause, Metric
from shared.web.schemas import Out


class InvitationOut(Out):
    """Somebody was asked. `expired` follows from the clock; the personal link is in no list."""

    id: UUID
    questionnaire: str = Field(examples=["after-completion"])
    questionnaire_version: int
    person_id: UUID
    application_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    language: str = Field(examples=["ro"])
    state: State
    invited_at: datetime
    expires_at: datetime
    delivered_at: datetime | None
    answered_at: datetime | None
    version: int


class AnswerOut(Out):
    """What was answered; a comment of an erased person is gone."""

    answered_at: datetime
    scores: dict[Metric, int] = Field(examples=[{"nps": 9, "ces2": 6}])
    comment: str | None


class InvitationDetail(InvitationOut):
    """An invitation with its answer, if there is one."""

    answer: AnswerOut | None


class LinkOut(Out):
    """The personal address of one's own answer page: who has it can answer."""

    address: str = Field(examples=["http://127.0.0.1:8102/s/AZ…"])
    expires_at: datetime


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


class IntervalOut(Out):
    """Where the true value lies, at this confidence, by this method."""

    low: float
    high: float
    level: float = 0.95
    method: str = Field(examples=["adjusted-wald"])


class ResponseOut(Out):
    """Of those asked in the period: how many the mail reached and how many answered so far."""

    asked: int
    delivered: int
    answered: int
    rate: float | None = Field(description="answered / asked; null when nobody was asked")


class ScoreOut(Out):
    """A figure with its n and interval. `enough` false: too few answers, and therefore no figure at all."""

    metric: Metric
    entity_id: UUID | None
    since: date | None
    until: date | None
    n: int
    minimum_n: int
    enough: bool
    score: float | None = Field(description="NPS −100…100, or the mean on the metric's scale", examples=[39.84])
    interval: IntervalOut | None
    buckets: dict[str, int] | None = Field(
        description="NPS only", examples=[{"promoter": 6, "passive": 3, "detractor": 1}]
    )
    response: ResponseOut


class CaseOut(Out):
    """A quality case; `overdue` when not both sides acknowledged it in time."""

    id: UUID
    invitation_id: UUID | None
    person_id: UUID
    application_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    cause: CaseCause
    owner: Side
    state: CaseState
    report: str | None
    opened_at: datetime
    acknowledge_by: datetime
    sending_acknowledged_at: datetime | None
    hosting_acknowledged_at: datetime | None
    overdue: bool
    outcome: Outcome | None
    note: str | None
    closed_at: datetime | None
    version: int
