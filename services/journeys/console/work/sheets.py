"""Benchmark sheets: GO / NO-GO of prospects and enablers, the digital maturity of markets, what was decided."""

from services.journeys.console.heard import heard
from services.journeys.console.scoring_board import NOT_ENOUGH, board, level_of
from services.journeys.console.session import HOME
from services.journeys.console.texts import N_, _
from services.journeys.console.work.codes import options
from services.journeys.console.work.declare import (
    READERS,
    STAFF,
    Action,
    Asked,
    Box,
    Column,
    Family,
    Filter,
    Json,
    Pair,
    Section,
    View,
)
from services.journeys.console.work.loading import committees, enablers, own_committees

SHEET = "/v1/sheets/{id}"
MOST_RIVALS = N_("One a line, up to six; leave it empty to look at our own offer alone.")


async def templates(asked: Asked) -> list[Pair]:
    """Templates by their titles, each once."""
    found = await asked.rooms.get("scoring", "/v1/sheet-templates")
    return list({one["template"]: heard(one["title"]) for one in found["items"]}.items())


async def levels(asked: Asked) -> list[Pair]:
    """What may be decided by the sheet's own template."""
    path = f"/v1/sheet-templates/{asked.item['template']}/versions/{asked.item['template_version']}"
    content = (await asked.rooms.get("scoring", path))["content"]
    codes = [one["code"] for one in content.get("levels", ())]
    return [(code, level_of(content, code)) for code in (*reversed(codes), NOT_ENOUGH)]


def _open(item: Json) -> bool:
    return not item.get("erased_at")


def _columns(reply: Json) -> list[Json]:
    """Columns as rows that carry the sheet's version, because it is the sheet that is changed with them."""
    return [{**one, "version": reply["version"]} for one in reply["columns"]]


def _name(row: Json) -> str:
    return str(row["name"] or (_("Ours") if row["key"] == "ours" else row["key"].upper()))


def _again(given: Json, item: Json) -> Json:
    """Another sheet of the same subject that begins with the answers of this one."""
    same = {name: item[name] for name in ("template", "about", "entity_id", "enabler_id", "name")}
    return {**{name: value for name, value in same.items() if value is not None}, "copy_of": item["id"], **given}


def _new(about: str, *boxes: Box, template: str, label: str, weight: str = "plain") -> Action:
    """A sheet about something of this kind."""
    which = Box("template", N_("Template"), "choice", templates, required=True, value=lambda item: template)
    return Action(
        f"about_{about}", label, "POST", "/v1/sheets", STAFF, (*boxes, which), fixed={"about": about},
        matched=False, fresh=True, weight=weight, done=N_("The sheet is there: answer what is known."),
    )  # fmt: skip


WHOSE = Box("entity_id", N_("Committee"), "choice", own_committees, required=True)
RIVALS = Box("rivals", N_("Competitors"), "lines", hint=MOST_RIVALS)
NEW = (
    _new("prospect", Box("name", N_("Prospect"), required=True), WHOSE, RIVALS, template="go-no-go",
         label=N_("Benchmark a prospect"), weight="main"),
    _new("enabler", Box("enabler_id", N_("Enabler"), "choice", enablers, required=True), RIVALS, template="go-no-go",
         label=N_("Benchmark an enabler")),
    _new("market", WHOSE, Box("name", N_("Title"), hint=N_("The season, say")), template="digital-maturity",
         label=N_("Assess a market")),
)  # fmt: skip
CHANGES = (
    Action("decide", N_("Decide"), "POST", f"{SHEET}/decisions", STAFF,
           (Box("decision", N_("Our decision"), "choice", levels, required=True,
                value=lambda item: item["verdict"]["code"]),
            Box("reason", N_("Reason"), "long", value=lambda item: None,
                hint=N_("Needed where you decide against what the rule says."))),
           _open, N_("Decided: the answers, weights and thresholds of now are kept with it."), weight="main",
           after=lambda item, reply: f"{HOME}/sheets/{item['id']}"),
    Action("outcome", N_("Say what came of it"), "PUT", f"{SHEET}/outcome", STAFF,
           (Box("ending", N_("Outcome"), "choice", options("won", "lost", "withdrawn", "pending"), required=True,
                value=lambda item: (item["outcome"] or {}).get("ending")),
            Box("on", N_("Day"), "date", required=True, value=lambda item: (item["outcome"] or {}).get("on")),
            Box("reason", N_("Reason"), "long", value=lambda item: (item["outcome"] or {}).get("reason"))),
           lambda item: bool(item["decision"]), N_("Written down: it counts for how well decisions foretold outcomes."),
           version=lambda item: (item["outcome"] or {}).get("version", 0)),
    Action("again", N_("Benchmark again"), "POST", "/v1/sheets", STAFF, when=_open, matched=False, body=_again,
           after=lambda item, reply: f"{HOME}/sheets/{reply['id']}",
           done=N_("A new sheet with the answers of the last one.")),
    Action("change", N_("Change"), "PATCH", SHEET, STAFF,
           (Box("name", N_("Name")),
            Box("enabler_id", N_("Became this enabler"), "choice", enablers,
                when=lambda item: item["about"] != "market")), _open, N_("Changed.")),
    Action("forget", N_("Forget the subject"), "POST", f"{SHEET}/erasure", STAFF, when=_open, weight="danger",
           sure=N_("Names, notes, links and reasons are erased, and the sheet changes no more. This can't be undone."),
           done=N_("Forgotten.")),
    Action("add_column", N_("Add a competitor"), "POST", f"{SHEET}/columns", STAFF,
           (Box("name", N_("Name"), required=True, value=lambda item: None),), _open, N_("Added.")),
    Action("rename_column", N_("Rename"), "PUT", f"{SHEET}/columns/{{key}}", STAFF,
           (Box("name", N_("Name"), required=True),), done=N_("Renamed.")),
    Action("remove_column", N_("Remove"), "DELETE", f"{SHEET}/columns/{{key}}", STAFF,
           when=lambda row: row.get("key") != "ours", weight="danger", done=N_("Removed."),
           sure=N_("The competitor leaves the sheet. Decisions keep what they rested on.")),
)  # fmt: skip


