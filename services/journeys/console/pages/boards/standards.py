"""The standards board: sixteen standards × experiences, one experience with its evidence, and words about it."""

import re
from typing import Any

from starlette.responses import Response

from services.journeys.console.boards_words import said
from services.journeys.console.forms import Form, act, form_of, submit
from services.journeys.console.heard import heard
from services.journeys.console.pages.boards.entering import Entered, Json, entered, items
from services.journeys.console.pages.doors import Client, Text, Visitor, id_in, new_router
from services.journeys.console.render import page
from services.journeys.console.rooms import Panel, together
from services.journeys.console.session import HOME
from services.journeys.console.tables import Column, Row, Share, Table
from services.journeys.console.texts import _
from services.journeys.console.words import full_name
from services.journeys.policy.quantiles import Z
from services.journeys.policy.shares import FAIR
from shared.contracts.fields import Product
from shared.errors import NotFound
from shared.proportions import rate_of

PLACE = f"{HOME}/standards"
PAGE, PRODUCTS = 50, tuple(Product)
STATES = ("open", "done", "done_late", "confirmed", "denied", "not_needed", "missed", "lapsed")
GOOD, POOR = {"done", "confirmed"}, {"denied", "missed", "lapsed"}
MARKS = {
    "done": "✓",
    "done_late": "◷",
    "confirmed": "✔",
    "denied": "✗",
    "missed": "!",
    "lapsed": "–",
    "not_needed": "·",
}
CODE = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,79}")
router = new_router()


@router.get(PLACE, operation_id="console_standards")
async def standards(
    door: Visitor, client: Client, entity_id: Text = None, standard: Text = None, state: Text = None,
    only: Text = None, closed: Text = None, product: Text = None, cursor: Text = None,
) -> Response:  # fmt: skip
    """The matrix, with what is due, missed and in conflict; above it each standard over all experiences."""
    at = await entered(door, client)
    over = {"entity_id": entity_id, "closed": closed, "product": product if product in PRODUCTS else None}
    asked = {**over, "standard": standard, "state": state}
    wanted = {
        **asked,
        "overdue": "true" if only == "overdue" else None,
        "conflict": "true" if only == "conflict" else None,
    }
    board, summary, catalogue, kept = await together(
        at.panel("notifications", "/v1/standards/board", limit=PAGE, cursor=cursor, **wanted),
        at.panel("notifications", "/v1/standards/summary", by="standard", **over),
        at.panel("notifications", "/v1/standards/catalogue"),
        at.panel("surveys", "/v1/scores/standards", entity_id=entity_id),
    )
    lines = items(board)
    names = await at.names(one for line in lines for one in (line["person_id"], line["hosting_entity_id"]))
    codes = _codes(catalogue, lines)
    shown = {"asked": {**asked, "only": only}, "board": board, "codes": codes, "names": names, "states": STATES}
    tables = {"summary": _summary(summary, kept, codes), "matrix": _matrix(lines, codes, names)}
    entities = await _entities(at)
    return page(
        "boards_standards.html", **at.frame("standards"), **shown, **tables, lines=[_line(one, codes) for one in lines],
        more=board.items.get("next") if board.items else None, entities=entities, said=said, products=PRODUCTS,
    )  # fmt: skip


async def _entities(at: Entered) -> list[tuple[str, str]]:
    """The committees to choose from."""
    found = await at.panel("applications", "/v1/entities", limit=200)
    rows = [(one["id"], one.get("name") or one["id"]) for one in items(found) if one.get("id")]
    return sorted(rows, key=lambda row: row[1])


def _codes(catalogue: Panel, lines: list[Json]) -> dict[str, tuple[str, str]]:
    """Code → number and title, in the order of the catalogue; what only the lines know comes after."""
    listed = catalogue.items.get("standards", ()) if catalogue.items else ()
    found = {one["code"]: (str(one.get("number", "")), _title(one)) for one in listed if "code" in one}
    for line in lines:
        for code in line["cells"]:
            found.setdefault(code, ("", said(code)))
    return found


def _title(one: Json) -> str:
    title = one.get("title")
    title = title.get("en") if isinstance(title, dict) else title
    return heard(title) if title else said(one["code"])


def _line(line: Json, codes: dict[str, tuple[str, str]]) -> Json:
    cells = [(code, line["cells"].get(code)) for code in codes]
    return line | {"marks": [(code, cell, _mark(cell)) for code, cell in cells]}


def _mark(cell: Json | None) -> tuple[str, str]:
    """A sign and its class: the sign alone tells the states apart, colour only helps."""
    if cell is None:
        return "", "none"
    state = str(cell["state"])
    kind = "good" if state in GOOD else "bad" if state in POOR else "late" if state == "done_late" else "calm"
    return ("⚡" if cell["conflict"] else MARKS.get(state, "○")), "clash" if cell["conflict"] else kind


