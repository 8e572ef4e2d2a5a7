"""Audiences that leave the house, and what pages show to whom."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary
from sqlmodel import Field

from services.scoring.model.table import Table
from services.scoring.policy.audiences import Purpose
from services.scoring.policy.contents import Seen, Slot
from services.scoring.policy.segments.jobs import SegmentState
from shared.access import Caller
from shared.storage.columns import changed_moment, code, codes, document, moment
from shared.storage.scope import visible


class AddressDigest(Table, table=True):
    """The digest of a person's e-mail address; the address itself is kept nowhere here. Erasure takes the row away."""

    __tablename__ = "address_digest"
    person_id: UUID = Field(primary_key=True)
    digest: str


class Audience(Table, table=True):
    """Who may leave the house, for whom and until when: members of a segment, or whoever a condition holds for."""

    __tablename__ = "audience"
    id: UUID = Field(primary_key=True)
    entity_id: UUID | None = Field(default=None, index=True)
    segment_id: UUID | None = None
    condition: dict[str, Any] | None = document(default=None)
    name: str
    purpose: Purpose = code(Purpose)
    recipient: str
    use_until: datetime = moment()
    state: SegmentState = code(SegmentState, default=SegmentState.active)
    number: int = 0
    made_at: datetime = moment()
    version: int = 1
    changed_at: datetime = changed_moment()


class AudienceMember(Table, table=True):
    """Who is out there: in the newest export. Erasure takes the row away and leaves the digest as a removal."""

    __tablename__ = "audience_member"
    audience_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True, index=True)
    digest: str
    number: int


class AudienceRemoval(Table, table=True):
    """A digest that the recipient has to take out, of nobody any more; gone when the recipient has, or at the end."""

    __tablename__ = "audience_removal"
    audience_id: UUID = Field(primary_key=True)
    digest: str = Field(primary_key=True)
    number: int  # of the first export that names it


class AudienceExport(Table, table=True):
    """One export: its manifest, signature, and the file until somebody in it is to be left in peace."""

    __tablename__ = "audience_export"
    id: UUID = Field(primary_key=True)
    audience_id: UUID = Field(index=True)
    number: int
    made_at: datetime = moment()
    manifest: dict[str, Any] = document()
    signature: str
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
    confirmed_at: datetime | None = moment(default=None)
    version: int = 1


class Content(Table, table=True):
    """A content for a slot: what it is about, and for whom. Its texts are for the public."""

    __tablename__ = "content"
    id: UUID = Field(primary_key=True)
    entity_id: UUID | None = Field(default=None, index=True)
    slot: Slot = code(Slot)
    segment_id: UUID | None = None
    weight: int
    state: SegmentState = code(SegmentState, default=SegmentState.active)
    products: list[str] = codes()
    fields: list[str] = codes()
    countries: list[str] = codes()
    testimonial_id: UUID | None = None
    link: str | None = None
    texts: dict[str, str] = document(default_factory=dict)
    version: int = 1
    changed_at: datetime = changed_moment()


class ContentSeen(Table, table=True):
    """A content was shown to or clicked by somebody, of whom nothing is kept; the id is the browser's."""

    __tablename__ = "content_seen"
    id: UUID = Field(primary_key=True)
    content_id: UUID = Field(index=True)
    seen: Seen = code(Seen)
    at: datetime = moment()


def audiences_of(caller: Caller) -> ColumnElement[bool]:
    """Audiences of one's own entity or below."""
    return visible(caller, sending=Audience.entity_id)


def contents_of(caller: Caller) -> ColumnElement[bool]:
    """Contents of one's own entity or below, whichever side."""
    return visible(caller, sending=Content.entity_id, hosting=Content.entity_id)