def _printed(item: Json) -> str:
    return f"{HOME}/files/sheets/{item['id']}"


DECIDED = Column("rule", N_("The rule says"), "pill")
SECTIONS = (
    Section("board", N_("Side by side"), "scoring", "/v1/sheet-templates/{template}/versions/{template_version}",
            template="scoring_board.html", picture=board),
    Section("columns", N_("Us and the competitors"), "scoring", SHEET,
            (Column("name", N_("Who"), value=_name), Column("whole.score", N_("Score"), "grade"),
             Column("whole.known_share", N_("Known"), "percent"), Column("rank", N_("Rank"), "number"),
             Column("duel.better", N_("We are better"), "number"), Column("duel.worse", N_("We are worse"), "number"),
             Column("duel.equal", N_("Equal"), "number"), Column("duel.unknown", N_("Not both known"), "number")),
            items=_columns, rows=("rename_column", "remove_column"), actions=("add_column",), key="key"),
    Section("decisions", N_("What was decided"), "scoring", f"{SHEET}/decisions",
            (Column("at", N_("When"), "moment"), DECIDED, Column("decision", N_("Decided"), "pill"),
             Column("score", N_("Score"), "grade"), Column("reason", N_("Reason"), "long"),
             Column("template_version", N_("Version of the template"), "number")),
            empty=N_("Nothing was decided yet.")),
)  # fmt: skip
SHEETS = Family(
    "sheets", "scoring", N_("Benchmark"), READERS,
    (View("sheets", N_("Benchmarks"), N_("GO or NO-GO for prospects and enablers, and how mature our markets are."),
          READERS, "/v1/sheets",
          (Column("name", N_("About"), value=lambda row: row["name"] or words_of(row)),
           Column("about", N_("Kind"), "code"), Column("template", N_("Template"), "code"),
           Column("enabler_id", N_("Enabler"), "enabler"), Column("entity_id", N_("Committee"), "entity"),
           Column("decided", N_("Decided"), "pill"), Column("ending", N_("Outcome"), "pill"),
           Column("created_at", N_("Made"), "moment"), Column("erased_at", N_("Forgotten"), "moment")),
          (Filter("template", N_("Template"), options=templates),
           Filter("about", N_("Kind"), options=options("prospect", "enabler", "market")),
           Filter("entity_id", N_("Committee"), options=committees)),
          new=tuple(one.code for one in NEW), one="/console/sheets/{id}", section="people", icon="board",
          empty=(N_("Nothing was benchmarked yet"), N_("Begin with a prospect that you think about pursuing.")),
          links=((f"{HOME}/sheets/record", N_("How well decisions foretold")),
                 (f"{HOME}/sheets/markets", N_("Markets over time")),
                 (f"{HOME}/sheet-templates", N_("Templates")),
                 (f"{HOME}/files/sheets", N_("All answers as CSV")))),),
    SHEET, lambda item, names: str(item["name"] or names.get(str(item["enabler_id"])) or names.get(item["entity_id"])),
    (Column("about", N_("Kind"), "code"), Column("template", N_("Template"), "code"),
     Column("enabler_id", N_("Enabler"), "enabler"), Column("entity_id", N_("Committee"), "entity"),
     Column("verdict.code", N_("The rule says"), "pill"), Column("decision.decision", N_("Decided"), "pill"),
     Column("decision.reason", N_("Reason"), "long"), Column("outcome.ending", N_("Outcome"), "pill"),
     Column("outcome.on", N_("Day"), "day"), Column("created_at", N_("Made"), "moment"),
     Column("erased_at", N_("Forgotten"), "moment"),
     Column("id", N_("To print"), "road", value=_printed, words=N_("Open it"))),
    SECTIONS, (*NEW, *CHANGES),
)  # fmt: skip


def words_of(row: Json) -> str:
    """What a sheet without a title is called in the list."""
    return _("Market") if row["about"] == "market" else _("Open it")


FAMILIES = (SHEETS,)
