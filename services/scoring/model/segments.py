"""Segments: their rules, members and course, sheets, and the searches for segments that nobody has thought of."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Index, case, null
from sqlmodel import Field

from services.scoring.model.table import Table
from services.scoring.policy.segments.catalogue import Party
from services.scoring.policy.segments.jobs import JobState, SegmentState
from services.scoring.policy.segments.membership import Move
from shared.access import Caller
from shared.storage.columns import changed_moment, code, document, moment
from shared.storage.scope import visible


class Segment(Table, table=True):
    """A segment as it is now; `entity_id` is its owner, None for one of all entities. `number` is its rule's."""

    __tablename__ = "segment"
    id: UUID = Field(primary_key=True)
    entity_id: UUID | None = Field(default=None, index=True)
    party: Party = code(Party)
    name: str
    state: SegmentState = code(SegmentState, default=SegmentState.active)
    condition: dict[str, Any] = document()
    number: int = 1
    plan: int = 0
    search_id: UUID | None = None
    made_at: datetime = moment()
    version: int = 1
    changed_at: datetime = changed_moment()


class SegmentRule(Table, table=True):
    """A version of a segment's rule. Never changed."""

    __tablename__ = "segment_rule"
    segment_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    condition: dict[str, Any] = document()
    from_at: datetime = moment()
    by: str


class SegmentMember(Table, table=True):
    """Who is in now: an EP or an enabler. Erasure takes the row away."""

    __tablename__ = "segment_member"
    segment_id: UUID = Field(primary_key=True)
    subject_id: UUID = Field(primary_key=True, index=True)
    entered_at: datetime = moment()
    number: int


class SegmentMove(Table, table=True):
    """Somebody came or left; erasure takes away who it was."""

    __tablename__ = "segment_move"
    __table_args__ = (Index("segment_move_course", "segment_id", "at", "id"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger)
    segment_id: UUID
    subject_id: UUID | None = Field(default=None, index=True)
    move: Move = code(Move)
    at: datetime = moment()
    number: int


class SegmentStale(Table, table=True):
    """A note that somebody has to be looked at again. Only appended to, so that no transaction waits for another."""

    __tablename__ = "segment_stale"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger)
    subject_id: UUID
    party: Party = code(Party)


class SegmentDay(Table, table=True):
    """The one row that says on which day everybody was looked at last."""

    __tablename__ = "segment_day"
    id: int = Field(primary_key=True)
    day: date


class SegmentFigures(Table, table=True):
    """What was counted of a segment on a day, for its sheet; None: asked for and not counted yet."""

    __tablename__ = "segment_figures"
    segment_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    number: int
    known_at: datetime | None = moment(default=None)
    document: dict[str, Any] | None = document(default=None)


class SegmentPlan(Table, table=True):
    """A version of what a manager says in a segment's sheet; the words can be blanked, the decision stays."""

    __tablename__ = "segment_plan"
    segment_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    position: str
    programme: str
    target: bool | None = None
    reason: str
    at: datetime = moment()
    by: str
    blanked_at: datetime | None = moment(default=None)


class SegmentSearch(Table, table=True):
    """A search for segments among the EPs or enablers of an entity; it holds no person, only shares and rules."""

    __tablename__ = "segment_search"
    id: UUID = Field(primary_key=True)
    entity_id: UUID | None = None
    party: Party = code(Party)
    seed: int
    state: JobState = code(JobState, default=JobState.waiting)
    asked_at: datetime = moment()
    known_at: datetime | None = moment(default=None)
    report: dict[str, Any] | None = document(default=None)


class CorridorReport(Table, table=True):
    """The corridor to a transition, of a segment or of everybody of a party; as of `known_at`."""

    __tablename__ = "corridor_report"
    id: UUID = Field(primary_key=True)
    entity_id: UUID | None = None
    party: Party = code(Party)
    segment_id: UUID | None = Field(default=None, index=True)
    transition: str
    state: JobState = code(JobState, default=JobState.waiting)
    asked_at: datetime = moment()
    known_at: datetime | None = moment(default=None)
    report: dict[str, Any] | None = document(default=None)


# --- who sees what


def owned(caller: Caller, row: type[Segment] | type[SegmentSearch] | type[CorridorReport]) -> ColumnElement[bool]:
    """What belongs to the caller's entity or one below, each side its own party; all for who is above all."""
    ep = case((row.party == Party.ep, row.entity_id), else_=null())  # type: ignore[arg-type]
    enabler = case((row.party == Party.enabler, row.entity_id), else_=null())  # type: ignore[arg-type]
    return visible(caller, sending=ep, hosting=enabler)


def segments_of(caller: Caller) -> ColumnElement[bool]:
    """Segments of one's own entity or below."""
    return owned(caller, Segment)
