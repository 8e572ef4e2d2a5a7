"""Standards of an experience and what proves them."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from shared.web.schemas import Out


class EvidenceOut(Out):
    """A standard of one experience and the message that proves it."""

    id: UUID
    standard: str = Field(examples=["departure_info"])
    application_id: UUID
    person_id: UUID
    touchpoint_id: UUID
    due_on: date
    evidenced_at: datetime
    late: bool


class EvidenceListOut(Out):
    """The evidence so far, in the order in which it came."""

    items: list[EvidenceOut]
