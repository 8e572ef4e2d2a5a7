"""What comes in: mailboxes that are read, every message that arrived, and the questions among them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from services.notifications.model.table import Table
from services.notifications.policy import Audience, QuestionState
from shared.contracts.fields import Side
from shared.storage.columns import changed_moment, code, codes, moment


class Postbox(Table, table=True):
    """A mailbox and how far it was read; `reader` holds it until `lease_until` (machine time)."""

    __tablename__ = "postbox"
    name: str = Field(primary_key=True)
    cursor: str | None = None
    reader: UUID | None = None
    lease_until: datetime | None = moment(default=None)


class Arrival(Table, table=True):
    """One message that came in, once: by mailbox and number there, and by what it says.

    `outcome` is what it was taken for, `reason` a code with more; it holds no words and no addresses.
    """

    __tablename__ = "arrival"
    __table_args__ = (UniqueConstraint("mailbox", "uid", name="arrival_once"),)
    id: UUID = Field(primary_key=True)
    mailbox: str
    uid: str
    fingerprint: str = Field(index=True)
    channel: str
    outcome: str
    reason: str | None = None
    delivery_id: UUID | None = Field(default=None, index=True)
    question_id: UUID | None = None
    person_id: UUID | None = None
    size: int
    arrived_at: datetime = moment(index=True)


class Question(Table, table=True):
    """A conversation that somebody began by writing to us.

    `author_id` is an EP, an enabler or a member, None while nobody knows who wrote. `person_id` and `enabler_id` say
    whose own it is; `about_person_id` is the EP whom it is about: it is forgotten with that person. Both entities are
    the one it was addressed to while it belongs to no application. `rounds` counts how often it was opened.
    """

    __tablename__ = "question"
    __table_args__ = (Index("question_open", "due_at", postgresql_where=text("state = 'open'")),)
    id: UUID = Field(primary_key=True)
    ticket: str = Field(unique=True)
    state: QuestionState = code(QuestionState)
    channel: str
    audience: Audience | None = code(Audience, default=None)
    author_id: UUID | None = None
    person_id: UUID | None = Field(default=None, index=True)
    enabler_id: UUID | None = None
    about_person_id: UUID | None = Field(default=None, index=True)
    application_id: UUID | None = Field(default=None, index=True)
    sending_entity_id: UUID | None = None
    hosting_entity_id: UUID | None = None
    side: Side | None = code(Side, default=None)
    entity_id: UUID | None = None
    assignee: str | None = None
    touchpoint_id: UUID | None = None
    touchpoint: str | None = None
    delivery_id: UUID | None = None
    subject: str | None = None
    address: str | None = None
    proven: bool = False
    asked_at: datetime = moment()
    zone: str
    due_at: datetime = moment()
    overdue: bool = False
    rounds: int = 1
    first_answered_at: datetime | None = moment(default=None)
    answered_at: datetime | None = moment(default=None)
    closed_at: datetime | None = moment(default=None)
    correlation_id: UUID
    version: int = 1
    changed_at: datetime = changed_moment()


class QuestionMessage(Table, table=True):
    """One message of a conversation: `asked` came in; `answer` and `reminder` (to the committee) go out.

    `shown` is what was written anew, `whole` all of it. What goes out is pending → sending (under a lease on machine
    time) → sent | unknown | failed.
    """

    __tablename__ = "question_message"
    __table_args__ = (
        Index("question_message_open", "not_before", postgresql_where=text("state IN ('pending','unknown','sending')")),
    )
    id: UUID = Field(primary_key=True)
    question_id: UUID = Field(foreign_key="question.id", index=True)
    kind: str
    author: str | None = None
    sender_name: str | None = None
    sender_address: str | None = None
    shown: str | None = None
    whole: str | None = None
    cut: bool = False
    message_id: str | None = Field(default=None, index=True)
    references: list[str] = codes()
    at: datetime = moment()
    state: str
    reason: str | None = None
    attempts: int = 0
    not_before: datetime | None = moment(default=None)
    lease_until: datetime | None = moment(default=None)
    sent_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


class QuestionFile(Table, table=True):
    """An attachment. Without `content` it was refused, and `reason` says why, or its person was forgotten."""

    __tablename__ = "question_file"
    id: UUID = Field(primary_key=True)
    question_id: UUID = Field(foreign_key="question.id", index=True)
    message_id: UUID = Field(foreign_key="question_message.id", index=True)
    name: str | None = None
    content_type: str
    size: int
    sha256: str | None = None
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
    reason: str | None = None
