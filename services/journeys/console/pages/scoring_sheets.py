"""Benchmark sheets beside their declared pages: a column answered at once, one answer with its note and course."""

from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from services.journeys.console import flash
from services.journeys.console.forms import Form, act, form_of, submit
from services.journeys.console.pages.doors import Client, Visitor, framed, id_in, new_router, opened
from services.journeys.console.render import page
from services.journeys.console.rooms import NotForYou, Rooms
from services.journeys.console.scoring_board import SIGNS, Board, Head, board, questions_of
from services.journeys.console.session import HOME, Session
from services.journeys.console.tables import Column, Table
from services.journeys.console.texts import _
from services.journeys.console.words import told
from services.journeys.console.work.declare import STAFF, Json
from shared.errors import NotFound
from shared.web.door import Door

SHEETS = f"{HOME}/sheets"
router = new_router()


async def _sheet(rooms: Rooms, id_: str) -> tuple[Json, Json]:
    """A sheet and the version of the template that it has."""
    sheet = await rooms.get("scoring", f"/v1/sheets/{id_in(id_)}")
    path = f"/v1/sheet-templates/{sheet['template']}/versions/{sheet['template_version']}"
    return sheet, await rooms.get("scoring", path)


def _column(drawn: Board, key: str) -> Head:
    found = next((head for head in drawn.heads if head.key == key), None)
    if found is None:
        raise NotFound(_("It isn't there any more, or it is not yours to see."))
    return found


# --- a column at once


@router.get(f"{SHEETS}/{{sheet_id}}/columns/{{column}}", operation_id="console_sheet_column")
async def column_form(sheet_id: str, column: str, door: Visitor, client: Client) -> Response:
    """All questions of a sheet, for us or for a competitor."""
    signed_in, rooms = await opened(door, client)
    return await _column_page(door, signed_in, rooms, sheet_id, column, None)


async def _column_page(
    door: Door, signed_in: Session, rooms: Rooms, sheet_id: str, column: str, given: Form | None
) -> Response:
    if signed_in.caller.role not in STAFF:
        raise NotForYou
    sheet, template = await _sheet(rooms, sheet_id)
    drawn, was = board(sheet, template), _standing(sheet, template, column)
    head = _column(drawn, column)
    shown = given or Form.of(**{name: text.partition(":")[2] for name, text in was.items()})
    return page(
        "scoring_column.html", status=422 if given else 200, **framed(door, signed_in, "sheets"), sheet=sheet,
        picture=drawn, head=head, was=was, given=shown, back=f"{SHEETS}/{sheet_id}",
    )  # fmt: skip


def _standing(sheet: Json, template: Json, column: str) -> dict[str, str]:
    """By question the version of its answer and the answer, as `3:plus`."""
    cells = {one["criterion"]: one for one in sheet["cells"] if one["column"] == column}
    asked = questions_of(template["content"])
    return {id_: f"{cells[id_]['version']}:{cells[id_]['answer']}" if id_ in cells else "0:open" for id_ in asked}


@router.post(f"{SHEETS}/{{sheet_id}}/columns/{{column}}", operation_id="console_answer_sheet_column")
async def answer_column(sheet_id: str, column: str, door: Visitor, client: Client) -> Response:
    """What was changed is sent, each with the version that it was read at: nobody's answer is overwritten unseen."""
    signed_in, rooms = await opened(door, client)
    form, back = await form_of(door), f"{SHEETS}/{id_in(sheet_id)}"
    answers = [one for name in form.lists if (one := _changed(name, form.get(name), column))]
    if not answers:
        return flash.said(back, _("Nothing was changed."), "note")
    path = f"/v1/sheets/{sheet_id}/answers"
    done = await submit(
        rooms, form, "POST", "scoring", path, {"answers": answers}, to=back, done=_("The answers are written down.")
    )
    if done is None:
        form.errors = {_criterion(name, answers): text for name, text in form.errors.items()}
    return done or await _column_page(door, signed_in, rooms, sheet_id, column, form)


def _criterion(field: str, answers: list[Json]) -> str:
    """The question that a refused `answers.3.version` is about."""
    place = field.split(".")[1:2]
    return str(answers[int(place[0])]["criterion"]) if place and place[0].isdecimal() else field


