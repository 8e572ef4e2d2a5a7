"""GO / NO-GO and digital maturity sheets: made, answered, undone, decided, and what came of them."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from services.scoring import commands, handlers, views
from services.scoring.api.doors import SheetKeeper, SheetMaker, SheetReader
from services.scoring.policy.sheets.templates import SheetAbout
from services.scoring.schemas import (
    CellOut,
    DecisionOut,
    EntryOut,
    OutcomeOut,
    SheetDetail,
    SheetListed,
)
from shared.storage.tx import Uow
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Moment, Slug
from shared.web.tables import CSV, csv_chunks

router = APIRouter(prefix="/v1/sheets", tags=["sheets"])
SheetId = Annotated[UUID, Path(description="The sheet")]
Column = Annotated[Slug, Path(description="`ours`, or a competitor's letter", examples=["ours"])]
Criterion = Annotated[Slug, Path(description="The criterion", examples=["budget"])]
AsOf = Annotated[Moment | None, Query(description="As it stood at this moment")]
STALE = {"responses": {"412": {"$ref": "#/components/responses/Problem412"}}}
FILE = {200: {"content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}}


def _wanted(
    template: Annotated[Slug | None, Query(description="Only by this template")] = None,
    about: Annotated[SheetAbout | None, Query(description="Only about these")] = None,
    entity_id: Annotated[UUID | None, Query(description="Only of this entity and those below")] = None,
    enabler_id: Annotated[UUID | None, Query(description="Only about this enabler")] = None,
) -> views.WantedSheets:
    return views.WantedSheets(template=template, about=about, entity_id=entity_id, enabler_id=enabler_id)


Wanted = Annotated[views.WantedSheets, Depends(_wanted)]


@router.post("", status_code=201, response_model=SheetDetail, operation_id="create_sheet")
async def create_sheet(body: commands.CreateSheet, door: SheetMaker) -> Response:
    """A sheet about a prospect, an enabler or a market, by the version of the template that counts for its entity."""
    return await door.execute(handlers.create_sheet, body, status=201, location="/v1/sheets/{0.id}".format)


@router.get("", response_model=PageOf[SheetListed], operation_id="list_sheets")
async def list_sheets(door: SheetReader, paging: Paging, wanted: Wanted) -> Response:
    """Sheets of the caller's entity and below, the newest first."""
    return await door.page(views.list_sheets, wanted, paging=paging)


@router.get("/export", operation_id="export_sheets", responses=FILE)
async def export_sheets(
    door: SheetReader, wanted: Wanted,
    bom: Annotated[bool, Query(description="With a byte order mark, for Excel")] = False,
) -> Response:  # fmt: skip
    """All answers as CSV, a line for each criterion and column; no cell is run as a formula."""

    async def written(uow: Uow) -> AsyncIterator[bytes]:
        async for chunk in csv_chunks(views.AnswerRow, views.export_sheets(uow, wanted), bom=bom):
            yield chunk

    return door.stream(written, media_type=CSV, filename="sheets.csv")


@router.get("/{sheet_id}", response_model=SheetDetail, operation_id="get_sheet")
async def get_sheet(sheet_id: SheetId, door: SheetReader, as_of: AsOf = None) -> Response:
    """A sheet with its answers, what they are worth, how much is known, and what the rule says of it and why."""
    return await door.read(views.get_sheet_detail, sheet_id, as_of)


@router.patch("/{sheet_id}", response_model=SheetDetail, operation_id="change_sheet")
async def change_sheet(sheet_id: SheetId, body: commands.ChangeSheet, door: SheetKeeper) -> Response:
    """Another name, or the prospect became an enabler."""
    return await door.execute(handlers.change_sheet, commands.OnSheet(sheet_id, body))


@router.post("/{sheet_id}/erasure", response_model=SheetDetail, operation_id="forget_sheet_subject")
async def forget_subject(sheet_id: SheetId, door: SheetKeeper) -> Response:
    """The prospect asked to be forgotten: names, notes, links and reasons go, and the sheet changes no more.

    Sheets about an enabler forget by themselves when the enabler is erased.
    """
    return await door.execute(handlers.forget_subject, commands.OnSheet(sheet_id))


# --- columns


@router.post("/{sheet_id}/columns", response_model=SheetDetail, operation_id="add_sheet_column")
async def add_column(sheet_id: SheetId, body: commands.NameColumn, door: SheetKeeper) -> Response:
    """A competitor, under the first letter that is free."""
    return await door.execute(handlers.add_column, commands.OnSheet(sheet_id, body))


