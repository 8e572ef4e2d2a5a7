"""What benchmark sheets come to: how well decisions foretold outcomes, markets over time, templates."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import yaml
from starlette.responses import Response

from services.journeys.console import words
from services.journeys.console.forms import Form, form_of, submit
from services.journeys.console.heard import heard
from services.journeys.console.pages.doors import Client, Text, Visitor, framed, new_router, opened
from services.journeys.console.render import page
from services.journeys.console.rooms import Rooms
from services.journeys.console.scoring_board import level_of, questions_of
from services.journeys.console.session import HOME, Session
from services.journeys.console.tables import Column, Row, Share, Table
from services.journeys.console.texts import N_, _
from services.journeys.console.words import told
from services.journeys.console.work.declare import Asked, G, Json, N
from services.journeys.console.work.loading import own_committees
from services.journeys.console.work.sheets import templates
from shared.errors import NotFound
from shared.web.door import Door

RECORD, MARKETS = f"{HOME}/sheets/record", f"{HOME}/sheets/markets"
TEMPLATES = f"{HOME}/sheet-templates"
TEMPLATE = "go-no-go"
router = new_router()


async def _newest(rooms: Rooms, template: str, version: int | None = None) -> Json:
    """A version of a template, the newest if none is named."""
    path = f"/v1/sheet-templates/{quote(template, safe='')}"
    if version is None:
        version = (await rooms.get("scoring", path))["items"][-1]["version_number"]
    found: Json = await rooms.get("scoring", f"{path}/versions/{version}")
    return found


def _asked(id_: str, content: Mapping[str, Any]) -> str:
    """A question in the reader's words; its id where the template asks for it no more."""
    asked = questions_of(dict(content))
    return told(asked[id_]["text"]) if id_ in asked else words.plain(id_)


# --- decisions against outcomes


@router.get(RECORD, operation_id="console_sheet_record")
async def record(door: Visitor, client: Client, template: Text = None) -> Response:
    """Past decisions against what was won and lost, and the weights that would suggest."""
    signed_in, rooms = await opened(door, client)
    which = template or TEMPLATE
    found = await rooms.get("scoring", "/v1/sheets/track-record", template=which)
    content = (await _newest(rooms, which))["content"]
    tables = [_rates(found), _bands(found["bands"]), _lifts(found["lifts"], content)]
    tables.append(_weights(found["suggestion"], content))
    return page(
        "scoring_record.html", **framed(door, signed_in, "sheets"), found=found, tables=tables, which=which,
        templates=await templates(Asked(rooms, signed_in.caller, {})),
    )  # fmt: skip


RIGHT = {
    "rule_right": N_("The rule was right"),
    "human_right": N_("We were right"),
    "overruled_right": N_("We were right where we decided against the rule"),
}


def _rates(found: Json) -> Table:
    rows = [{"what": _(title), "share": found[name]} for name, title in RIGHT.items()]
    columns = (
        Column("what", _("What")),
        Column("share", _("Share"), "share", value=lambda row: Share.of(row["share"])),
    )
    return Table("right", _("How often it was right"), columns, rows, hide_caption=False)


def _bands(rows: list[Json]) -> Table:
    columns = (
        Column("low", _("Score from"), "number", digits=2),
        Column("high", _("to"), "number", digits=2),
        Column("won", _("Won"), "share", value=lambda row: Share.of(row["won"])),
    )
    return Table("bands", _("Won by score"), columns, rows, hide_caption=False, empty=_("Nothing has ended yet."))


def _lifts(rows: list[Json], content: Json) -> Table:
    columns = (
        Column("criterion", _("Question"), value=lambda row: _asked(row["criterion"], content)),
        Column("plus", _("Won with +"), "share", value=lambda row: Share.of(row["plus"])),
        Column("minus", _("Won with −"), "share", value=lambda row: Share.of(row["minus"])),
        Column("difference", _("Difference"), value=_difference),
    )
    empty = _("Nothing has ended yet.")
    return Table("lifts", _("Which answers told won from lost"), columns, rows, hide_caption=False, empty=empty)


