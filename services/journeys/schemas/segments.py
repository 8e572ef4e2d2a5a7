"""What is answered about the room's segments."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.journeys.policy.segments import Rule
from shared.web.schemas import Out


class SegmentOut(Out):
    """A saved rule; `entity_id` is its owner, null for one of everybody's."""

    id: UUID
    entity_id: UUID | None
    name: str = Field(examples=["Talents met in person"])
    rule: Rule
    made_at: datetime
    retired_at: datetime | None
    version: int


class SegmentMembersOut(Out):
    """Those of the ids asked for that fit the rule and are the caller's to see, EPs and enablers."""

    ids: list[UUID]


class SegmentSizeOut(Out):
    """How many fit it, within the caller's scope."""

    people: int
    applications: int
    enablers: int
