"""The room's own rows for figures: segments that somebody saved, and estimates with the questions that they answer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Index, SmallInteger, or_, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.journeys.model.table import Table
from services.journeys.policy.questions import EstimateState
from shared.access import Caller, Role
from shared.storage.columns import changed_moment, code, document, moment
from shared.storage.scope import below


class Segment(Table, table=True):
    """A rule that somebody saved; `entity_id` is its owner, None for one of all entities."""

    __tablename__ = "segment"
    id: UUID = Field(primary_key=True)
    entity_id: UUID | None = Field(default=None, index=True)
    name: str
    rule: dict[str, Any] = document()
    retired_at: datetime | None = moment(default=None)
    made_at: datetime = moment()
    version: int = 1
    changed_at: datetime = changed_moment()


class Estimate(Table, table=True):
    """The answer to a question, when it is known, and where the work on it stands.

    `as_of` is the business time of its data, `seen` the machine time of the last row that it knew of. A result stays
    while a newer one is worked out. `asked_at` is when somebody asked last, `kept_at` (machine time) when the worker
    last found that it keeps this one by itself.
    """

    __tablename__ = "estimate"
    __table_args__ = (Index("estimate_next", "state", "asked_at"),)
    id: UUID = Field(primary_key=True)
    key: str = Field(unique=True)
    kind: str
    question: dict[str, Any] = document()
    seed: int = Field(sa_type=BigInteger)
    state: EstimateState = code(EstimateState)
    progress: float = 0.0
    tries: int = Field(default=0, sa_type=SmallInteger)
    reason: str | None = None
    asked_at: datetime | None = moment(default=None)
    kept_at: datetime | None = moment(default=None)
    begun_at: datetime | None = moment(default=None)
    made_at: datetime | None = moment(default=None)
    as_of: datetime | None = moment(default=None)
    seen: datetime | None = moment(default=None)
    seconds: float | None = None
    lease_until: datetime | None = moment(default=None)
    result: dict[str, Any] | None = Field(default=None, sa_type=JSONB)


OWNED = ("segment", "estimate")  # written by commands and by the worker: no part of what follows from events


def segments_of(caller: Caller) -> ColumnElement[bool]:
    """Those of all entities, and those of the caller's entity and below."""
    if caller.role in (Role.global_manager, Role.service, Role.auditor):
        return true()
    return or_(Segment.entity_id.is_(None), below(Segment.entity_id, caller))  # type: ignore[union-attr]
