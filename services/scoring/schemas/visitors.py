"""What is answered about visitors: what they allow, and how they came."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.scoring.policy.interactions import Channel, Kind
from services.scoring.schemas.interactions import CameByOut
from shared.web.schemas import Out


class ConsentsOut(Out):
    """What was said about each purpose; null: nothing so far."""

    analytics: bool | None
    personalization: bool | None
    marketing: bool | None


class TouchOut(CameByOut):
    """An interaction that tells what brought it."""

    at: datetime
    channel: Channel
    kind: Kind


class TouchesOut(Out):
    """The first and the last interaction that tell what brought them; marked ones tell nothing."""

    first: TouchOut | None
    last: TouchOut | None


class VisitorOut(TouchesOut):
    """One visitor."""

    visitor_id: UUID
    person_id: UUID | None = Field(description="Who it is known to be")
    consent: ConsentsOut
    visits: int
    marked: int = Field(description="Visits besides these that a machine made")
