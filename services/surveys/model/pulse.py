"""The team pulse: who is asked (tickets) and what was answered (counts), with nothing that ties one to the other."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import SmallInteger, UniqueConstraint
from sqlmodel import Field

from services.surveys.model.table import Table
from services.surveys.policy.pulse import RoundState
from shared.storage.columns import code, document


class Member(Table, table=True):
    """Somebody who works in a committee; `sequence` is that of the event that had the last word on the membership."""

    __tablename__ = "member"
    id: UUID = Field(primary_key=True)
    entity_id: UUID = Field(index=True)
    active: bool = False
    sequence: int = 0


class PulseRound(Table, table=True):
    """One time that all teams are asked; results are published once, when it closes."""

    __tablename__ = "pulse_round"
    id: UUID = Field(primary_key=True)
    name: str = code(unique=True)
    questionnaire_version: int
    opened_on: date
    closes_on: date
    state: RoundState = code(RoundState, default=RoundState.open)


class PulseTicket(Table, table=True):
    """One member may answer once in a round. No time, and no key of the answer; gone when the round closes."""

    __tablename__ = "pulse_ticket"
    __table_args__ = (UniqueConstraint("round_id", "member_id", name="pulse_ticket_once"),)
    id: UUID = Field(primary_key=True)
    round_id: UUID = Field(foreign_key="pulse_round.id")
    member_id: UUID
    entity_id: UUID
    token_digest: str = code()
    used: bool = False


class PulseTally(Table, table=True):
    """How often a value was given to a question by a committee's members in a round: all that is kept of answers."""

    __tablename__ = "pulse_tally"
    round_id: UUID = Field(primary_key=True, foreign_key="pulse_round.id")
    entity_id: UUID = Field(primary_key=True)
    question: str = code(primary_key=True)
    value: int = Field(primary_key=True, sa_type=SmallInteger)
    count: int = 0


class PulseResult(Table, table=True):
    """What is shown of an entity's subtree: question → how often each value of its scale, from the lowest up."""

    __tablename__ = "pulse_result"
    round_id: UUID = Field(primary_key=True, foreign_key="pulse_round.id")
    entity_id: UUID = Field(primary_key=True, index=True)
    asked: int
    answered: int
    counts: dict[str, Any] = document()
