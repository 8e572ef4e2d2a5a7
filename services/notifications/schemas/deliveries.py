"""What was sent, and the documents that went with it."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.notifications.policy import Audience, Budget
from shared.web.schemas import Out


class DeliveryOut(Out):
    """One message on its way or delivered; a touchpoint has one for each channel that was tried."""

    id: UUID
    touchpoint_id: UUID
    touchpoint: str
    application_id: UUID | None
    person_id: UUID | None
    audience: Audience
    recipient_id: UUID | None
    channel: str = Field(examples=["email"])
    budget: Budget = Field(description="What it counts as; what is owed has no budget")
    language: str | None
    state: str = Field(examples=["pending"])
    reason: str | None
    waiting_for: list[str]
    attempts: int
    uncertain: bool = Field(description="An earlier try may have arrived already; the Message-ID is the same")
    message_id: str
    document_id: UUID | None
    hold_until: datetime | None = Field(description="Held back until then: quiet hours, budget or digest")
    folded_into: UUID | None = Field(description="The delivery in which it goes out: a digest")
    not_before: datetime = Field(description="The next try, on machine time")
    created_at: datetime
    sent_at: datetime | None
    version: int


class QuotationOut(Out):
    """The version of a committee's fact sheet that lay before who wrote a document."""

    entity_id: UUID
    number: int


class DocumentOut(Out):
    """A PDF that was attached; `erased` when the person was forgotten and the content with them."""

    id: UUID
    kind: str = Field(examples=["departure-document"])
    language: str
    file_name: str
    sha256: str
    size: int
    erased: bool
    touchpoint_id: UUID
    delivery_id: UUID
    application_id: UUID | None
    person_id: UUID | None
    made_at: datetime
    quotes: list[QuotationOut] = Field(default_factory=list)
    version: int