@router.put("/{sheet_id}/columns/{column}", response_model=SheetDetail, operation_id="rename_sheet_column")
async def rename_column(sheet_id: SheetId, column: Column, body: commands.NameColumn, door: SheetKeeper) -> Response:
    """Another name for a column."""
    return await door.execute(handlers.rename_column, commands.OnColumn(sheet_id, column, body))


@router.delete("/{sheet_id}/columns/{column}", response_model=SheetDetail, operation_id="remove_sheet_column")
async def remove_column(sheet_id: SheetId, column: Column, door: SheetKeeper) -> Response:
    """A competitor that is none any more. Decisions keep what they rested on."""
    return await door.execute(handlers.remove_column, commands.OnColumn(sheet_id, column))


# --- answers


@router.put(
    "/{sheet_id}/columns/{column}/answers/{criterion}", response_model=CellOut, operation_id="give_sheet_answer"
)
async def give_answer(
    sheet_id: SheetId, column: Column, criterion: Criterion, body: commands.GiveAnswer, door: SheetKeeper
) -> Response:
    """Answer +, − or open. If-Match is the version of this answer, `"0"` for the first: nobody overwrites unseen."""
    return await door.execute(handlers.give_answer, commands.OnCell(sheet_id, column, criterion, body))


@router.post(
    "/{sheet_id}/columns/{column}/answers/{criterion}/undo", response_model=CellOut, operation_id="undo_sheet_answer"
)
async def undo_answer(sheet_id: SheetId, column: Column, criterion: Criterion, door: SheetKeeper) -> Response:
    """Back to what it was before; once more, further back. The course keeps every step."""
    return await door.execute(handlers.undo_answer, commands.OnCell(sheet_id, column, criterion))


@router.post("/{sheet_id}/answers", response_model=SheetDetail, operation_id="give_sheet_answers", openapi_extra=STALE)
async def give_answers(sheet_id: SheetId, body: commands.GiveAnswers, door: SheetMaker) -> Response:
    """Many answers, all or none; each says which version it replaces. 412 names those that somebody else changed."""
    return await door.execute(handlers.give_answers, commands.OnSheet(sheet_id, body))


@router.get("/{sheet_id}/answers", response_model=PageOf[EntryOut], operation_id="list_sheet_answers")
async def list_answers(
    sheet_id: SheetId,
    door: SheetReader,
    paging: Paging,
    column: Annotated[Slug | None, Query(description="Only of this column")] = None,
    criterion: Annotated[Slug | None, Query(description="Only to this criterion")] = None,
) -> Response:
    """The course of the answers: who set what when, and what was undone."""
    return await door.page(views.list_sheet_answers, sheet_id, column, criterion, paging=paging)


# --- decisions and outcomes


@router.post("/{sheet_id}/decisions", status_code=201, response_model=DecisionOut, operation_id="decide_sheet")
async def decide_sheet(sheet_id: SheetId, body: commands.Decide, door: SheetKeeper) -> Response:
    """Decide on what stands now. The rule's decision and the human's are kept apart; against the rule, say why.

    The record keeps template version, weights, thresholds and answers, and never changes.
    """
    where = "/v1/sheets/{0.sheet_id}/decisions/{0.number}"
    return await door.execute(
        handlers.decide_sheet, commands.OnSheet(sheet_id, body), status=201, location=where.format
    )


@router.get("/{sheet_id}/decisions", response_model=PageOf[DecisionOut], operation_id="list_sheet_decisions")
async def list_decisions(sheet_id: SheetId, door: SheetReader, paging: Paging) -> Response:
    """All that was decided on a sheet, the first one first."""
    return await door.page(views.list_sheet_decisions, sheet_id, paging=paging)


@router.get("/{sheet_id}/decisions/{number}", response_model=DecisionOut, operation_id="get_sheet_decision")
async def get_decision(
    sheet_id: SheetId, number: Annotated[int, Path(description="Its number", ge=1, le=1_000_000)], door: SheetReader
) -> Response:
    """One decision with all that it rested on."""
    return await door.read(views.get_sheet_decision, sheet_id, number)


@router.put("/{sheet_id}/outcome", response_model=OutcomeOut, operation_id="tell_sheet_outcome")
async def tell_outcome(sheet_id: SheetId, body: commands.TellOutcome, door: SheetKeeper) -> Response:
    """Won, lost, withdrawn or pending, and when. If-Match is the outcome's version, `"0"` for the first."""
    return await door.execute(handlers.tell_outcome, commands.OnSheet(sheet_id, body))
