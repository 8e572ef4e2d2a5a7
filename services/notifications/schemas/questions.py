"""Questions with their messages, and the log of what came in."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.notifications.policy import Audience, QuestionState
from shared.contracts.fields import Side
from shared.web.schemas import Out


class QuestionFileOut(Out):
    """An attachment; without `sha256` it was refused (`reason` says why) or forgotten with its person."""

    id: UUID
    name: str | None = Field(examples=["visa.pdf"])
    content_type: str
    size: int
    sha256: str | None
    reason: str | None = Field(examples=["type_refused"])


class QuestionMessageOut(Out):
    """One message of the conversation: plain text, quoted parts left out of `shown`."""

    id: UUID
    kind: str = Field(description="`asked` came in, `answer` went out", examples=["asked"])
    author: str | None = Field(description="The manager's account, of an answer")
    sender_name: str | None
    sender_address: str | None
    shown: str | None = Field(description="What was written anew", examples=["Where do I get the keys?"])
    whole: str | None = Field(description="All of it, with what it quotes")
    cut: bool = Field(description="It was larger than what is kept")
    at: datetime
    state: str = Field(examples=["received"])
    reason: str | None
    sent_at: datetime | None
    files: list[QuestionFileOut]


class QuestionOut(Out):
    """A question; without `author_id` nobody knows who wrote. `proven`: it came to an address that we had signed."""

    id: UUID
    ticket: str = Field(examples=["Q-7KD3M9XA"])
    state: QuestionState
    channel: str
    audience: Audience | None
    author_id: UUID | None
    person_id: UUID | None
    application_id: UUID | None
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
    side: Side | None = Field(description="The committee that answers")
    entity_id: UUID | None
    assignee: str | None
    touchpoint_id: UUID | None
    touchpoint: str | None = Field(description="What was replied to", examples=["pickup-information"])
    subject: str | None
    proven: bool
    asked_at: datetime
    due_at: datetime = Field(description="By when the open round has to be answered")
    overdue: bool
    rounds: int
    first_answered_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    version: int


class ConversationOut(QuestionOut):
    """A question with all of its messages, oldest first."""

    messages: list[QuestionMessageOut]


class ArrivalOut(Out):
    """A message that came in and what it was taken for."""

    id: UUID
    mailbox: str
    channel: str
    outcome: str = Field(examples=["bounce_hard"])
    reason: str | None = Field(examples=["5.1.1"])
    delivery_id: UUID | None
    question_id: UUID | None
    size: int
    arrived_at: datetime


class TakenOut(Out):
    """What the hook did with each thing that it was told, in order."""

    outcomes: list[str] = Field(examples=[["bounce_hard"]])
