"""Answers, one by one or many at once. Each cell has a version of its own, so that nobody overwrites unseen."""

from uuid import UUID

from sqlmodel import select

from services.scoring.commands import GiveAnswers, OnCell, OnSheet
from services.scoring.handlers.sheets import column_of, held
from services.scoring.model import Sheet, SheetAnswer, SheetColumn
from services.scoring.policy.sheets.courses import Entry, standing_entries
from services.scoring.policy.sheets.scores import Answer
from services.scoring.schemas import CellOut, SheetDetail
from services.scoring.views.sheet_boards import board
from services.scoring.views.sheet_templates import template_of
from services.scoring.views.sheets import cell_out, sheet_out
from shared.errors import Conflict, FieldError, Invalid, NotFound, Stale
from shared.storage.tx import Uow


async def give_answer(uow: Uow, command: OnCell) -> CellOut:
    """One answer; If-Match is the version of the cell, 0 for one that nobody answered yet."""
    sheet, column = await _cell(uow, command)
    course = await _course(uow, sheet.id, column.number, command.criterion)
    version = course[-1].version if course else 0
    uow.expect(version)
    assert command.body is not None
    row = _add(uow, sheet, column, command.criterion, version + 1, **command.body.model_dump())
    return await _answered(uow, sheet, column, row)


async def undo_answer(uow: Uow, command: OnCell) -> CellOut:
    """Back to what the cell was before its last step that still stands; undoing again goes further back."""
    sheet, column = await _cell(uow, command)
    course = await _course(uow, sheet.id, column.number, command.criterion)
    version = course[-1].version if course else 0
    uow.expect(version)
    stands = standing_entries(_entry(one) for one in course)
    if not stands:
        raise Conflict("There is nothing to undo.", code="nothing-to-undo")
    before = stands[-2] if len(stands) > 1 else None
    words = {"note": before.note, "evidence": before.evidence} if before else {}
    answer = before.answer if before else Answer.open
    undone = {"answer": answer, **words, "undoes": stands[-1].version}
    return await _answered(uow, sheet, column, _add(uow, sheet, column, command.criterion, version + 1, **undone))


async def give_answers(uow: Uow, command: OnSheet) -> SheetDetail:
    """Many answers, all or none. Those whose version is not the newest are all told, and nothing is taken."""
    sheet, body = await held(uow, command.sheet_id), command.body
    assert isinstance(body, GiveAnswers)
    there = await board(uow, sheet.id)
    columns, asked = {one.key: one for one in there.columns}, {one.id for one in there.template.criteria}
    wrong, stale = [], []
    seen: set[tuple[str, str]] = set()
    for place, one in enumerate(body.answers):
        cell = there.cells.get((one.column, one.criterion))
        if one.column not in columns:
            wrong.append(FieldError(f"#/answers/{place}/column", "There is no such column."))
        if one.criterion not in asked:
            wrong.append(FieldError(f"#/answers/{place}/criterion", "The sheet doesn't ask for it."))
        if (one.column, one.criterion) in seen:
            wrong.append(FieldError(f"#/answers/{place}", "It is answered twice."))
        seen.add((one.column, one.criterion))
        if one.version != (version := cell.version if cell else 0):
            stale.append(FieldError(f"#/answers/{place}/version", f"It is at version {version} now."))
    if wrong:
        raise Invalid(errors=wrong)
    if stale:
        raise Stale("Somebody else answered meanwhile: read these again.", errors=stale)
    for one in body.answers:
        given = one.model_dump(include={"answer", "note", "evidence"})
        _add(uow, sheet, columns[one.column], one.criterion, one.version + 1, **given)
    uow.change(sheet)
    uow.note("give_answers", sheet.id, after={"answers": len(body.answers)})
    await uow.flush()
    return await sheet_out(uow, await board(uow, sheet.id))


async def _cell(uow: Uow, command: OnCell) -> tuple[Sheet, SheetColumn]:
    """The sheet, locked, and the column, for a criterion that the sheet asks for."""
    sheet = await held(uow, command.sheet_id)
    template = await template_of(uow, sheet.template, sheet.template_version)
    if command.criterion not in {one.id for one in template.criteria}:
        raise NotFound(f"The sheet doesn't ask for {command.criterion}.")
    return sheet, await column_of(uow, sheet, command.column)


async def _course(uow: Uow, sheet_id: UUID, number: int, criterion: str) -> list[SheetAnswer]:
    query = select(SheetAnswer).where(
        SheetAnswer.sheet_id == sheet_id, SheetAnswer.column_number == number, SheetAnswer.criterion == criterion
    )
    return list(await uow.rows(query.order_by(SheetAnswer.version)))  # type: ignore[arg-type]


def _entry(row: SheetAnswer) -> Entry:
    return Entry(row.version, row.answer, row.note, row.evidence, row.by, row.at, row.undoes)


def _add(uow: Uow, sheet: Sheet, column: SheetColumn, criterion: str, version: int, **values: object) -> SheetAnswer:
    row = SheetAnswer(
        sheet_id=sheet.id, column_number=column.number, criterion=criterion, version=version, by=uow.caller.subject,
        at=uow.now, **values,
    )  # fmt: skip
    return uow.add(row)


async def _answered(uow: Uow, sheet: Sheet, column: SheetColumn, row: SheetAnswer) -> CellOut:
    uow.change(sheet)
    after = {"column": column.key, "criterion": row.criterion, "answer": row.answer}
    uow.note("undo_answer" if row.undoes else "give_answer", sheet.id, after=after)
    await uow.flush()
    return cell_out(column.key, row)
