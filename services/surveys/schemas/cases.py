"""Quality cases as they are answered."""

from datetime import date, datetime, time
from uuid import UUID

from pydantic import Field

from services.surveys.policy.cases import CaseState, Outcome
from services.surveys.policy.escalation import Level, Why
from services.surveys.policy.refunds import Ground
from services.surveys.policy.talk import Author, FileState, MessageKind
from shared.contracts.fields import Product, Side
from shared.contracts.surveys import CaseCause, Party
from shared.web.schemas import Out


class CaseOut(Out):
    """A quality case. `overdue`: not all entities acknowledged it in time; `late`: a level let its term pass."""

    id: UUID
    party: Party
    invitation_id: UUID | None
    person_id: UUID | None
    enabler_id: UUID | None
    application_id: UUID | None
    opportunity_id: UUID | None
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
    product: Product | None
    country: str | None
    cause: CaseCause
    standard: str | None
    owner: Side
    state: CaseState
    level: Level
    report: str | None
    opened_at: datetime
    acknowledge_by: datetime
    sending_acknowledge_by: datetime | None
    hosting_acknowledge_by: datetime | None
    sending_acknowledged_at: datetime | None
    hosting_acknowledged_at: datetime | None
    overdue: bool
    answer_by: datetime | None
    answered_at: datetime | None
    decide_by: datetime | None
    late: bool
    next_due_at: datetime | None = Field(description="The earliest clock that runs")
    solution: str | None
    solved_at: datetime | None
    outcome: Outcome | None
    note: str | None
    closed_at: datetime | None
    reopened_at: datetime | None
    version: int


class StepOut(Out):
    """A term of a case: which level had it, who decided there, by when, and why it went up."""

    number: int
    level: Level
    deciders: list[UUID]
    began_at: datetime
    answer_by: datetime | None
    decide_by: datetime
    ended_at: datetime | None
    rose: Why | None


class MessageOut(Out):
    """A message; the words of an erased person's case are gone."""

    id: UUID
    kind: MessageKind
    author: Author
    internal: bool
    text: str | None
    written_at: datetime


class FileOut(Out):
    """A file of a case; `digest` is the SHA-256 of what is given out."""

    id: UUID
    author: Author
    internal: bool
    name: str | None
    media_type: str = Field(examples=["image/jpeg"])
    size: int
    digest: str
    state: FileState
    reason: str | None = Field(description="What the scanner found")
    attached_at: datetime


class RefundOut(Out):
    """What was given back; `amount_minor` in the smallest unit of `currency`."""

    id: UUID
    ground: Ground
    amount_minor: int
    currency: str
    broken_on: date
    papers_due_on: date | None
    proof: list[UUID]
    recorded_by: Author
    recorded_at: datetime


class CaseDetail(CaseOut):
    """A case with its course; customers see no internal notes and files."""

    standards: list[str]
    deciders: list[UUID] = Field(description="The entities that decide now")
    steps: list[StepOut]
    messages: list[MessageOut]
    files: list[FileOut]
    refunds: list[RefundOut]


class DueOut(Out):
    """A case whose clock runs, and what it waits for; `hours` is negative when that is late."""

    case: CaseOut
    waits_for: str = Field(description="acknowledgement, answer or decision", examples=["acknowledgement"])
    due_at: datetime
    hours: float


class AgeOut(Out):
    """Open cases of an age, at a level."""

    level: Level
    age: str = Field(description="Days open", examples=["1-7"])
    cases: int
    overdue: int
    late: int


class AgeingOut(Out):
    """How old the open cases are."""

    open: int
    oldest_opened_at: datetime | None
    classes: list[AgeOut]


class OfficeOut(Out):
    """When an entity works; `zone` is the entity's own."""

    id: UUID
    kind: str
    country: str | None
    zone: str
    weekdays: list[int]
    opens: time
    closes: time
    holidays: list[date]
    version: int
