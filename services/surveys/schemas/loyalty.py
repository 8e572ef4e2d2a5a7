"""Customers who are satisfied and yet would not recommend."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.surveys.schemas.scores import FigureOut
from shared.web.paging import PageOf
from shared.web.schemas import Out


class SatisfiedOut(Out):
    """One of them: satisfied (CSAT 4–5 of 5) with something, and passive or a detractor overall."""

    answer_id: UUID
    answered_at: datetime
    person_id: UUID | None
    enabler_id: UUID | None
    application_id: UUID | None
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
    nps: int = Field(examples=[7])
    csat: int = Field(examples=[5])
    satisfied_with: str = Field(description="What the CSAT was about", examples=["arrival"])


class SatisfiedPage(PageOf[SatisfiedOut]):
    """The list, newest first, and how many of all satisfied customers are promoters."""

    loyal: FigureOut = Field(description="Share of promoters among the satisfied: satisfaction is not loyalty")
