"""What is answered about audiences, exports and contents."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.scoring.policy.audiences import Purpose
from services.scoring.policy.contents import Slot
from services.scoring.policy.segments.jobs import SegmentState
from services.scoring.schemas.segments import ShareOut
from shared.web.schemas import Out


class AudienceOut(Out):
    """An audience. `secret` verifies signatures (Standard Webhooks); it is told once, when the audience is made."""

    id: UUID
    entity_id: UUID | None
    segment_id: UUID | None
    condition: dict[str, Any] | None
    name: str
    purpose: Purpose
    recipient: str
    use_until: datetime
    state: SegmentState
    exports: int
    people: int = Field(description="Who is out there now")
    removals: int = Field(description="Digests that the recipient has to take out")
    made_at: datetime
    secret: str | None = None
    version: int


class ExportOut(Out):
    """An export: the manifest, and the signature over it as JSON with sorted names and no blanks."""

    id: UUID
    audience_id: UUID
    number: int
    made_at: datetime
    manifest: dict[str, Any]
    signature: str = Field(examples=["v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="])
    available: bool = Field(description="Whether the file can still be fetched")
    confirmed_at: datetime | None
    version: int

    @classmethod
    def of(cls, row: Any) -> "ExportOut":
        return cls.model_validate(row.model_dump(exclude={"content"}) | {"available": row.content is not None})


class ContentOut(Out):
    """A content with how often it was shown and clicked."""

    id: UUID
    entity_id: UUID | None
    slot: Slot
    segment_id: UUID | None
    weight: int
    state: SegmentState
    products: list[str]
    fields: list[str]
    countries: list[str]
    testimonial_id: UUID | None
    link: str | None
    texts: dict[str, str]
    shown: int
    clicked: int
    rate: ShareOut | None = Field(description="Clicks of showings; null while it was never shown")
    version: int


class NextContentOut(Out):
    """What to put into a slot. It says nothing of who sees it, or why."""

    slot: Slot
    content_id: UUID
    products: list[str]
    fields: list[str]
    countries: list[str]
    testimonial_id: UUID | None
    link: str | None
    texts: dict[str, str]


class SeenOut(Out):
    recorded: int
    repeated: int
