"""What is told to the part of the room that reads what comes in and answers questions."""

from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.notifications.policy import Medium
from services.notifications.post import Addresses, Letter
from shared.contracts.fields import Side
from shared.web.schemas import Body, Line, LongText


@dataclass(frozen=True, slots=True)
class AnswerRules:
    """How fast an answer is due: so many working hours; and after which share of them the committee is reminded."""

    hours: float = 16
    opens: time = time(9)
    closes: time = time(17)
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    per_sender: int = 50


@dataclass(frozen=True, slots=True)
class HoldPostbox:
    """Become the one who reads this mailbox, for `lease` of machine time."""

    name: str
    reader: UUID
    lease: timedelta


@dataclass(frozen=True, slots=True)
class Passed:
    """Nothing up to this cursor is for us."""

    name: str
    reader: UUID
    cursor: str | None


@dataclass(frozen=True, slots=True)
class TakeLetter:
    """An e-mail that was read. `cursor` and `reader` are None when it came by a hook and not from a mailbox."""

    mailbox: str
    uid: str
    letter: Letter = field(repr=False)
    addresses: Addresses = field(repr=False)
    rules: AnswerRules
    cursor: str | None = None
    reader: UUID | None = None


@dataclass(frozen=True, slots=True)
class TakeReport:
    """What a provider tells of one message: `bounced`, `delayed` or `complained`, or a short message that came in."""

    provider: str
    uid: str
    kind: str
    channel: str
    addresses: Addresses = field(repr=False)
    rules: AnswerRules
    code: str = ""
    recipient: str = field(default="", repr=False)
    message_id: str = ""
    sender: str = field(default="", repr=False)
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ClaimAnswers:
    limit: int
    lease: timedelta


@dataclass(frozen=True, slots=True)
class ReleaseAnswers:
    """Mark what a dead sender held: nobody knows whether it arrived."""


@dataclass(frozen=True, slots=True)
class OutgoingAnswer:
    """An answer or a reminder with all that its e-mail is made of."""

    message_row: UUID
    question_id: UUID
    ticket: str
    kind: str
    channel: Medium
    message_id: str
    references: list[str]
    subject: str = field(repr=False)
    text: str = field(repr=False)
    name: str = field(repr=False)
    address: str = field(repr=False)
    committee: str
    correlation_id: UUID
    language: str = "en"


@dataclass(frozen=True, slots=True)
class SettleAnswer:
    message_row: UUID
    outcome: str
    reason: str | None = None


class NewAnswer(Body):
    """An answer in the committee's name. It goes out as an e-mail in the same thread."""

    text: LongText = Field(examples=["Hello Ioana, Maja meets you under the clock. Bring the keys' deposit in cash."])
    close: bool = Field(False, description="Nothing more is expected: close the question")


class NewQuestion(Body):
    """A question asked in the product. The answer comes by e-mail and stands in the conversation."""

    subject: Line = Field(examples=["Keys"])
    text: LongText = Field(examples=["Where do I get the keys?"])
    application_id: UUID | None = Field(None, description="The application that it is about, one's own")


@dataclass(frozen=True, slots=True)
class AskQuestion:
    body: NewQuestion
    rules: AnswerRules


class Assignment(Body):
    """Who is to answer; `null` takes it from somebody. An application makes a stranger's question one of it."""

    assignee: Line | None = Field(None, description="Account of the manager", examples=["maja@uppsala"])
    side: Side | None = Field(None, description="The committee that answers", examples=["hosting"])
    application_id: UUID | None = Field(None, description="The application that a stranger's question is about")


@dataclass(frozen=True, slots=True)
class AnswerQuestion:
    question_id: UUID
    body: NewAnswer


@dataclass(frozen=True, slots=True)
class CloseQuestion:
    question_id: UUID


@dataclass(frozen=True, slots=True)
class ReopenQuestion:
    question_id: UUID
    rules: AnswerRules


@dataclass(frozen=True, slots=True)
class AssignQuestion:
    question_id: UUID
    body: Assignment


class ProviderReport(Body):
    """One thing that a provider tells."""

    kind: Annotated[str, Field(pattern="^(bounced|delayed|complained|message)$", examples=["bounced"])]
    channel: Annotated[str, Field(pattern="^(email|sms|whatsapp)$", examples=["email"])] = "email"
    message_id: Annotated[str, Field(max_length=300, description="Of what it is about", examples=["0b9c@x.org"])] = ""
    recipient: Annotated[str, Field(max_length=300, examples=["ioana@example.org"])] = ""
    code: Annotated[str, Field(max_length=20, description="RFC 3463", examples=["5.1.1"])] = ""
    sender: Annotated[str, Field(max_length=300, description="Of a message: its number or address")] = ""
    text: Annotated[str, Field(max_length=20_000, description="Of a message: what it says")] = ""
    mail: Annotated[str, Field(max_length=900_000, description="A whole e-mail (RFC 5322) in base64")] = ""


class ProviderCall(Body):
    """What a provider sends to the hook."""

    events: list[ProviderReport] = Field(min_length=1, max_length=100)
