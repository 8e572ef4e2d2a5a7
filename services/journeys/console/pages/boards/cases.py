"""Quality cases: what is late or due, how old the open ones are, and the list."""

from typing import Any

from starlette.responses import Response

from services.journeys.console.boards_charts import Bar, bars
from services.journeys.console.boards_words import said
from services.journeys.console.pages.boards.entering import Json, entered, items
from services.journeys.console.pages.doors import Client, Text, Visitor, new_router
from services.journeys.console.render import page
from services.journeys.console.rooms import Panel, together
from services.journeys.console.session import HOME
from services.journeys.console.tables import Column, Row, Table
from services.journeys.console.texts import N_, _

PLACE = f"{HOME}/cases"
PAGE, SOON = 50, 7
STATES = ("open", "acknowledged", "answered", "closed")
SIDES = ("person_id", "enabler_id", "hosting_entity_id", "sending_entity_id")
router = new_router()


@router.get(PLACE, operation_id="console_cases")
async def cases(door: Visitor, client: Client, state: Text = None, only: Text = None, cursor: Text = None) -> Response:
    """Due first, then age, then all; customers see their own list alone."""
    at = await entered(door, client)
    listed, due, ageing = await together(
        at.panel(
            "surveys", "/v1/cases", state=state if state in STATES else None, limit=PAGE, cursor=cursor,
            overdue="true" if only == "overdue" else None,
        ),
        at.panel("surveys", "/v1/case-due-list", within_days=SOON),
        at.panel("surveys", "/v1/case-ageing"),
    )  # fmt: skip
    rows = [*items(listed), *(one["case"] for one in items(due))]
    names = await at.names(row[side] for row in rows for side in SIDES)
    shown = {"asked": {"state": state, "only": only}, "states": STATES, "listed": listed, "due": due, "ageing": ageing}
    return page(
        "boards_cases.html", **at.frame("cases"), **shown, names=names, said=said, chart=_chart(ageing),
        table=_table(items(listed), names), ages=_ages(ageing), due_table=_due(items(due), names),
        more=listed.items.get("next") if listed.items else None,
    )  # fmt: skip


def _who(row: Json, names: dict[str, str]) -> str:
    return names.get(row["person_id"] or row["enabler_id"] or "", "") or _("Name unknown")


def _table(rows: list[Json], names: dict[str, str]) -> Table:
    columns = (
        Column("who", _("Customer"), value=lambda row: _who(row, names), href=lambda row: f"{PLACE}/{row['id']}"),
        Column("cause", _("Cause"), value=lambda row: said(row["cause"])),
        Column("standard", _("Standard"), "code", wide=True),
        Column("state", _("State"), value=lambda row: said(row["state"])),
        Column("level", _("With"), value=lambda row: said(row["level"]), wide=True),
        Column("owner", _("Owner"), value=lambda row: said(row["owner"])),
        Column("opened_at", _("Opened"), "moment"),
        Column("next_due_at", _("Next clock"), "moment"),
        Column("overdue", _("Late"), value=lambda row: _("late") if row["overdue"] or row["late"] else None),
    )
    return Table("cases", _("Cases"), columns, rows, whole=False, empty=_("No case here."))


WAITS = {"acknowledgement": N_("An acknowledgement"), "answer": N_("An answer"), "decision": N_("A decision")}


def _waits(row: Row) -> str:
    words = WAITS.get(row["waits_for"], row["waits_for"])
    return _(words)


def _age(days: str) -> str:
    """A class of ages: 2–7 days."""
    return _("%(days)s days", days=days.replace("-", "–"))


def _due(rows: list[Json], names: dict[str, str]) -> Table:
    columns = (
        Column(
            "who", _("Customer"), value=lambda row: _who(row["case"], names),
            href=lambda row: f"{PLACE}/{row['case']['id']}",
        ),
        Column("waits_for", _("Waits for"), value=_waits),
        Column("due_at", _("Until"), "moment"),
        Column("hours", _("Hours left"), "number"),
        Column("level", _("With"), value=lambda row: said(row["case"]["level"]), wide=True),
    )  # fmt: skip
    return Table("cases-due", _("Due within a week"), columns, rows, empty=_("Nothing is due within a week."))


def _ages(ageing: Panel) -> Table:
    columns = (
        Column("level", _("With"), value=lambda row: said(row["level"])),
        Column("age", _("Age"), value=lambda row: _age(row["age"])),
        Column("cases", _("Cases"), "number"),
        Column("overdue", _("Not seen in time"), "number"),
        Column("late", _("Late"), "number"),
    )
    rows = ageing.items.get("classes", ()) if ageing.items else ()
    return Table("cases-ageing", _("How old open cases are"), columns, rows, empty=_("No case is open."))


def _chart(ageing: Panel) -> Any:
    """A bar for each age, all levels together; late ones in the other colour."""
    classes = ageing.items.get("classes", ()) if ageing.items else ()
    ages: dict[str, list[int]] = {}
    for one in classes:
        held = ages.setdefault(str(one["age"]), [0, 0])
        held[0] += one["cases"]
        held[1] += max(one["late"], one["overdue"])
    return bars([Bar(_age(age), total, late) for age, (total, late) in ages.items()])
