"""Sheets in the caller's scope: lists, one with all that it comes to, the course of its answers, decisions, files."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ColumnElement
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import select

from services.scoring.model import (
    Sheet,
    SheetAnswer,
    SheetColumn,
    SheetDecision,
    SheetOutcome,
    decisions_of,
    sheets_of,
)
from services.scoring.policy.sheets.scores import Answer
from services.scoring.policy.sheets.templates import SheetAbout
from services.scoring.schemas import CellOut, DecisionOut, EntryOut, OutcomeOut, SheetDetail, SheetLine, SheetListed
from services.scoring.views.sheet_boards import Board, board, columns_out, verdict_out
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import within
from shared.storage.tx import Uow


async def get_sheet_detail(uow: Uow, sheet_id: UUID, as_of: datetime | None = None) -> SheetDetail:
    """A sheet as it is, or with the answers, decision and outcome as they stood at a moment."""
    return await sheet_out(uow, await board(uow, sheet_id, as_of=as_of), as_of)


async def sheet_out(uow: Uow, there: Board, as_of: datetime | None = None) -> SheetDetail:
    """A sheet with what its answers come to."""
    line = SheetLine.model_validate(there.sheet).model_dump()
    return SheetDetail(
        **line, as_of=as_of, columns=columns_out(there), cells=_cells(there),
        verdict=verdict_out(there.template, there.answers),
        decision=await newest_decision(uow, there.sheet.id, as_of),
        outcome=await newest_outcome(uow, there.sheet.id, as_of),
    )  # fmt: skip


def _cells(there: Board) -> list[CellOut]:
    order = {one.id: place for place, one in enumerate(there.template.criteria)}
    cells = sorted(there.cells.items(), key=lambda one: (one[0][0], order.get(one[0][1], len(order))))
    return [cell_out(key, cell) for (key, _), cell in cells]


def cell_out(key: str, cell: SheetAnswer) -> CellOut:
    """An answer as it counts."""
    names = ("criterion", "answer", "note", "evidence", "by", "at", "version")
    return CellOut(column=key, **{name: getattr(cell, name) for name in names})


async def newest_decision(uow: Uow, sheet_id: UUID, as_of: datetime | None = None) -> DecisionOut | None:
    known = [] if as_of is None else [SheetDecision.at <= as_of]
    query = select(SheetDecision).where(SheetDecision.sheet_id == sheet_id, *known)
    found = await uow.rows(query.order_by(SheetDecision.number.desc()).limit(1))  # type: ignore[attr-defined]
    return DecisionOut.model_validate(found[0]) if found else None


async def newest_outcome(uow: Uow, sheet_id: UUID, as_of: datetime | None = None) -> OutcomeOut | None:
    known = [] if as_of is None else [SheetOutcome.at <= as_of]
    query = select(SheetOutcome).where(SheetOutcome.sheet_id == sheet_id, *known)
    found = await uow.rows(query.order_by(SheetOutcome.version.desc()).limit(1))  # type: ignore[attr-defined]
    return OutcomeOut.model_validate(found[0]) if found else None


class WantedSheets(BaseModel):
    """Which sheets of a list."""

    template: str | None = None
    about: SheetAbout | None = None
    entity_id: UUID | None = None
    enabler_id: UUID | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As predicates."""
        equal = {name: getattr(self, name) for name in ("template", "about", "enabler_id")}
        found = [getattr(Sheet, name) == value for name, value in equal.items() if value is not None]
        return found if self.entity_id is None else [*found, within(Sheet.entity_id, self.entity_id)]


async def list_sheets(uow: Uow, wanted: WantedSheets, paging: Paging) -> Page:
    """Sheets of the caller's entity and below, the newest first."""
    query = select(Sheet).where(sheets_of(uow.caller), *wanted.conditions())
    order = (Sheet.created_at.desc(), Sheet.id.desc())  # type: ignore[attr-defined]
    found = await listing(
        uow, query, order=order, paging=paging, changed=Sheet.changed_at, shape=SheetListed.model_validate
    )
    ids = [one.id for one in found.items]
    decided = await _newest(uow, ids, SheetDecision.decision, SheetDecision.number)
    ended = await _newest(uow, ids, SheetOutcome.ending, SheetOutcome.version)
    told = [one.model_copy(update={"decided": decided.get(one.id), "ending": ended.get(one.id)}) for one in found.items]
    return replace(found, items=told)


