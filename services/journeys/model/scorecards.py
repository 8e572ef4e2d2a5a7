"""Scorecards and the targets that held: the room's own rows, written by commands."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, true
from sqlmodel import Field

from services.journeys.model.table import Table
from services.journeys.policy.measures import Measure
from services.journeys.policy.scorecards import CardState, Rhythm, Side
from shared.access import Caller, Role
from shared.storage.columns import changed_moment, code, moment
from shared.storage.scope import below


class Scorecard(Table, table=True):
    """One measure of one committee (and all below it), period by period, with somebody who answers for it.

    `estimate_key` names the question whose answer holds its figures.
    """

    __tablename__ = "scorecard"
    id: UUID = Field(primary_key=True)
    entity_id: UUID = Field(index=True)
    side: Side = code(Side)
    measure: Measure = code(Measure)
    rhythm: Rhythm = code(Rhythm)
    zone: str
    owner_id: UUID | None = Field(default=None, index=True)
    note: str = Field(default="", sa_type=Text)
    state: CardState = code(CardState)
    targets: int = 0
    estimate_key: str
    made_by: str
    made_at: datetime = moment()
    version: int = 1
    changed_at: datetime = changed_moment()


class ScorecardTarget(Table, table=True):
    """What is aimed at from a day on; `value` None takes the target away."""

    __tablename__ = "scorecard_target"
    scorecard_id: UUID = Field(primary_key=True, foreign_key="scorecard.id")
    number: int = Field(primary_key=True)
    value: float | None
    from_on: date
    set_at: datetime = moment()
    set_by: str


SIDES = {Role.sending_manager: Side.sending, Role.hosting_manager: Side.hosting}


def scorecards_of(caller: Caller) -> ColumnElement[bool]:
    """Cards of the caller's own committee and those below it; a manager of one side sees those of that side."""
    if caller.role in (Role.global_manager, Role.service, Role.auditor):
        return true()
    mine = below(Scorecard.entity_id, caller)
    side = SIDES.get(caller.role)
    return mine if side is None else and_(mine, Scorecard.side == side)
