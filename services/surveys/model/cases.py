"""Quality cases: something went wrong for somebody, and what is done about it."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ColumnElement, Date, Index, LargeBinary, SmallInteger, Uuid
from sqlmodel import Field

from services.surveys.model.invitations import both_sides
from services.surveys.model.table import Table
from services.surveys.policy.cases import CaseState, Outcome
from services.surveys.policy.escalation import Level, Why
from services.surveys.policy.refunds import Ground
from services.surveys.policy.talk import Author, FileState, MessageKind
from shared.access import Caller, Role
from shared.contracts.fields import Product, Side
from shared.contracts.surveys import CaseCause, Party
from shared.storage.columns import changed_moment, code, moment
from shared.storage.scope import below, visible


class Case(Table, table=True):
    """Something went wrong for somebody: an owner, a level with its clocks, acknowledgements, an outcome.

    `overdue`: not all entities acknowledged in time. `late`: a level let its term pass. `next_due_at` is the earliest
    clock that runs, None when none does. `step` counts the terms that were begun.
    """

    __tablename__ = "quality_case"
    __table_args__ = (
        Index("quality_case_one_per_answer", "invitation_id", unique=True),
        CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="quality_case_closed_with_outcome"),
    )
    id: UUID = Field(primary_key=True)
    party: Party = code(Party, default=Party.ep)
    invitation_id: UUID | None = Field(default=None, foreign_key="invitation.id")
    person_id: UUID | None = Field(default=None, index=True)
    enabler_id: UUID | None = Field(default=None, index=True)
    application_id: UUID | None = Field(default=None, index=True)
    opportunity_id: UUID | None = None
    sending_entity_id: UUID | None = Field(default=None, index=True)
    hosting_entity_id: UUID | None = Field(default=None, index=True)
    product: Product | None = code(Product, default=None)
    country: str | None = code(default=None)
    cause: CaseCause = code(CaseCause)
    standard: str | None = code(default=None)
    owner: Side = code(Side)
    state: CaseState = code(CaseState, default=CaseState.open)
    level: Level = code(Level, default=Level.local)
    step: int = Field(default=0, sa_type=SmallInteger)
    report: str | None = None
    opened_at: datetime = moment()
    acknowledge_by: datetime = moment()
    sending_acknowledge_by: datetime | None = moment(default=None)
    hosting_acknowledge_by: datetime | None = moment(default=None)
    sending_acknowledged_at: datetime | None = moment(default=None)
    hosting_acknowledged_at: datetime | None = moment(default=None)
    overdue: bool = False
    answer_by: datetime | None = moment(default=None)
    answered_at: datetime | None = moment(default=None)
    decide_by: datetime | None = moment(default=None)
    late: bool = False
    next_due_at: datetime | None = moment(default=None, index=True)
    solution: str | None = code(default=None)
    solved_at: datetime | None = moment(default=None)
    outcome: Outcome | None = code(Outcome, default=None)
    note: str | None = None
    closed_at: datetime | None = moment(default=None)
    reopened_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


class CaseStandard(Table, table=True):
    """A standard of one experience that has a case; its key keeps a second one out."""

    __tablename__ = "case_standard"
    application_id: UUID = Field(primary_key=True)
    standard: str = code(primary_key=True)
    case_id: UUID = Field(index=True, foreign_key="quality_case.id")
    conflict: bool = False
    noted_at: datetime = moment()


class CaseStep(Table, table=True):
    """One term of a case: who had it, until when, and why it ended."""

    __tablename__ = "case_step"
    case_id: UUID = Field(primary_key=True, foreign_key="quality_case.id")
    number: int = Field(primary_key=True, sa_type=SmallInteger)
    level: Level = code(Level)
    deciders: list[UUID] = Field(default_factory=list, sa_type=ARRAY(Uuid))  # type: ignore[call-overload]
    began_at: datetime = moment()
    answer_by: datetime | None = moment(default=None)
    decide_by: datetime = moment()
    ended_at: datetime | None = moment(default=None)
    rose: Why | None = code(Why, default=None)


class CaseMessage(Table, table=True):
    """What somebody wrote; `text` is blanked when a person of the case is erased. Internal ones are for the staff."""

    __tablename__ = "case_message"
    id: UUID = Field(primary_key=True)
    case_id: UUID = Field(index=True, foreign_key="quality_case.id")
    kind: MessageKind = code(MessageKind, default=MessageKind.message)
    author: Author = code(Author)
    account: str = code()
    internal: bool = False
    text: str | None = code(default=None)
    written_at: datetime = moment()


class CaseFile(Table, table=True):
    """A file of a case, as it is given out; without `content` it was quarantined (`reason`) or erased."""

    __tablename__ = "case_file"
    id: UUID = Field(primary_key=True)
    case_id: UUID = Field(index=True, foreign_key="quality_case.id")
    author: Author = code(Author)
    internal: bool = False
    name: str | None = code(default=None)
    media_type: str = code()
    size: int
    digest: str = code()
    state: FileState = code(FileState)
    reason: str | None = code(default=None)
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
    attached_at: datetime = moment()


class CaseRefund(Table, table=True):
    """A fact: so much was given back, on this ground, with this proof. `amount_minor` counts the currency's cents."""

    __tablename__ = "case_refund"
    id: UUID = Field(primary_key=True)
    case_id: UUID = Field(index=True, foreign_key="quality_case.id")
    ground: Ground = code(Ground)
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = code()
    broken_on: date
    papers_due_on: date | None = None
    proof: list[UUID] = Field(default_factory=list, sa_type=ARRAY(Uuid))  # type: ignore[call-overload]
    recorded_by: Author = code(Author)
    recorded_at: datetime = moment()


class Office(Table, table=True):
    """An entity as clocks need it: what it is, where, and when it works (ISO weekdays, wall times, holidays)."""

    __tablename__ = "office"
    id: UUID = Field(primary_key=True)
    kind: str = code()
    country: str | None = code(default=None)
    zone: str = code()
    weekdays: list[int] = Field(default_factory=lambda: [1, 2, 3, 4, 5], sa_type=ARRAY(SmallInteger))  # type: ignore[call-overload]
    opens: time = time(9)
    closes: time = time(17)
    holidays: list[date] = Field(default_factory=list, sa_type=ARRAY(Date))  # type: ignore[call-overload]
    version: int = 1
    changed_at: datetime = changed_moment()


def cases_of(caller: Caller) -> ColumnElement[bool]:
    return both_sides(caller, Case)


def offices_of(caller: Caller) -> ColumnElement[bool]:
    """A manager's own entity and those below it, whatever the side."""
    if caller.role in (Role.sending_manager, Role.hosting_manager, Role.national_manager):
        return below(Office.id, caller)
    return visible(caller)
