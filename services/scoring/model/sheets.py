"""Sheets of criteria, their columns and answers, what was decided on them, and what came of it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Index, UniqueConstraint, any_, exists, or_, select, true
from sqlmodel import Field

from services.scoring.model.table import Table
from services.scoring.policy.sheets.ledger import SheetEnding
from services.scoring.policy.sheets.scores import Answer
from services.scoring.policy.sheets.templates import SheetAbout
from shared.access import Caller, Role
from shared.storage.columns import changed_moment, code, document, moment
from shared.storage.scope import ENTITY_PATH, visible


class SheetTemplate(Table, table=True):
    """A version of a template that a manager published; never changed. Without an entity it is for everybody."""

    __tablename__ = "sheet_template"
    template: str = code(primary_key=True)
    version: int = Field(primary_key=True)
    entity_id: UUID | None = Field(default=None, index=True)
    content: dict[str, Any] = document()
    published_by: str = code()
    published_at: datetime = moment()


class SheetEnabler(Table, table=True):
    """An enabler, as far as a sheet can be about it: whose it is, and whether it was erased."""

    __tablename__ = "sheet_enabler"
    id: UUID = Field(primary_key=True)
    hosting_entity_id: UUID | None = None
    erased_at: datetime | None = moment(default=None)


class Sheet(Table, table=True):
    """A sheet keeps the version of its template. `name` is free text; once erasure blanked it, nothing changes."""

    __tablename__ = "sheet"
    __table_args__ = (Index("sheet_in_order", "created_at", "id"),)
    id: UUID = Field(primary_key=True)
    template: str = code()
    template_version: int
    about: SheetAbout = code(SheetAbout)
    entity_id: UUID = Field(index=True)
    enabler_id: UUID | None = Field(default=None, index=True)
    name: str | None = code(default=None)
    created_by: str = code()
    created_at: datetime = moment()
    erased_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


class SheetColumn(Table, table=True):
    """Ours (`ours`) or a rival's (`a`, `b` …), in the order in which they came. `name` is blanked by erasure."""

    __tablename__ = "sheet_column"
    sheet_id: UUID = Field(primary_key=True, foreign_key="sheet.id")
    number: int = Field(primary_key=True)
    key: str = code()  # a letter that was given back may be given again, under another number
    name: str | None = code(default=None)
    added_at: datetime = moment()
    removed_at: datetime | None = moment(default=None)


class SheetAnswer(Table, table=True):
    """One step in the course of a cell; that of the highest version counts. Only erasure changes note and evidence."""

    __tablename__ = "sheet_answer"
    __table_args__ = (UniqueConstraint("sheet_id", "column_number", "criterion", "version", name="sheet_answer_once"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger)
    sheet_id: UUID = Field(foreign_key="sheet.id")
    column_number: int
    criterion: str = code()
    version: int
    answer: Answer = code(Answer)
    note: str | None = code(default=None)
    evidence: str | None = code(default=None)
    undoes: int | None = None
    by: str = code()
    at: datetime = moment()
    changed_at: datetime = changed_moment()


class SheetDecision(Table, table=True):
    """What was decided, with all that it rested on. Never changed, but that erasure blanks the reason."""

    __tablename__ = "sheet_decision"
    __table_args__ = (UniqueConstraint("sheet_id", "number", name="sheet_decision_once"),)
    id: UUID = Field(primary_key=True)
    sheet_id: UUID = Field(foreign_key="sheet.id")
    number: int
    entity_id: UUID = Field(index=True)
    template: str = code()
    template_version: int
    rule: str = code()
    decision: str = code()
    reason: str | None = code(default=None)
    score: float | None = None
    record: dict[str, Any] = document()
    by: str = code()
    at: datetime = moment()
    changed_at: datetime = changed_moment()


class SheetOutcome(Table, table=True):
    """What became of a decided sheet; corrections are further versions. Erasure blanks the reason."""

    __tablename__ = "sheet_outcome"
    sheet_id: UUID = Field(primary_key=True, foreign_key="sheet.id")
    version: int = Field(primary_key=True)
    ending: SheetEnding = code(SheetEnding)
    on: date
    reason: str | None = code(default=None)
    by: str = code()
    at: datetime = moment()
    changed_at: datetime = changed_moment()


# --- who sees what


def sheets_of(caller: Caller) -> ColumnElement[bool]:
    """Sheets of the caller's entity and below, on whichever side; all of them for who is above all."""
    return visible(caller, sending=Sheet.entity_id, hosting=Sheet.entity_id)


def decisions_of(caller: Caller) -> ColumnElement[bool]:
    """The same of decisions."""
    return visible(caller, sending=SheetDecision.entity_id, hosting=SheetDecision.entity_id)


def templates_of(caller: Caller) -> ColumnElement[bool]:
    """Those for everybody, and those of entities on the caller's way up to the root; all for who is above all."""
    if caller.role in (Role.global_manager, Role.service, Role.auditor):
        return true()
    path = ENTITY_PATH
    above = exists(
        select(path.c.entity_id).where(path.c.entity_id == caller.entity, SheetTemplate.entity_id == any_(path.c.path))
    )
    return or_(SheetTemplate.entity_id.is_(None), above)  # type: ignore[union-attr]
