"""What an entity tells those who come: a draft, section by section, its published versions, and who quoted them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from services.notifications.model.table import Table
from services.notifications.policy import Section
from shared.storage.columns import changed_moment, code, document, moment


class FactSheet(Table, table=True):
    """The sheet of one entity (`id`); `published` is the number of its newest version, 0 before the first."""

    __tablename__ = "fact_sheet"
    id: UUID = Field(primary_key=True)
    published: int = 0
    version: int = 1
    changed_at: datetime = changed_moment()


class FactSection(Table, table=True):
    """A section as it is being written: texts by language, whose it is, and when it is to be looked at again."""

    __tablename__ = "fact_section"
    __table_args__ = (UniqueConstraint("sheet_id", "section", name="fact_section_once"),)
    id: UUID = Field(primary_key=True)
    sheet_id: UUID = Field(foreign_key="fact_sheet.id")
    section: Section = code(Section)
    texts: dict[str, str] = document(default_factory=dict)
    owner_id: UUID | None = None
    review_on: date | None = Field(default=None, index=True)
    changed_by: str
    changed_at: datetime = changed_moment()


class FactSheetVersion(Table, table=True):
    """A published sheet, never changed again. `sections` are texts by section and language."""

    __tablename__ = "fact_sheet_version"
    __table_args__ = (UniqueConstraint("sheet_id", "number", name="fact_sheet_version_once"),)
    id: UUID = Field(primary_key=True)
    sheet_id: UUID = Field(foreign_key="fact_sheet.id")
    number: int
    sections: dict[str, Any] = document(default_factory=dict)
    published_by: str
    published_at: datetime = moment()
    reverts_to: int | None = None
    changed_at: datetime = changed_moment()


class FactChange(Table, table=True):
    """Who changed a section, and from what to what."""

    __tablename__ = "fact_change"
    id: UUID = Field(primary_key=True)
    sheet_id: UUID = Field(foreign_key="fact_sheet.id", index=True)
    section: Section = code(Section)
    before: dict[str, Any] = document(default_factory=dict)
    after: dict[str, Any] = document(default_factory=dict)
    changed_by: str
    changed_at: datetime = changed_moment()


class Quotation(Table, table=True):
    """Which version of whose fact sheet lay before who wrote the document of a delivery."""

    __tablename__ = "quotation"
    __table_args__ = (UniqueConstraint("delivery_id", "sheet_id", "number", name="quotation_once"),)
    id: UUID = Field(primary_key=True)
    delivery_id: UUID = Field(index=True)
    sheet_id: UUID
    number: int
    quoted_at: datetime = moment()