async def _newest(uow: Uow, sheets: Sequence[UUID], value: Any, number: Any) -> dict[UUID, Any]:
    """The newest value of each of these sheets that has one."""
    of = value.class_.sheet_id
    query = select(of, value).where(of.in_(sheets)).ext(distinct_on(of)).order_by(of, number.desc())
    return dict((await uow.execute(query)).all())


async def list_sheet_answers(
    uow: Uow, sheet_id: UUID, column: str | None, criterion: str | None, paging: Paging
) -> Page:
    """The course of a sheet's answers, the oldest step first, also of columns that were taken away."""
    await uow.get(Sheet, sheet_id, sheets_of(uow.caller))
    keys = {one.number: one.key for one in await uow.all(SheetColumn, sheet_id=sheet_id)}
    numbers = [number for number, key in keys.items() if column in (None, key)]
    query = select(SheetAnswer).where(SheetAnswer.sheet_id == sheet_id, SheetAnswer.column_number.in_(numbers))  # type: ignore[attr-defined]
    if criterion is not None:
        query = query.where(SheetAnswer.criterion == criterion)

    def shape(row: SheetAnswer) -> EntryOut:
        names = EntryOut.model_fields.keys() - {"column"}
        return EntryOut(column=keys[row.column_number], **{name: getattr(row, name) for name in names})

    return await listing(
        uow, query, order=(SheetAnswer.id,), paging=paging, changed=SheetAnswer.changed_at, shape=shape
    )


async def list_sheet_decisions(uow: Uow, sheet_id: UUID, paging: Paging) -> Page:
    """All that was decided on a sheet, the first one first."""
    await uow.get(Sheet, sheet_id, sheets_of(uow.caller))
    query = select(SheetDecision).where(SheetDecision.sheet_id == sheet_id)
    return await listing(uow, query, order=(SheetDecision.number,), paging=paging, shape=DecisionOut.model_validate)


async def get_sheet_decision(uow: Uow, sheet_id: UUID, number: int) -> DecisionOut:
    """One of them, with all that it rested on."""
    sheet = await uow.get(Sheet, sheet_id, sheets_of(uow.caller))
    query = select(SheetDecision.id).where(SheetDecision.sheet_id == sheet.id, SheetDecision.number == number)
    found = await uow.scalar(query)
    return DecisionOut.model_validate(await uow.get(SheetDecision, found or sheet.id, decisions_of(uow.caller)))


class AnswerRow(BaseModel):
    """A line of the file: one answer of one column. Open ones that nobody ever gave have a line, too."""

    sheet_id: UUID
    template: str
    template_version: int
    about: str
    entity_id: UUID
    enabler_id: UUID | None
    subject: str | None
    column: str
    column_name: str | None
    number: str
    criterion: str
    question: str
    weight: int
    answer: Answer
    note: str | None
    evidence: str | None
    by: str | None
    at: datetime | None


async def export_sheets(uow: Uow, wanted: WantedSheets) -> AsyncIterator[Sequence[AnswerRow]]:
    """The answers of the caller's sheets, sheet by sheet."""
    query = select(Sheet.id).where(sheets_of(uow.caller), *wanted.conditions())
    for sheet_id in await uow.rows(query.order_by(Sheet.created_at, Sheet.id)):
        yield _rows(await board(uow, sheet_id))


def _rows(there: Board) -> list[AnswerRow]:
    sheet, numbers, found = there.sheet, there.template.numbers, []
    for column in there.columns:
        for one in there.template.criteria:
            cell = there.cells.get((column.key, one.id))
            row = AnswerRow(
                sheet_id=sheet.id, template=sheet.template, template_version=sheet.template_version, about=sheet.about,
                entity_id=sheet.entity_id, enabler_id=sheet.enabler_id, subject=sheet.name, column=column.key,
                column_name=column.name, number=numbers[one.id], criterion=one.id, question=one.text["en"],
                weight=one.weight, answer=cell.answer if cell else Answer.open, note=cell.note if cell else None,
                evidence=cell.evidence if cell else None, by=cell.by if cell else None, at=cell.at if cell else None,
            )  # fmt: skip
            found.append(row)
    return found
