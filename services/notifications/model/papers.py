"""Documents behind personal links, what was agreed in writing, and what is still missing."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

from services.notifications.model.table import Table
from services.notifications.policy import Owner
from shared.storage.columns import changed_moment, code, document, moment


class DocumentLink(Table, table=True):
    """The personal link of a delivery's document (`id` is the delivery's). Of the token only the digest is kept.

    `opened_at`: first opened by the button. `name` is what was typed to acknowledge it; an erasure takes it away.
    """

    __tablename__ = "document_link"
    id: UUID = Field(primary_key=True)
    document_id: UUID = Field(index=True)
    token_digest: str
    kind: str
    policy_version: str
    expires_at: datetime = moment()
    opened_at: datetime | None = moment(default=None)
    acknowledged_at: datetime | None = moment(default=None)
    acknowledged_document: UUID | None = None
    name: str | None = None
    application_id: UUID = Field(index=True)
    person_id: UUID = Field(index=True)
    sending_entity_id: UUID
    hosting_entity_id: UUID
    version: int = 1
    changed_at: datetime = changed_moment()


class Goals(Table, table=True):
    """Responsibilities and goals of one stay, as supervisor and EP agreed on them (`id`: the application)."""

    __tablename__ = "goals"
    id: UUID = Field(primary_key=True)
    responsibilities: list[str] = document(default_factory=list)
    goals: list[str] = document(default_factory=list)
    feedback: str | None = None
    agreed_on: date | None = None
    person_id: UUID = Field(index=True)
    enabler_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    version: int = 1
    changed_at: datetime = changed_moment()


class FactCheck(Table, table=True):
    """What one owner still has to give for one touchpoint; closed when it has come, or isn't needed any more."""

    __tablename__ = "fact_check"
    id: UUID = Field(primary_key=True)
    touchpoint_id: UUID = Field(index=True)
    touchpoint: str
    owner: Owner = code(Owner)
    missing: list[str] = document(default_factory=list)
    due_on: date
    opened_at: datetime = moment()
    closed_at: datetime | None = moment(default=None)
    application_id: UUID = Field(index=True)
    person_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    version: int = 1
    changed_at: datetime = changed_moment()
