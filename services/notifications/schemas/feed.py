"""A feed as front-ends show it."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from shared.web.schemas import Out


class FeedItemOut(Out):
    """One message of the feed, in the recipient's language."""

    id: UUID
    position: int = Field(description="Grows with each change of the feed; the id of its event in the stream")
    touchpoint: str = Field(examples=["first-day-reminder"])
    touchpoint_id: UUID
    application_id: UUID | None
    language: str
    title: str | None = Field(description="None once the person behind it was forgotten")
    body: str | None = Field(description="Plain text in paragraphs")
    link: str | None
    created_at: datetime
    read_at: datetime | None
    version: int


class FeedOut(Out):
    """A portion of a feed, the newest change first."""

    items: list[FeedItemOut]
    unread: int = Field(description="Of the whole feed")
    position: int = Field(description="The last change of the feed: where a stream goes on from", examples=[42])
    next_before: int | None = Field(description="`before` of the next portion; None at the end")


class FeedReadOut(Out):
    """The items that are read now and were not before."""

    read: list[FeedItemOut]
