"""Returnees who were invited to stay with the organisation: this room's own rows."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Field

from services.journeys.model.table import Table
from services.journeys.policy.returnees import Arm, Choice
from shared.access import Caller
from shared.storage.columns import changed_moment, code, codes, moment
from shared.storage.scope import visible


class ReturneeInvitation(Table, table=True):
    """One exchange that is over and whose EP was invited, or held back by lot: once for all."""

    __tablename__ = "returnee_invitation"
    id: UUID = Field(primary_key=True)
    application_id: UUID = Field(unique=True)
    person_id: UUID = Field(index=True)
    sending_entity_id: UUID = Field(index=True)
    batch_id: UUID
    arm: Arm = code(Arm)
    held_share: float
    offers: list[str] = codes()
    completed_at: datetime = moment()
    invited_at: datetime = moment(index=True)
    ends_on: date
    choice: Choice | None = code(Choice, default=None)
    answered_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


def invitations_of(caller: Caller) -> ColumnElement[bool]:
    """One's own; for managers of the sending side those of their committee and the ones below it."""
    row = ReturneeInvitation
    return visible(caller, person=row.person_id, sending=row.sending_entity_id)
