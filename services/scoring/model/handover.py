"""Who calls how many, what was handed to whom, and who doesn't want to be called."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ColumnElement, Date, Index, Integer, case, text
from sqlmodel import Field

from services.scoring.model.table import Table
from services.scoring.policy.handover import Ending, HandOverState, Refusal, Why
from shared.access import Caller
from shared.contracts.surveys import Party
from shared.storage.columns import changed_moment, code, document, moment
from shared.storage.scope import visible


class Place(Table, table=True):
    """An entity as far as hand-overs need it; where it stands is in the kernel's `entity_path`."""

    __tablename__ = "place"
    id: UUID = Field(primary_key=True)
    kind: str = code()
    country: str | None = None
    zone: str


class CallingRules(Table, table=True):
    """What an entity says of calling; what it leaves out is up to the entity above it."""

    __tablename__ = "calling_rules"
    id: UUID = Field(primary_key=True)  # the entity
    calls_per_week: int | None = None
    due_hours: int | None = None
    least_score: float | None = None
    weekdays: list[int] | None = Field(default=None, sa_type=ARRAY(Integer))  # type: ignore[call-overload]
    opens: time | None = None
    closes: time | None = None
    holidays: list[date] = Field(default_factory=list, sa_type=ARRAY(Date))  # type: ignore[call-overload]
    version: int = 1
    changed_at: datetime = changed_moment()


class TeamMember(Table, table=True):
    """Somebody who works in an entity, and how many leads they call; `sequence` is that of the event of the last word.

    `absences` are pairs of days, both included. Who it is stays in the applications room.
    """

    __tablename__ = "team_member"
    id: UUID = Field(primary_key=True)
    entity_id: UUID = Field(index=True)
    role: str = code()
    active: bool = False
    from_on: date | None = None
    to_on: date | None = None
    sequence: int = 0
    calls_per_week: int | None = None
    absences: list[Any] = document(default_factory=list)
    version: int = 1
    changed_at: datetime = changed_moment()


class HandOver(Table, table=True):
    """A lead in a member's hands, from `at` until it was contacted or went back; of a lead one is open at a time."""

    __tablename__ = "hand_over"
    __table_args__ = (
        Index("hand_over_open", "lead_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("hand_over_of_lead", "lead_id", "at"),
        Index("hand_over_of_member", "member_id", "week"),
        Index("hand_over_of_entity", "entity_id", "at"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="hand_over_ended"),
    )
    id: UUID = Field(primary_key=True)
    lead_id: UUID
    party: Party = code(Party)
    entity_id: UUID
    member_id: UUID
    week: date
    why: Why = code(Why)
    score: float | None = None  # as it stood
    at: datetime = moment()
    due_at: datetime = moment()
    zone: str
    state: HandOverState = code(HandOverState, default=HandOverState.open)
    ended_at: datetime | None = moment(default=None)
    ending: Ending | None = code(Ending, default=None)
    refusal: Refusal | None = code(Refusal, default=None)
    hours: float | None = None  # working hours from `at` to the first contact, or to the end
    version: int = 1
    changed_at: datetime = changed_moment()


class ContactStop(Table, table=True):
    """Somebody doesn't want to be contacted, by a channel (None: any), for a purpose (None: any)."""

    __tablename__ = "contact_stop"
    id: UUID = Field(primary_key=True)
    lead_id: UUID = Field(index=True)
    channel: str | None = code(default=None)
    budget: str | None = code(default=None)
    at: datetime = moment()


class Prospect(Table, table=True):
    """What a manager wrote down of a company that isn't registered. Erasure blanks all but the ids."""

    __tablename__ = "prospect"
    id: UUID = Field(primary_key=True)
    hosting_entity_id: UUID = Field(index=True)
    company: str | None = None
    contact_name: str | None = None
    email: str | None = None
    phone: str | None = None
    note: str | None = None
    country: str | None = None
    source: str | None = code(default=None)
    entered_at: datetime = moment()
    entered_by: str | None = None
    linked_to: UUID | None = Field(default=None, index=True)
    linked_at: datetime | None = moment(default=None)
    erased_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


# --- who sees what: managers of either side see their entity and below


def of_entity(caller: Caller, entity_id: Any) -> ColumnElement[bool]:
    """Rows of the caller's entity or below, whichever side the caller manages."""
    return visible(caller, sending=entity_id, hosting=entity_id)


def hand_overs_of(caller: Caller) -> ColumnElement[bool]:
    """Each side its own: EPs belong to the sending side, enablers to the hosting one."""
    sides = {party: case((HandOver.party == party, HandOver.entity_id)) for party in Party}
    return visible(caller, sending=sides[Party.ep], hosting=sides[Party.enabler])


def prospects_of(caller: Caller) -> ColumnElement[bool]:
    return visible(caller, hosting=Prospect.hosting_entity_id)
