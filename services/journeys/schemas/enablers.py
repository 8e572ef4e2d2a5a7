"""What is answered about enablers."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.journeys.policy import Profile
from services.journeys.schemas.people import ApplicationLine, NextTouchpoint
from shared.web.schemas import Out


class EnablerLine(Out):
    """An enabler in a list. The name is absent when it isn't known yet, or was erased."""

    id: UUID
    name: str | None = Field(examples=["Norrsken Lab"])
    hosting_entity_id: UUID | None
    hosting_entity: str | None = Field(description="Name of the committee", examples=["Uppsala"])
    profile: Profile
    own: bool = Field(description="The caller sees the whole conversation, not a part of it alone")
    applications: int = Field(description="To its opportunities, as far as the caller may see them")
    open_cases: int = Field(description="Of these applications")
    next_touchpoint: NextTouchpoint | None = Field(description="What goes to it next, as far as it is the caller's")
    registered_at: datetime | None
    last_at: datetime = Field(description="When something last happened")


class EnablerOut(EnablerLine):
    """An enabler, with the applications that the caller may see, the newest first, a hundred at most."""

    lines: list[ApplicationLine]
