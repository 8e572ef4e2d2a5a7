"""Who is to be asked when, what was decided, and what decides: switches of programmes, quotas, suppressed contacts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, UniqueConstraint
from sqlmodel import Field

from services.surveys.model.invitations import both_sides
from services.surveys.model.table import Table
from services.surveys.policy.decisions import AskState
from shared.access import Caller
from shared.contracts.fields import Product
from shared.contracts.surveys import Party
from shared.storage.columns import changed_moment, code, document, moment


class Ask(Table, table=True):
    """One asking of a recipient by a programme on one occasion: it moves with the dates and is decided once.

    `until` is the moment from which it is too late; `reason` and `numbers` say what decided, or what holds it back.
    `turn` tells its due rows apart: one that had its say can't be moved. `invitation_id` is what came of it.
    """

    __tablename__ = "ask"
    __table_args__ = (UniqueConstraint("programme", "recipient_id", "occasion", name="ask_once"),)
    id: UUID = Field(primary_key=True)
    programme: str = code()
    party: Party = code(Party)
    recipient_id: UUID = Field(index=True)
    occasion: str = code()
    person_id: UUID | None = Field(default=None, index=True)
    enabler_id: UUID | None = Field(default=None, index=True)
    application_id: UUID | None = Field(default=None, index=True)
    sending_entity_id: UUID | None = None
    hosting_entity_id: UUID | None = None
    product: Product | None = code(Product, default=None)
    country: str | None = code(default=None)
    local_at: datetime = Field(sa_type=DateTime)  # type: ignore[call-overload]  # wall time, without a zone
    zone: str = code()
    due_at: datetime = moment()
    until: datetime | None = moment(default=None)
    state: AskState = code(AskState)
    reason: str | None = code(default=None)
    numbers: dict[str, Any] = document(default_factory=dict)
    turn: int = 1
    decided_at: datetime | None = moment(default=None)
    invitation_id: UUID | None = None
    version: int = 1
    changed_at: datetime = changed_moment()


class Course(Table, table=True):
    """The steps of a stay as they were heard, with the sequences that tell which event had the last word."""

    __tablename__ = "course"
    application_id: UUID = Field(primary_key=True)
    status: str | None = code(default=None)
    status_sequence: int = 0
    dates_sequence: int = 0
    steps: dict[str, Any] = document(default_factory=dict)


class ProgrammeSwitch(Table, table=True):
    """What an entity says of a programme, for itself and all below it; None leaves it to the one above."""

    __tablename__ = "programme_switch"
    programme: str = code(primary_key=True)
    entity_id: UUID = Field(primary_key=True)
    enabled: bool | None = None
    share: float | None = None
    version: int = 1
    changed_at: datetime = changed_moment()


class QuotaUse(Table, table=True):
    """How many an entity's programme has asked in a period."""

    __tablename__ = "quota_use"
    programme: str = code(primary_key=True)
    entity_id: UUID = Field(primary_key=True)
    period: str = code(primary_key=True)
    used: int


class Suppression(Table, table=True):
    """Somebody gets nothing over a channel (None: any), of a class of messages (None: any), as notifications said."""

    __tablename__ = "suppression"
    id: UUID = Field(primary_key=True)
    recipient_id: UUID = Field(index=True)
    channel: str | None = code(default=None)
    budget: str | None = code(default=None)
    reason: str = code()
    since: datetime = moment()
    lifted: bool = False


def asks_of(caller: Caller) -> ColumnElement[bool]:
    return both_sides(caller, Ask)
