"""The suppression list: who gets nothing, over which channel, of which class, and why."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from services.notifications.model.table import Table
from services.notifications.policy import Budget, Medium, Why
from shared.storage.columns import changed_moment, code, moment


class Suppression(Table, table=True):
    """One recipient is not written to. `channel` None is every channel, `budget` None every class of message.

    `address_hash` (None: any address) ties a bounce to the address that bounced: a new one is free again. `person_id`
    is the EP, when the recipient is one. `since` and `lifted_at` are business time. `note` may name people.
    """

    __tablename__ = "suppression"
    __table_args__ = (
        Index("suppression_active", "recipient_id", postgresql_where=text("lifted_at IS NULL")),
        Index("suppression_listed", "changed_at", "id"),
    )
    id: UUID = Field(primary_key=True)
    recipient_id: UUID
    person_id: UUID | None = None
    sending_entity_id: UUID | None = None
    hosting_entity_id: UUID | None = None
    channel: Medium | None = code(Medium, default=None)
    budget: Budget | None = code(Budget, default=None)
    reason: Why = code(Why)
    address_hash: str | None = None
    delivery_id: UUID | None = None
    note: str | None = None
    since: datetime = moment()
    lifted_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()
