"""The service-profit chain: what teams say of their work against what their customers say later."""

from typing import Any

from starlette.responses import Response

from services.journeys.console import boards_charts, words
from services.journeys.console.estimates import segments_of, shown, wanted
from services.journeys.console.pages.boards.entering import Json, entered
from services.journeys.console.pages.doors import Client, Text, Visitor, new_router
from services.journeys.console.render import page
from services.journeys.console.rooms import together
from services.journeys.console.session import HOME
from services.journeys.console.tables import Column, Table
from services.journeys.console.texts import N_, _

PLACE, KIND = f"{HOME}/chain", "service-chain"
CHOICES = {
    "party": (("ep", N_("EPs")), ("enabler", N_("Enablers"))),
    "served": (("both", N_("Both sides' teams")), ("sending", N_("Sending teams")), ("hosting", N_("Hosting teams"))),
    "customers": (("nps", N_("NPS of customers")), ("ces", N_("Ease for customers"))),
    "team": (("enps", N_("eNPS of the team")), ("effort", N_("Ease for the team"))),
}
NAMES = {"party": N_("Customers"), "served": N_("Teams"), "customers": N_("They say"), "team": N_("The team says")}
router = new_router()


def _params(given: dict[str, str | None]) -> dict[str, str]:
    """What is asked, as the room has it: what isn't among the choices is the first of them."""
    found = {}
    for name, choices in CHOICES.items():
        known = [code for code, _ in choices]
        found[name] = given.get(name) if given.get(name) in known else known[0]
    return found  # type: ignore[return-value]


@router.get(PLACE, operation_id="console_chain")
async def chain(
    door: Visitor, client: Client, party: Text = None, served: Text = None, customers: Text = None, team: Text = None
) -> Response:
    """The finding, its drawing and the numbers; or how far the work is."""
    at = await entered(door, client)
    asked = _params({"party": party, "served": served, "customers": customers, "team": team})
    found, segments = await together(shown(at.rooms, wanted(KIND, **asked)), segments_of(at.rooms))
    result = found.result or {}
    lags = result.get("lags", ())
    finding = result.get("finding")
    top = next((one for one in lags if finding and one["lag"] == finding["lag"]), None)
    points = [(x, y) for x, y in (finding or {}).get("points", ())]
    return page(
        "boards_chain.html", **at.frame("chain"), asked=asked, choices=CHOICES, names=NAMES,
        segments=segments, found=found, result=result, top=top, finding=finding, lags=lags, table=_table(list(lags)),
        scatter=boards_charts.scatter(points, top["slope"] if top else None), whiskers=_whiskers(lags),
        signed=_signed,
    )  # fmt: skip


def _signed(value: float | None) -> str:
    return "–" if value is None else words.number(value, 2)


def _whiskers(lags: Any) -> Any:
    known = [one for one in lags if one["slope"] is not None]
    return boards_charts.whiskers(
        [(words.number(one["lag"]), one["slope"], one["low"], one["high"], one["lag"] < 0) for one in known]
    )


def _table(lags: list[Json]) -> Table:
    columns = (
        Column("lag", _("Rounds later"), "number"),
        Column("slope", _("Slope"), "number", digits=3),
        Column("low", _("from"), "number", digits=3),
        Column("high", _("up to"), "number", digits=3),
        Column("r", _("r within teams"), "number", digits=2),
        Column("p", _("p"), "number", digits=3),
        Column("teams", _("Teams"), "number"),
        Column("cells", _("Cells"), "number"),
    )
    return Table("chain", _("Each lag"), columns, lags)
