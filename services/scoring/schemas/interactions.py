"""What is answered about interactions and identities."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from shared.web.schemas import Out


class InteractionsOut(Out):
    """What became of a batch."""

    recorded: int = Field(description="New ones")
    repeated: int = Field(description="Those whose id was there already: nothing was done")


class IdentityOut(Out):
    visitor_id: UUID
    person_id: UUID
    known_at: datetime
