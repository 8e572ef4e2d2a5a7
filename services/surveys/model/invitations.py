"""Who is asked what, about what, and how far that went."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, UniqueConstraint, and_
from sqlmodel import Field

from services.surveys.model.table import Table
from services.surveys.policy.invitations import State
from shared.access import Caller, Role
from shared.contracts.fields import Product
from shared.contracts.surveys import Party
from shared.storage.columns import changed_moment, code, moment
from shared.storage.scope import visible


class Asked(Table):
    """What figures are cut by; an invitation and its answer carry the same.

    `recipient_id` is who is asked: the EP or the enabler. Of an enabler's survey about one stay, `person_id` is the
    intern. Of the sides, one that the survey doesn't concern is None. What was `imported` was asked by somebody else:
    it has no response rate.
    """

    party: Party = code(Party, default=Party.ep)
    recipient_id: UUID = Field(index=True)
    programme: str = code()
    occasion: str = code()
    questionnaire: str = Field(index=True)
    questionnaire_version: int
    person_id: UUID | None = Field(default=None, index=True)
    enabler_id: UUID | None = Field(default=None, index=True)
    application_id: UUID | None = Field(default=None, index=True)
    sending_entity_id: UUID | None = None
    hosting_entity_id: UUID | None = None
    product: Product | None = code(Product, default=None)
    country: str | None = code(default=None)
    language: str
    imported: bool = False


class Invitation(Asked, table=True):
    """One customer is asked one questionnaire on one occasion, once. Of the link's token only the digest is kept."""

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("programme", "recipient_id", "occasion", name="invitation_once"),
        Index("invitation_of_sending_side", "sending_entity_id", "invited_at"),
        Index("invitation_of_hosting_side", "hosting_entity_id", "invited_at"),
    )
    id: UUID = Field(primary_key=True)
    state: State = code(State)
    token_digest: str
    invited_at: datetime = moment(index=True)
    expires_at: datetime = moment()
    delivered_at: datetime | None = moment(default=None)
    answered_at: datetime | None = moment(default=None)
    cancelled_because: str | None = code(default=None)
    reminders: int = 0
    reminded_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


def invitations_of(caller: Caller) -> ColumnElement[bool]:
    return both_sides(caller, Invitation)


def both_sides(caller: Caller, row: Any) -> ColumnElement[bool]:
    """The scope over rows of either customer: what somebody was asked as the other party is none of their business."""
    sides = {"sending": row.sending_entity_id, "hosting": row.hosting_entity_id}
    scope = visible(caller, person=row.person_id, enabler=row.enabler_id, **sides)
    own = {Role.participant: Party.ep, Role.enabler: Party.enabler}.get(caller.role)
    return scope if own is None else and_(scope, row.party == own)
