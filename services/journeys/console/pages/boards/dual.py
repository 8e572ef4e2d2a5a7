"""Dual-sided experiences: the matrix of what both customers say, and the list of those where one side alone is glad."""

from starlette.responses import Response

from services.journeys.console.boards_words import said
from services.journeys.console.pages.boards.entering import Json, entered, items
from services.journeys.console.pages.doors import Client, Text, Visitor, new_router
from services.journeys.console.render import page
from services.journeys.console.rooms import together
from services.journeys.console.session import HOME
from services.journeys.console.tables import Column, Share, Table
from services.journeys.console.texts import _
from services.journeys.console.words import full_name

PLACE = f"{HOME}/dual-sided"
ASYMMETRIES, PRODUCTS = ("ep_glad", "enabler_glad"), ("volunteer", "talent", "teacher")
GROUPS = ("promoter", "passive", "detractor")
router = new_router()


@router.get(PLACE, operation_id="console_dual")
async def dual(
    door: Visitor, client: Client, which: Text = None, product: Text = None, since: Text = None, until: Text = None,
    cursor: Text = None,
) -> Response:  # fmt: skip
    """The figures of all pairs, and the pairs themselves."""
    at = await entered(door, client)
    asked = {"product": product if product in PRODUCTS else None, "since": since, "until": until}
    which = which if which in ASYMMETRIES else None
    figures, listed = await together(
        at.panel("journeys", "/v1/dual-sided", **asked),
        at.panel("journeys", "/v1/dual-sided/experiences", which=which, cursor=cursor, **asked),
    )
    found = figures.items or {}
    cells = {(one["ep"], one["enabler"]): one["share"] for one in found.get("matrix", ())}
    return page(
        "boards_dual.html", **at.frame("dual-sided"), asked={**asked, "which": which}, figures=figures, cells=cells,
        found=found, groups=GROUPS, said=said, table=_table(items(listed)), numbers=_numbers(found), products=PRODUCTS,
        more=listed.items.get("next") if listed.items else None,
    )  # fmt: skip


def _numbers(found: Json) -> Table:
    columns = (
        Column("ep", _("EP"), value=lambda row: said(row["ep"])),
        Column("enabler", _("Enabler"), value=lambda row: said(row["enabler"])),
        Column("part", _("Experiences"), "number", value=lambda row: (row["share"] or {}).get("part", 0)),
        Column("share", _("Share"), "share", value=lambda row: Share.of(row["share"])),
    )
    return Table("dual-matrix", _("Both sides' groups"), columns, found.get("matrix", ()))


def _table(rows: list[Json]) -> Table:
    columns = (
        Column("person", _("EP"), value=full_name, href=lambda row: f"{HOME}/people/{row['person_id']}"),
        Column("enabler", _("Enabler")),
        Column("opportunity", _("Opportunity"), wide=True),
        Column("hosting_entity", _("Host"), wide=True),
        Column("ep_nps", _("EP's NPS answer"), "number"),
        Column("enabler_nps", _("Enabler's NPS answer"), "number"),
        Column("gap", _("Difference"), "number"),
        Column("ep_ces", _("EP's effort"), "number", wide=True),
        Column("enabler_ces", _("Enabler's effort"), "number", wide=True),
        Column(
            "act", _("Next step"), value=lambda row: _("Report a case"),
            href=lambda row: f"{HOME}/cases/new?application_id={row['application_id']}&party={_sad(row)}",
        ),
    )  # fmt: skip
    note = _("0–10 how likely to recommend; effort 1–7, high is easy.")
    return Table("dual-sided", _("Experiences"), columns, rows, whole=False, empty=_("No such experience."), note=note)


def _sad(row: Json) -> str:
    return "enabler" if row["enabler_nps"] < row["ep_nps"] else "ep"
