"""The calendar: one row a touchpoint."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, UniqueConstraint
from sqlmodel import Field

from services.notifications.model.table import Table
from services.notifications.policy import Anchor, Audience, Kind, State
from shared.storage.columns import changed_moment, code, document, moment


class Touchpoint(Table, table=True):
    """One touchpoint of a `subject` (an application, an invitation, a person …); its due row is in the kernel's `due`.

    `anchor_version` is the sequence of the event that gave the dates it was counted from: a sent touchpoint keeps it,
    and `told` with the dates that its message gave. `round` counts those that come several times. What was late and
    goes out within another one names it in `folded_into`.
    """

    __tablename__ = "touchpoint"
    __table_args__ = (UniqueConstraint("code", "subject", "round", name="touchpoint_once"),)
    id: UUID = Field(primary_key=True)
    code: str
    plan: str
    plan_version: int
    kind: Kind = code(Kind, default=Kind.message)
    audience: Audience = code(Audience, default=Audience.ep)
    recipient_id: UUID | None = None  # a person, an enabler or a member; none yet while nobody is named
    subject: UUID = Field(index=True)
    application_id: UUID | None = Field(default=None, index=True)
    person_id: UUID | None = Field(default=None, index=True)  # the EP whom it concerns
    enabler_id: UUID | None = Field(default=None, index=True)
    sending_entity_id: UUID | None = None
    hosting_entity_id: UUID | None = None
    round: int = 1
    state: State = code(State)
    reason: str | None = None
    local_at: datetime = Field(sa_type=DateTime)  # type: ignore[call-overload]  # wall time, without a zone
    zone: str
    due_at: datetime = moment()
    anchor: Anchor | None = code(Anchor, default=None)
    anchor_on: date | None = None
    anchor_version: int
    occurrence: int = 1
    sent_at: datetime | None = moment(default=None)
    document_id: UUID | None = None
    told: dict[str, Any] | None = document(default=None)
    folded_into: UUID | None = Field(default=None, index=True)
    correlation_id: UUID
    version: int = 1
    changed_at: datetime = changed_moment()
