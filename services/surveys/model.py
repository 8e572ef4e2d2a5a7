"""The rows of the surveys room, and who sees them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field

from services.surveys.policy.cases import CaseState, Outcome
from services.surveys.policy.invitations import State
from shared.access import Caller
from shared.contracts.fields import Product, Side
from shared.contracts.surveys import CaseCause, Metric
from shared.storage.columns import changed_moment, code, moment
from shared.storage.rows import Stored
from shared.storage.scope import visible


class Table(Stored, registry=registry()):
    """The room's own registry: its tables clash with no other room's."""


class Person(Table, table=True):
    """What must be known of somebody who is asked. `language` is None until the person's own facts were heard."""

    __tablename__ = "person"
    id: UUID = Field(primary_key=True)
    language: str | None = None
    erased: bool = False


class Experience(Table, table=True):
    """The room's copy of an experience: whom it concerns and when it is; one of an application."""

    __tablename__ = "experience"
    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    opportunity_id: UUID
    enabler_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    product: Product = code(Product)
    country: str
    zone: str
    start_on: date
    end_on: date
    realized: bool = False
    completed: bool = False


class Delivery(Table, table=True):
    """A touchpoint of an application that was sent; the evidence that an invitation went out."""

    __tablename__ = "delivery"
    application_id: UUID = Field(primary_key=True)
    touchpoint: str = Field(primary_key=True)
    sent_at: datetime = moment()


class Invitation(Table, table=True):
    """One person is asked one questionnaire about one experience, once. Of the link's token only the digest is kept."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("application_id", "questionnaire", name="invitation_once"),)
    id: UUID = Field(primary_key=True)
    questionnaire: str = Field(index=True)
    questionnaire_version: int
    person_id: UUID = Field(index=True)
    application_id: UUID
    sending_entity_id: UUID = Field(index=True)
    hosting_entity_id: UUID = Field(index=True)
    language: str
    state: State = code(State)
    token_digest: str
    invited_at: datetime = moment(index=True)
    expires_at: datetime = moment()
    delivered_at: datetime | None = moment(default=None)
    answered_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


class Answer(Table, table=True):
    """The one finished answer of an invitation; `comment` is blanked when the person is erased."""

    __tablename__ = "answer"
    id: UUID = Field(primary_key=True)
    invitation_id: UUID = Field(unique=True, foreign_key="invitation.id")
    person_id: UUID = Field(index=True)
    application_id: UUID = Field(index=True)
    questionnaire: str
    questionnaire_version: int
    sending_entity_id: UUID = Field(index=True)
    hosting_entity_id: UUID = Field(index=True)
    language: str
    answered_at: datetime = moment(index=True)
    comment: str | None = None


class Score(Table, table=True):
    """One typed score of an answer, on its metric's own scale. What was not answered has no row."""

    __tablename__ = "score"
    __table_args__ = (
        CheckConstraint(
            "CASE metric WHEN 'nps' THEN score BETWEEN 0 AND 10 WHEN 'ces2' THEN score BETWEEN 1 AND 7 "
            "WHEN 'csat' THEN score BETWEEN 1 AND 5 ELSE false END",
            name="score_on_its_scale",
        ),
    )
    answer_id: UUID = Field(primary_key=True, foreign_key="answer.id")
    metric: Metric = code(Metric, primary_key=True)
    score: int = Field(sa_type=SmallInteger)


class Case(Table, table=True):
    """Something went wrong for somebody: an owner, a clock, both sides' acknowledgement, an outcome."""

    __tablename__ = "quality_case"
    __table_args__ = (
        Index("quality_case_one_per_answer", "invitation_id", unique=True),
        CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="quality_case_closed_with_outcome"),
    )
    id: UUID = Field(primary_key=True)
    invitation_id: UUID | None = Field(default=None, foreign_key="invitation.id")
    person_id: UUID = Field(index=True)
    application_id: UUID = Field(index=True)
    sending_entity_id: UUID = Field(index=True)
    hosting_entity_id: UUID = Field(index=True)
    cause: CaseCause = code(CaseCause)
    owner: Side = code(Side)
    state: CaseState = code(CaseState, default=CaseState.open)
    report: str | None = None
    opened_at: datetime = moment()
    acknowledge_by: datetime = moment()
    sending_acknowledged_at: datetime | None = moment(default=None)
    hosting_acknowledged_at: datetime | None = moment(default=None)
    overdue: bool = False
    outcome: Outcome | None = code(Outcome, default=None)
    note: str | None = None
    closed_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


# --- who sees what: the predicate that every query carries


def _both_sides(caller: Caller, row: type[Experience] | type[Invitation] | type[Case]) -> ColumnElement[bool]:
    return visible(caller, person=row.person_id, sending=row.sending_entity_id, hosting=row.hosting_entity_id)


def experiences_of(caller: Caller) -> ColumnElement[bool]:
    return _both_sides(caller, Experience)


def invitations_of(caller: Caller) -> ColumnElement[bool]:
    return _both_sides(caller, Invitation)


def cases_of(caller: Caller) -> ColumnElement[bool]:
    return _both_sides(caller, Case)


def answers_of(caller: Caller) -> ColumnElement[bool]:
    return visible(caller, sending=Answer.sending_entity_id, hosting=Answer.hosting_entity_id)
