"""The in-app feed: what a front-end shows, and how far it is read."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from services.notifications.model.table import Table
from shared.storage.columns import changed_moment, moment


class FeedHead(Table, table=True):
    """The last position of one recipient's feed; its row lock puts changes of a feed in the order of their commits."""

    __tablename__ = "feed_head"
    recipient_id: UUID = Field(primary_key=True)
    position: int = 0


class FeedItem(Table, table=True):
    """One message in a feed. `position` grows with each change of the feed: being read gives an item a new one.

    `title`, `body` and `link` are blank once the recipient is forgotten.
    """

    __tablename__ = "feed_item"
    __table_args__ = (
        Index("feed_item_position", "recipient_id", "position", unique=True),
        Index("feed_item_unread", "recipient_id", postgresql_where=text("read_at IS NULL")),
    )
    id: UUID = Field(primary_key=True)
    recipient_id: UUID
    position: int
    delivery_id: UUID
    touchpoint_id: UUID
    touchpoint: str
    application_id: UUID | None = None
    person_id: UUID | None = Field(default=None, index=True)
    language: str
    title: str | None = None
    body: str | None = None
    link: str | None = None
    document_id: UUID | None = None
    created_at: datetime = moment()
    read_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()
