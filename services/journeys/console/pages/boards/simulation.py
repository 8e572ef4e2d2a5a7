"""What would come of other rates: sliders for the funnel, and a cohort walked through a touchpoint plan."""

from typing import Any

from starlette.responses import Response

from services.journeys.console import words
from services.journeys.console.boards_charts import Range, ranges
from services.journeys.console.boards_words import said
from services.journeys.console.estimates import Shown, Wanted
from services.journeys.console.here import query
from services.journeys.console.pages.boards.entering import Json, entered
from services.journeys.console.pages.doors import Client, Visitor, new_router
from services.journeys.console.render import page
from services.journeys.console.session import HOME
from services.journeys.console.tables import Column, Share, Table
from services.journeys.console.texts import N_, _

PLACE = f"{HOME}/simulation"
STEPS = {
    "accepted": N_("Accepted, of those handed in"),
    "signed": N_("Signed, of those accepted"),
    "approved": N_("Approved, of those signed"),
    "realized": N_("Realized, of those approved"),
    "completed": N_("Completed, of those realized"),
    "answered": N_("Answered, of those completed"),
    "promoter": N_("Answers of 9 or 10"),
}
MOST, NEAR = 10_000_000, 0.0025001  # a slider goes by half a per cent
router = new_router()


@router.get(PLACE, operation_id="console_simulation")
async def simulation(door: Visitor, client: Client) -> Response:
    """The sliders begin at what was observed; the address holds the scenario."""
    at = await entered(door, client)
    asked = _asked(query())
    panel = await at.panel("journeys", "/v1/funnel-simulation", **asked)
    if still := _unmoved(panel.items or {}):
        asked = {name: value for name, value in asked.items() if name not in still}
        panel = await at.panel("journeys", "/v1/funnel-simulation", **asked)
    found = panel.items or {}
    standing = Shown.of(Wanted("funnel-rates", {}, None), found) if found else None
    titles = {code: _(text) for code, text in STEPS.items()}
    steps = [step | {"title": titles[step["step"]]} for step in found.get("steps", ())]
    return page(
        "boards_simulation.html", **at.frame("simulation"), panel=panel, found=found, standing=standing, steps=steps,
        asked=asked, table=_table(steps), drawn=_drawn(steps), said=said,
    )  # fmt: skip


def _asked(given: dict[str, str]) -> Json:
    """What the address says, as the room takes it: per cents as shares; what is no number is not asked."""
    found: Json = {}
    for name in STEPS:
        share = _number(given.get(name))
        if share is not None and 0 <= share <= 100:
            found[name] = str(round(share / 100, 6))
    for name in ("volume", "seed"):
        number = _number(given.get(name))
        if number is not None and 0 <= number <= MOST:
            found[name] = str(int(number))
    return found


def _unmoved(found: Json) -> list[str]:
    """Sliders that stand where they began, as near as their steps allow: the form sends them all."""
    known = [one for one in found.get("steps", ()) if one["moved"] is not None and one["rate"] is not None]
    return [one["step"] for one in known if abs(one["moved"] - one["rate"]) <= NEAR]


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None


def _spread(name: str) -> Any:
    def told(row: Json) -> str:
        one = row[name]
        return f"{words.number(one['mean'])} [{words.number(one['low'])}; {words.number(one['high'])}]"

    return told


def _table(steps: list[Json]) -> Table:
    columns = (
        Column("title", _("Step")),
        Column("rate", _("Observed"), "share", value=lambda row: Share(row["rate"], row["low"], row["high"], row["n"])),
        Column("moved", _("Asked about"), "share"),
        Column("present", _("Now, with the middle 95 %%"), value=_spread("present")),
        Column("scenario", _("Then"), value=_spread("scenario")),
        Column("difference", _("Difference"), value=_spread("difference")),
        Column("open", _("Still open"), "number", wide=True),
    )
    return Table("simulation", _("Step by step"), columns, steps)


def _drawn(steps: list[Json]) -> Any:
    ends = [(which, end) for which in ("present", "scenario") for end in ("low", "mean", "high")]
    return ranges([Range(step["title"], *(step[which][end] for which, end in ends)) for step in steps])