def _changed(criterion: str, value: str, column: str) -> Json | None:
    """An answer that differs from what it was, of `plus:3:minus`; None for fields of another kind."""
    answer, _colon, rest = value.partition(":")
    version, _colon, before = rest.partition(":")
    if answer not in SIGNS or not version.isdecimal() or answer == before:
        return None
    return {"column": column, "criterion": criterion, "answer": answer, "version": int(version)}


# --- one answer


@router.get(f"{SHEETS}/{{sheet_id}}/cells/{{column}}/{{criterion}}", operation_id="console_sheet_cell")
async def cell(sheet_id: str, column: str, criterion: str, door: Visitor, client: Client) -> Response:
    """One answer with its note, its evidence and its course."""
    signed_in, rooms = await opened(door, client)
    return await _cell_page(door, signed_in, rooms, (sheet_id, column, criterion), None)


async def _cell_page(
    door: Door, signed_in: Session, rooms: Rooms, place: tuple[str, str, str], given: Form | None
) -> Response:
    sheet_id, column, criterion = place
    sheet, template = await _sheet(rooms, sheet_id)
    one = questions_of(template["content"]).get(criterion)
    head = _column(board(sheet, template), column)
    if one is None:
        raise NotFound(_("The sheet doesn't ask for this."))
    steps = await rooms.every("scoring", f"/v1/sheets/{sheet_id}/answers", most=500, column=column, criterion=criterion)
    last = steps[-1] if steps else {"answer": "open", "note": None, "evidence": None, "version": 0}
    form = given or Form.of(**{name: last[name] for name in ("answer", "note", "evidence")})
    form.version = last["version"]
    answers = [("plus", f"+ {told(one['plus'])}"), ("minus", f"− {told(one['minus'])}"), ("open", _("? not known"))]
    keeper = signed_in.caller.role in STAFF and not sheet["erased_at"]
    return page(
        "scoring_cell.html", status=422 if given else 200, **framed(door, signed_in, "sheets"), sheet=sheet,
        number=template["numbers"][criterion], question=told(one["text"]), column=head.name, given=form,
        answers=answers, back=f"{SHEETS}/{sheet_id}", course=_course(steps), keeper=keeper, undoable=bool(steps),
    )  # fmt: skip


def _course(steps: list[Json]) -> Table:
    columns = (
        Column("at", _("When"), "moment"),
        Column("answer", _("Answer"), value=lambda row: SIGNS[row["answer"]]),
        Column("note", _("Note")),
        Column("evidence", _("Evidence"), href=lambda row: row["evidence"]),
        Column("undoes", _("Takes back step"), "number"),
    )
    return Table("course", _("The course of this answer"), columns, steps[::-1], empty=_("Nobody answered yet."))


@router.post(f"{SHEETS}/{{sheet_id}}/cells/{{column}}/{{criterion}}", operation_id="console_answer_sheet_cell")
async def answer_cell(sheet_id: str, column: str, criterion: str, door: Visitor, client: Client) -> Response:
    """Answered with the version that was read."""
    signed_in, rooms = await opened(door, client)
    form, back = await form_of(door), f"{SHEETS}/{id_in(sheet_id)}"
    body: dict[str, Any] = form.given("answer", "note", "evidence")
    done = await submit(
        rooms, form, "PUT", "scoring", _cell_path(sheet_id, column, criterion), body, to=back,
        done=_("The answer is written down."),
    )  # fmt: skip
    return done or await _cell_page(door, signed_in, rooms, (sheet_id, column, criterion), form)


@router.post(f"{SHEETS}/{{sheet_id}}/cells/{{column}}/{{criterion}}/undo", operation_id="console_undo_sheet_cell")
async def undo_cell(sheet_id: str, column: str, criterion: str, door: Visitor, client: Client) -> Response:
    """Back to what it was before."""
    _signed_in, rooms = await opened(door, client)
    form = await form_of(door)
    path = f"{_cell_path(sheet_id, column, criterion)}/undo"
    to = f"{SHEETS}/{sheet_id}/cells/{column}/{criterion}"
    return await act(rooms, form, "POST", "scoring", path, to=to, done=_("Taken back by a step."))


def _cell_path(sheet_id: str, column: str, criterion: str) -> str:
    return f"/v1/sheets/{id_in(sheet_id)}/columns/{quote(column, safe='')}/answers/{quote(criterion, safe='')}"