def _difference(row: Row) -> str:
    if row["difference"] is None:
        return _("not enough data")
    low, high = (words.number(100 * row[end]) for end in ("low", "high"))
    return _(
        "%(points)s points [%(low)s; %(high)s]", points=words.signed(100 * row["difference"], 0), low=low, high=high
    )


def _weights(found: Json, content: Json) -> Table:
    columns = (
        Column("criterion", _("Question"), value=lambda row: _asked(row["criterion"], content)),
        Column("share", _("Share of the weight now"), "share"),
        Column("suggested", _("Outcomes suggest"), "share",
               value=lambda row: Share(row["suggested"], row["low"], row["high"])),
        Column("clear", _("Clearly another"), value=lambda row: _("yes") if row["clear"] else _("no")),
        Column("weight", _("As a weight"), "number"),
    )  # fmt: skip
    note = _("Only a suggestion: nothing changes by it. Publish a version of the template if you agree.")
    return Table(
        "weights", _("Weights that outcomes suggest"), columns, found["weights"], hide_caption=False, note=note,
        empty=_("There are too few outcomes to suggest weights."),
    )  # fmt: skip


# --- a market over time


@router.get(MARKETS, operation_id="console_markets")
async def markets(door: Visitor, client: Client, entity_id: Text = None) -> Response:
    """How mature a market was each time that it was assessed, and what changed between."""
    signed_in, rooms = await opened(door, client)
    choices = await own_committees(Asked(rooms, signed_in.caller, {}))
    which = entity_id or (choices[0][0] if choices else None)
    shown = {"choices": choices, "which": which, "tables": []}
    if which:
        try:
            found = await rooms.get("scoring", "/v1/sheets/comparison", entity_id=which)
        except NotFound:
            found = {"measured": []}
        if found["measured"]:
            template = await _newest(rooms, found["template"], found["measured"][-1]["template_version"])
            shown["tables"] = [_measured(found, template["content"]), _changes(found["changes"], template["content"])]
    return page("scoring_markets.html", **framed(door, signed_in, "sheets"), **shown)


def _measured(found: Json, content: Json) -> Table:
    """A line an assessment, a column a group."""
    titles = {one["id"]: told(one["title"]) for one in content.get("groups", ())}
    columns = [
        Column("at", _("Assessed"), "moment", href=lambda row: f"{HOME}/sheets/{row['sheet_id']}"),
        Column("level", _("Level"), value=lambda row: level_of(content, row["level"])),
        Column("whole", _("The whole"), value=lambda row: _scored(row["whole"])),
    ]
    for name in found["groups"]:
        read = lambda row, name=name: _scored(row["groups"].get(name))  # noqa: E731
        columns.append(Column(f"group-{name}", titles.get(name) or words.plain(name), value=read))
    note = _("Scores run from −1 to +1 over what is known; behind them what the open answers would make of it.")
    return Table("measured", _("Assessments"), columns, found["measured"], hide_caption=False, note=note)


def _scored(tally: Json | None) -> str:
    if not tally or tally["score"] is None:
        return "–"
    score, low, high = (words.signed(tally[name]) for name in ("score", "low", "high"))
    return f"{score} [{low}; {high}]"


def _changes(rows: list[Json], content: Json) -> Table:
    def each(name: str) -> Any:
        return lambda row: words.listed(_asked(one, content) for one in row[name]) or "–"

    columns = (
        Column("at", _("Until"), "moment"),
        Column("criteria", _("Compared on"), "number"),
        Column("better", _("Better"), value=each("better")),
        Column("worse", _("Worse"), value=each("worse")),
        Column("new_questions", _("New questions"), value=each("new_questions")),
        Column("gone_questions", _("No longer asked"), value=each("gone_questions")),
    )
    empty = _("Assess it once more, and what changed is told here.")
    return Table("changes", _("What changed"), columns, rows, hide_caption=False, empty=empty)


