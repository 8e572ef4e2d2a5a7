"""What is answered about those who dropped out, and about those who are content and yet not loyal."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.journeys.policy import Status
from services.journeys.policy.winning_back import Way
from shared.web.schemas import Out


class DropoutOut(Out):
    """Somebody who was at a stage and didn't come to the next; of people and enablers: who gave no sign of life since.

    Of an enabler `person_id` is empty, of an EP `enabler_id`.
    """

    person_id: UUID | None
    enabler_id: UUID | None
    name: str | None = Field(description="Of the person or the enabler, where it is known", examples=["Ioana Șerban"])
    application_id: UUID | None
    stage: str = Field(description="The last step that was reached", examples=["accepted"])
    ended_at: datetime
    status: Status | None = Field(description="How the application ended")
    reason: str | None = Field(examples=["timeline"])
    win_back: Way = Field(description="What to try: by the reason, else by the last step")
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None


class ContentOut(Out):
    """Satisfied with what they got (CSAT 4 or 5), and yet no promoters (NPS 8 at most), by their last answers."""

    person_id: UUID | None
    enabler_id: UUID | None
    name: str | None = Field(description="Of the person or the enabler, where it is known", examples=["Ioana Șerban"])
    csat: int = Field(examples=[5])
    nps: int = Field(examples=[7])
    answered_at: datetime
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
