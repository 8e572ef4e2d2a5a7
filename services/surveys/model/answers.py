"""What was answered: the answer, its typed scores, and every single thing that was given."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, SmallInteger
from sqlmodel import Field

from services.surveys.model.invitations import Asked
from services.surveys.model.table import Table
from shared.access import Caller
from shared.contracts.surveys import Metric
from shared.storage.columns import code, moment
from shared.storage.scope import visible


class Answer(Asked, table=True):
    """The one finished answer of an invitation; `comment` is blanked when the person is erased."""

    __tablename__ = "answer"
    __table_args__ = (
        Index("answer_of_sending_side", "sending_entity_id", "answered_at"),
        Index("answer_of_hosting_side", "hosting_entity_id", "answered_at"),
    )
    id: UUID = Field(primary_key=True)
    invitation_id: UUID = Field(unique=True, foreign_key="invitation.id")
    answered_at: datetime = moment(index=True)
    comment: str | None = None


class Score(Table, table=True):
    """One typed score of an answer, on its metric's own scale, and what it is about. Not answered: no row."""

    __tablename__ = "score"
    __table_args__ = (
        CheckConstraint(
            "CASE metric WHEN 'nps' THEN score BETWEEN 0 AND 10 WHEN 'ces1' THEN score BETWEEN 1 AND 5 "
            "WHEN 'ces2' THEN score BETWEEN 1 AND 7 WHEN 'csat' THEN score BETWEEN 1 AND 5 ELSE false END",
            name="score_on_its_scale",
        ),
    )
    answer_id: UUID = Field(primary_key=True, foreign_key="answer.id")
    metric: Metric = code(Metric, primary_key=True)
    about: str = code(primary_key=True)
    score: int = Field(sa_type=SmallInteger)


class Given(Table, table=True):
    """One thing that was given to one question, by stable ids: `part` is the matrix row or the chosen option, else ''.

    `value` is a score or a rating, `word` the id of an option or a standard's yes / no / not_needed; `words` is free
    text, blanked when the person is erased.
    """

    __tablename__ = "given"
    answer_id: UUID = Field(primary_key=True, foreign_key="answer.id")
    question: str = code(primary_key=True)
    part: str = code(primary_key=True, default="")
    value: int | None = Field(default=None, sa_type=SmallInteger)
    word: str | None = code(default=None)
    words: str | None = code(default=None)


def answers_of(caller: Caller) -> ColumnElement[bool]:
    return visible(caller, sending=Answer.sending_entity_id, hosting=Answer.hosting_entity_id)
