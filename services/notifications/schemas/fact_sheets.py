"""What is answered about fact sheets."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.notifications.policy.fact_sheets import Section
from shared.web.schemas import Out


class ToldOut(Out):
    """A section in one language; `entity_id` and `number` name the sheet and the version that it comes from."""

    section: Section
    language: str
    text: str
    entity_id: UUID
    number: int


class FactSheetOut(Out):
    """What holds for an entity: its own sections, and those of the committees above where it has none."""

    entity_id: UUID
    number: int = Field(description="Newest published version of its own; 0 when it has none")
    sections: list[ToldOut]


class SectionOut(Out):
    """A section as it is being written."""

    section: Section
    texts: dict[str, str]
    owner_id: UUID | None
    review_on: date | None
    overdue: bool
    changed_by: str
    changed_at: datetime


class FactSheetDraftOut(Out):
    """The sheet as it is being written; `unpublished` names sections that differ from the newest version."""

    entity_id: UUID
    published: int
    sections: list[SectionOut]
    unpublished: list[Section]
    version: int


class FactSheetVersionOut(Out):
    """A published version: texts by section and language."""

    entity_id: UUID
    number: int
    sections: dict[str, Any]
    published_by: str
    published_at: datetime
    reverts_to: int | None


class FactChangeOut(Out):
    """Who changed a section, and from what to what."""

    id: UUID
    section: Section
    before: dict[str, Any]
    after: dict[str, Any]
    changed_by: str
    changed_at: datetime


class ReviewOut(Out):
    """A section that is to be looked at again."""

    entity_id: UUID
    section: Section
    owner_id: UUID | None
    review_on: date
    overdue: bool
