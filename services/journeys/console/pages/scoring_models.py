"""Champions and challengers of all transitions at a glance; each has a declared page."""

from starlette.responses import Response

from services.journeys.console import words
from services.journeys.console.pages.doors import Client, Visitor, framed, new_router, opened
from services.journeys.console.render import page
from services.journeys.console.rooms import together
from services.journeys.console.session import HOME
from services.journeys.console.tables import Column, Table
from services.journeys.console.texts import _
from services.journeys.console.work.models import TRANSITIONS, standing

router = new_router()


@router.get(f"{HOME}/tournaments", operation_id="console_tournaments")
async def tournaments(door: Visitor, client: Client) -> Response:
    """Who speaks for each transition, who is tried, and what the last night found."""
    signed_in, rooms = await opened(door, client)
    rows = await together(*(rooms.get("scoring", f"/v1/models/{code}/watch") for code, _words in TRANSITIONS))
    columns = (
        Column("transition", _("Step"), value=lambda row: words.plain(row["transition"]),
               href=lambda row: f"{HOME}/tournaments/{row['transition']}"),
        Column("champion", _("Speaks now")),
        Column("challenger_id", _("Challenger"), value=lambda row: _("Open it") if row["challenger_id"] else None,
               href=lambda row: f"{HOME}/models/{row['challenger_id']}"),
        Column("contest", _("Standing"), value=standing),
        Column("drift", _("Has drifted"), "number", value=lambda row: len(row["drift"])),
        Column("judged_at", _("Judged"), "moment"),
    )  # fmt: skip
    table = Table("tournaments", _("Champions and challengers"), columns, rows)
    return page("scoring_tournaments.html", **framed(door, signed_in, "models"), table=table)
