"""Letters in operators' own words, and previews."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.notifications.model.plans import VersionState
from shared.web.schemas import Out


class LetterOut(Out):
    """One version of an operator's words for a letter."""

    id: UUID
    letter: str = Field(examples=["first-day-reminder"])
    language: str
    entity_id: UUID | None
    number: int
    state: VersionState
    content: dict[str, Any]
    author: str
    created_at: datetime
    published_at: datetime | None
    version: int


class PreviewOut(Out):
    """A message as it would be written now; nothing is sent or kept. `missing` names what it would wait for."""

    touchpoint: str
    language: str
    ready: bool
    missing: list[str] = Field(description="Facts that are not known yet", examples=[["departure_route"]])
    faults: list[str] = Field(description="What else keeps it from being written")
    subject: str | None
    text: str | None
    html: str | None
    document_name: str | None
    document: str | None = Field(description="The PDF in base64")
