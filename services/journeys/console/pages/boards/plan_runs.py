"""A cohort walked through a touchpoint plan by the notifications room: asked for, followed, read, stopped."""

from typing import Any

from starlette.responses import Response

from services.journeys.console import flash, words
from services.journeys.console.forms import Form, act, form_of, send
from services.journeys.console.pages.boards.entering import Entered, Json, entered, items
from services.journeys.console.pages.boards.simulation import PLACE as ABOVE
from services.journeys.console.pages.doors import Client, Visitor, id_in, new_router
from services.journeys.console.problems import Refused
from services.journeys.console.render import page
from services.journeys.console.rooms import together
from services.journeys.console.tables import Column, Table
from services.journeys.console.texts import _

PLACE = f"{ABOVE}/plan"
RUNS = "/v1/simulations"
router = new_router()


@router.get(PLACE, operation_id="console_plan_runs")
async def runs(door: Visitor, client: Client) -> Response:
    """Ask for a run, and one's runs so far."""
    today = door.runtime.clock.now().date()
    return await _runs(await entered(door, client), Form.of(size=200, seed=1, months=6, first_start=today))


async def _runs(at: Entered, given: Form, status: int = 200) -> Response:
    plans, listed = await together(
        at.panel("notifications", "/v1/plans", limit=100), at.panel("notifications", RUNS, limit=50)
    )
    options = [
        (one["id"], f"{one.get('plan', '')} {one.get('number', one.get('version', ''))}") for one in items(plans)
    ]
    columns = (
        Column("created_at", _("Asked"), "moment", href=lambda row: f"{PLACE}/{row['id']}"),
        Column("state", _("State"), "code"),
        Column("done", _("Done"), "number"),
        Column("total", _("Of"), "number"),
    )
    table = Table("plan-runs", _("My runs"), columns, items(listed), whole=False, empty=_("No run yet."))
    shown = {"given": given, "plans": options, "listed": listed, "table": table}
    return page("boards_plan_runs.html", status=status, **at.frame("simulation-plan"), **shown)


@router.post(PLACE, operation_id="console_ask_plan_run")
async def ask(door: Visitor, client: Client) -> Response:
    """A made-up cohort through one plan, or through two that are compared."""
    at, given = await entered(door, client), await form_of(door)
    given.version = None
    cohort = {name: _whole(given.get(name)) for name in ("size", "seed", "months")}
    body = {
        "plans": [one for one in given.all("plans") if one],
        "cohort": {**cohort, "first_start": given.get("first_start")},
    }
    try:
        done = await send(at.rooms, given, "POST", "notifications", RUNS, body)
    except Refused as refused:
        given.errors = {name.rpartition(".")[2]: text for name, text in refused.fields().items()}
        given.trouble = refused.words()
        return await _runs(at, given, 422)
    return flash.said(f"{PLACE}/{done.body['id']}", _("It is being worked out."))


def _whole(text: str) -> Any:
    return int(text) if text.isdecimal() else text


@router.get(f"{PLACE}/{{run_id}}", operation_id="console_plan_run")
async def run(run_id: str, door: Visitor, client: Client) -> Response:
    """How far it is; then what came of it."""
    at = await entered(door, client)
    one = await at.rooms.get("notifications", f"{RUNS}/{id_in(run_id)}")
    report = one.get("report") or {}
    parts = report.get("plans") or ([report] if report.get("totals") else [])
    tables = [_totals(part, place) for place, part in enumerate(parts)]
    return page(
        "boards_plan_run.html", **at.frame("simulation-plan"), one=one, tables=tables, standards=_standards(parts),
        working=one["state"] in ("queued", "running"), progress=one["done"] / one["total"] if one["total"] else None,
    )  # fmt: skip


def _totals(part: Json, place: int) -> Table:
    rows = [{"what": what, "count": count} for what, count in part.get("totals", {}).items()]
    columns = (Column("what", _("What happens"), "code"), Column("count", _("How often"), "number"))
    name = f"{part.get('plan', '')} {part.get('version', '')}".strip()
    return Table(f"plan-{place}", name or _("Plan"), columns, rows, hide_caption=False)


def _standards(parts: list[Json]) -> Table:
    rows = [row for part in parts for row in part.get("standards", ())]
    names = list(dict.fromkeys(name for row in rows for name in row if name != "standard"))
    columns = [Column("standard", _("Standard"), "code")]
    columns += [Column(name, words.plain(name), "number") for name in names]
    return Table("plan-standards", _("Standards in the simulation"), columns, rows, empty=_("No standard is touched."))


@router.post(f"{PLACE}/{{run_id}}/cancel", operation_id="console_cancel_plan_run")
async def cancel(run_id: str, door: Visitor, client: Client) -> Response:
    at, given = await entered(door, client), await form_of(door)
    id_ = id_in(run_id)
    path = f"{RUNS}/{id_}/cancel"
    return await act(at.rooms, given, "POST", "notifications", path, to=f"{PLACE}/{id_}", done=_("The run is stopped."))
