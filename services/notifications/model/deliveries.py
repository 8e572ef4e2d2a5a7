"""What leaves the room, and what it proves."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from services.notifications.model.table import Table
from services.notifications.policy import Audience, Budget
from shared.storage.columns import changed_moment, code, document, moment

OPEN_DELIVERY = text("state IN ('pending', 'unknown', 'sending') AND hold_until IS NULL")
HELD_DELIVERY = text("state = 'pending' AND hold_until IS NOT NULL")


class Delivery(Table, table=True):
    """One e-mail on its way: pending → sending (under a lease on machine time) → sent | unknown | failed | cancelled.

    `waiting_for` names the facts that are still missing; `uncertain` tells that an earlier try may have arrived.
    `hold_until` (business time) keeps it back: quiet hours, a contact budget that is used up, a digest. A delivery that
    goes out inside another one is `folded` into it. `accepted_at` (machine time) is when the other side took it.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("touchpoint_id", "occurrence", "channel", name="delivery_once"),
        Index("delivery_open", "not_before", postgresql_where=OPEN_DELIVERY),
        Index("delivery_held", "hold_until", postgresql_where=HELD_DELIVERY),
        Index("delivery_counted", "recipient_id", "sent_at", postgresql_where=text("budget <> 'owed'")),
    )
    id: UUID = Field(primary_key=True)
    touchpoint_id: UUID = Field(foreign_key="touchpoint.id", index=True)
    touchpoint: str
    occurrence: int
    message_id: str
    channel: str
    budget: Budget = code(Budget, default=Budget.owed)
    audience: Audience = code(Audience, default=Audience.ep)
    recipient_id: UUID | None = None
    subject: UUID
    application_id: UUID | None = Field(default=None, index=True)
    person_id: UUID | None = Field(default=None, index=True)
    sending_entity_id: UUID | None = None
    hosting_entity_id: UUID | None = None
    state: str
    reason: str | None = None
    waiting_for: list[str] = document(default_factory=list)
    waits: int = 0
    attempts: int = 0
    uncertain: bool = False
    language: str | None = None
    document_id: UUID | None = None
    address_hash: str | None = None
    folded_into: UUID | None = Field(default=None, index=True)
    hold_until: datetime | None = moment(default=None)
    not_before: datetime = moment()
    lease_until: datetime | None = moment(default=None)
    created_at: datetime = moment()
    accepted_at: datetime | None = moment(default=None)
    sent_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


class Document(Table, table=True):
    """A PDF as it was attached. After an erasure the bytes are gone; hash and size stay."""

    __tablename__ = "document"
    id: UUID = Field(primary_key=True)
    delivery_id: UUID = Field(foreign_key="delivery.id", index=True)
    touchpoint_id: UUID
    kind: str
    language: str
    file_name: str
    sha256: str
    size: int
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
    application_id: UUID | None = Field(default=None, index=True)
    person_id: UUID | None = Field(default=None, index=True)
    sending_entity_id: UUID | None = None
    hosting_entity_id: UUID | None = None
    made_at: datetime = moment()
    version: int = 1


class Evidence(Table, table=True):
    """What proves a part of a standard of one experience: `source` is its kind and name, `source_id` the thing itself.

    `done_on` is its day at the host. One that was taken back again stays, with the moment.
    """

    __tablename__ = "evidence"
    id: UUID = Field(primary_key=True)
    standard: str
    part: str
    application_id: UUID = Field(index=True)
    person_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    source: str
    source_id: UUID | None = None
    touchpoint_id: UUID | None = None
    due_on: date
    done_on: date
    evidenced_at: datetime = moment()
    late: bool
    withdrawn_at: datetime | None = moment(default=None)
    changed_at: datetime = changed_moment()