def _summary(summary: Panel, kept: Panel, codes: dict[str, tuple[str, str]]) -> Table:
    """One row a standard: what the provider can show, and what EPs say of it."""
    words = {one["standard"]: one["kept"] for one in (kept.items or {}).get("standards", ())} if kept.items else {}

    def kept_of(row: Row) -> Share | None:
        return Share.of(rate_of(row["kept"], row["n"], Z)) if row["n"] >= FAIR else Share(None, n=row["n"])

    columns = (
        Column("key", _("Standard"), value=lambda row: " ".join(codes.get(row["key"], ("", said(row["key"]))))),
        Column("kept", _("Kept"), "number"),
        Column("kept_rate", _("Share kept"), "share", value=kept_of),
        Column("late", _("Late"), "number"),
        Column("missed", _("Missed"), "number"),
        Column("conflicts", _("Conflicts"), "number"),
        Column("open", _("Open"), "number"),
        Column("not_needed", _("Not needed"), "number", wide=True),
        Column("says", _("EPs say kept"), "share", value=lambda row: _says(words.get(row["key"])), wide=True),
    )
    rows = summary.items.get("lines", ()) if summary.items else ()
    note = _("Kept counts evidence in time; what EPs say is asked apart. Not answered is never a no.")
    return Table("standards", _("Each standard over all experiences"), columns, rows, note=note)


def _says(figure: Json | None) -> Share | None:
    if figure is None:
        return None
    interval = figure.get("interval") or {}
    return Share(figure.get("value"), interval.get("low"), interval.get("high"), figure.get("n"))


def _matrix(lines: list[Json], codes: dict[str, tuple[str, str]], names: dict[str, str]) -> Table:
    """The matrix as rows of text: what its CSV holds."""

    def cell(code: str) -> Any:
        return lambda row: _told(row["cells"].get(code))

    columns = (
        Column("person", _("EP"), value=lambda row: names.get(row["person_id"], row["person_id"])),
        Column("start_on", _("From"), "date"),
        Column("end_on", _("To"), "date"),
        *(Column(code, f"{number} {title}".strip(), value=cell(code)) for code, (number, title) in codes.items()),
    )
    return Table("standards-board", _("Standards by experience"), columns, lines, whole=False)


def _told(cell: Json | None) -> str | None:
    if cell is None:
        return None
    clash = f" ({_('in conflict')})" if cell["conflict"] else ""
    return f"{said(cell['state'])}{clash}, {cell['due_on']}"


# --- one experience


@router.get(f"{PLACE}/{{application_id}}", operation_id="console_standards_of")
async def experience(application_id: str, door: Visitor, client: Client, about: Text = None) -> Response:
    """All standards of one experience with due dates, evidence and both sides' word; `about` opens a form."""
    return await _experience(await entered(door, client), application_id, about or "")


async def _experience(at: Entered, application_id: str, about: str, given: Form | None = None) -> Response:
    board = await at.rooms.get("notifications", f"/v1/experiences/{id_in(application_id)}/standards")
    ids = [
        board[name] for name in ("person_id", "enabler_id", "sending_entity_id", "hosting_entity_id", "opportunity_id")
    ]
    names = await at.names(ids)
    shown = {"board": board, "names": names, "given": given or Form(), "about": about, "said": said, "mark": _mark}
    status = 422 if given is not None else 200
    return page(
        "boards_standards_one.html", status=status, **at.frame("standards"), **shown,
        title=names.get(board["person_id"]) or full_name({}), table=_evidence(board),
    )  # fmt: skip


def _evidence(board: Json) -> Table:
    rows = [
        {**part, "standard": f"{one['number']} {one['title']}", "state": one["state"]}
        for one in (*board["standards"], *board["enabler"])
        for part in one["parts"]
    ]
    columns = (
        Column("standard", _("Standard")),
        Column("title", _("What it asks for")),
        Column("due_on", _("Due"), "date"),
        Column("done_on", _("Done"), "date"),
        Column("by", _("Evidence")),
    )
    return Table("evidence", _("Evidence"), columns, rows)


ACTIONS = {"statement": "state", "not-needed": "waive", "needed": "demand"}


@router.post(f"{PLACE}/{{application_id}}/{{standard}}/{{what}}", operation_id="console_say_of_standard")
async def say_of_standard(application_id: str, standard: str, what: str, door: Visitor, client: Client) -> Response:
    """State, waive or demand a standard."""
    at = await entered(door, client)
    id_, given = id_in(application_id), await form_of(door)
    if what not in ACTIONS or not CODE.fullmatch(standard):
        raise NotFound(_("This address names nothing."))
    path, back = f"/v1/experiences/{id_}/standards/{standard}/{what}", f"{PLACE}/{id_}#{standard}"
    done = _("It is written down.")
    if what == "needed":
        return await act(at.rooms, given, "POST", "notifications", path, to=back, done=done)
    body: Json = {"why": given.get("why")}
    if what == "statement":
        body |= {"kept": given.get("kept") == "yes", "on": given.get("on") or None}
    sent = await submit(at.rooms, given, "POST", "notifications", path, body, to=back, done=done)
    return sent or await _experience(at, application_id, f"{standard}.{what}", given)
