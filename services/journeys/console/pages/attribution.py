"""Attribution: which channels and campaigns outcomes are due to, by convention and from data."""

from typing import Any

from starlette.responses import Response

from services.journeys.console import here
from services.journeys.console.attribution import OUTCOMES, RULES, chart_of, rows_of, source_ids, table_of
from services.journeys.console.estimates import segments_of, shown, wanted
from services.journeys.console.pages.doors import Client, Visitor, framed, new_router, opened
from services.journeys.console.render import page
from services.journeys.console.rooms import Panel, Rooms, together
from services.journeys.console.session import HOME
from services.journeys.console.words import plain

router = new_router()
WINDOWS = ("30", "90", "180", "365")


def _asked() -> dict[str, str]:
    query = here.query()
    chosen = {name: query.get(name, "") for name in ("since", "until", "segment")}
    outcome, by, rule, window = (query.get(name, "") for name in ("outcome", "by", "rule", "window"))
    chosen["outcome"] = outcome if outcome in OUTCOMES else "approved"
    chosen["by"] = by if by in ("channel", "campaign") else "channel"
    chosen["rule"] = rule if rule in RULES else "linear"
    chosen["window"] = window if window in WINDOWS else "90"
    return chosen


@router.get(f"{HOME}/attribution", operation_id="console_attribution")
async def attribution(door: Visitor, client: Client) -> Response:
    """Every rule beside the others, one of them and the data as a chart."""
    signed_in, rooms = await opened(door, client)
    asked = _asked()
    always = {name: asked[name] for name in ("outcome", "by", "window")}
    found, segments = await together(
        shown(rooms, wanted("attribution", "since", "until", **always)),
        segments_of(rooms),
    )
    names, costs = _sources(await _named(rooms, found.result))
    rows = rows_of(found.result, names, costs) if found.result else []
    with_cost = any(row["cost"] for row in rows)
    shown_values: dict[str, Any] = {
        "asked": asked, "found": found, "segments": segments, "outcomes": OUTCOMES, "rules": RULES,
        "windows": WINDOWS, "table": table_of(rows, with_cost), "chart": chart_of(rows, asked["rule"]), "rows": rows,
    }  # fmt: skip
    return page("attribution.html", **framed(door, signed_in, "attribution"), **shown_values)


async def _named(rooms: Rooms, result: Any) -> Panel:
    """The on-ground sources among what outcomes are due to."""
    ids = source_ids(result) if result else []
    if not ids:
        return Panel("scoring")
    return await rooms.panel("scoring", rooms.every("scoring", "/v1/sources", most=len(ids), id=ids))


def _sources(panel: Panel) -> tuple[dict[str, str], dict[str, tuple[float, str]]]:
    """What on-ground sources are called, and what they cost where that is known."""
    found = panel.items if not panel.away and not panel.hidden else []
    names = {one["id"]: " · ".join(filter(None, (plain(one["kind"]), one["place"]))) for one in found}
    costs = {
        one["id"]: (float(one["cost"]), one.get("currency") or "") for one in found if one.get("cost") is not None
    }  # fmt: skip
    return names, costs
