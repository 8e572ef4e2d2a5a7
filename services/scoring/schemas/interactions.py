"""What is answered about interactions and identities."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.scoring.policy.interactions import Channel, Kind, Move, Origin
from services.scoring.policy.machines import Mark
from services.scoring.policy.sources import Refused
from shared.web.schemas import Out


class IgnoredOut(Out):
    """A code that counts for nothing; the visit that carried it was taken all the same."""

    id: UUID = Field(description="The visit's")
    code: str
    reason: Refused


class InteractionsOut(Out):
    """What became of a batch."""

    recorded: int = Field(description="New ones")
    repeated: int = Field(description="Those whose id was there already: nothing was done")
    ignored: list[IgnoredOut] = Field(default_factory=list, description="Codes that don't hold")


class CameByOut(Out):
    """What brought it."""

    campaign: str | None
    utm_source: str | None
    utm_medium: str | None
    utm_term: str | None
    utm_content: str | None
    referrer: str | None = Field(description="Host of the page before")
    source_id: UUID | None = Field(description="The class visit, booth, flyer …")


class InteractionOut(CameByOut):
    """An interaction; one with a `mark` counts for nothing."""

    id: UUID
    visitor_id: UUID | None
    person_id: UUID | None
    channel: Channel
    kind: Kind
    move: Move
    at: datetime
    known_at: datetime
    opportunity_id: UUID | None
    application_id: UUID | None
    what: str | None = Field(description="What it was about, as a code, where another room told of it")
    origin: Origin
    bot: bool = Field(description="Made by a machine")
    mark: Mark | None = Field(description="Why it doesn't count")
    marked_at: datetime | None


class IdentityOut(Out):
    visitor_id: UUID
    person_id: UUID
    known_at: datetime