# --- templates


@router.get(TEMPLATES, operation_id="console_sheet_templates")
async def listed(door: Visitor, client: Client) -> Response:
    """All versions of all templates that the reader may use."""
    signed_in, rooms = await opened(door, client)
    found = await rooms.get("scoring", "/v1/sheet-templates")
    columns = (
        Column("title", _("Template"), "link", value=lambda row: heard(row["title"]),
               href=lambda row: f"{TEMPLATES}/{row['template']}?version={row['version_number']}"),
        Column("version_number", _("Version"), "number"),
        Column("criteria", _("Questions"), "number"),
        Column("whose", _("For"), value=lambda row: _("a committee") if row["entity_id"] else _("everybody")),
        Column("shipped", _("Ships with Sojourn"), value=lambda row: _("yes") if row["shipped"] else _("no")),
        Column("published_at", _("Published"), "date"),
    )  # fmt: skip
    table = Table("sheet-templates", _("Templates of benchmarks"), columns, found["items"])
    return page("scoring_templates.html", **framed(door, signed_in, "sheets"), table=table)


@router.get(f"{TEMPLATES}/{{template}}", operation_id="console_sheet_template")
async def one(template: str, door: Visitor, client: Client, version: int | None = None) -> Response:
    """What a version asks and from which score on which level is reached."""
    signed_in, rooms = await opened(door, client)
    return await _template_page(door, signed_in, await _newest(rooms, template, version), None)


async def _template_page(door: Door, signed_in: Session, found: Json, given: Form | None) -> Response:
    content = found["content"]
    rows = [
        {**criterion, "group": told(group["title"]), "number": found["numbers"][criterion["id"]]}
        for group in content.get("groups", ()) for criterion in group["criteria"]
    ]  # fmt: skip
    written = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)
    return page(
        "scoring_template.html", status=422 if given else 200, **framed(door, signed_in, "sheets"), found=found,
        title=heard(found["title"]), tables=[_criteria(rows), _levels(content)], given=given or Form.of(yaml=written),
        path=f"{TEMPLATES}/{found['template']}", publisher=signed_in.caller.role in (N, G),
    )  # fmt: skip


def _criteria(rows: list[Json]) -> Table:
    columns = (
        Column("number", _("Number")),
        Column("text", _("Question"), value=lambda row: told(row["text"])),
        Column("group", _("Group")),
        Column("plus", "+", value=lambda row: told(row["plus"])),
        Column("minus", "−", value=lambda row: told(row["minus"])),
        Column("weight", _("Weight"), "number", value=lambda row: row.get("weight", 1)),
        Column("must", _("Must be +"), value=lambda row: _("yes") if row.get("must") else _("no")),
    )
    return Table("criteria", _("Questions"), columns, rows, hide_caption=False, empty=_("It asks nothing."))


def _levels(content: Json) -> Table:
    columns = (
        Column("title", _("Level"), value=lambda row: told(row["title"])),
        Column("score", _("Score, at least"), "number", digits=2),
        Column("groups", _("Each group, at least"), "number", digits=2),
        Column("lead", _("Ahead of each competitor by"), "number", digits=2),
    )
    return Table("levels", _("Levels"), columns, content.get("levels", []), hide_caption=False)


@router.post(f"{TEMPLATES}/{{template}}", operation_id="console_publish_sheet_template")
async def publish(template: str, door: Visitor, client: Client) -> Response:
    """The next version, as it was written."""
    signed_in, rooms = await opened(door, client)
    form = await form_of(door)
    body, to = {"yaml": form.get("yaml")}, f"{TEMPLATES}/{quote(template, safe='')}"
    done = _("Published: new sheets have this version, those that are there keep theirs.")
    gone = await submit(rooms, form, "POST", "scoring", "/v1/sheet-templates", body, to=to, done=done)
    return gone or await _template_page(door, signed_in, await _newest(rooms, template), form)
