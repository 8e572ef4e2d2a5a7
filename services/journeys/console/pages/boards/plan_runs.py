"""A cohort walked through a touchpoint plan by the notifications room: asked for, followed, read, stopped."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from services.journeys.console import flash, words
from services.journeys.console.boards_words import said
from services.journeys.console.forms import Form, act, form_of, send
from services.journeys.console.pages.boards.entering import Entered, Json, entered, items
from services.journeys.console.pages.boards.simulation import PLACE as ABOVE
from services.journeys.console.pages.doors import Client, Visitor, id_in, new_router
from services.journeys.console.problems import Refused
from services.journeys.console.render import page
from services.journeys.console.rooms import together
from services.journeys.console.tables import Column, Row, Table
from services.journeys.console.texts import N_, _

PLACE = f"{ABOVE}/plan"
RUNS = "/v1/simulations"
STATES = {
    "queued": N_("Waits for its turn"), "running": N_("Under way"), "done": N_("Done"), "failed": N_("Failed"),
    "cancelled": N_("Stopped"),
}  # fmt: skip
REASONS = {"failed": N_("it broke off"), "plan_unusable": N_("the plan can't be used")}
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
        Column("state", _("State"), value=_state),
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
    parts = report.get("plans") or []
    tables = [_totals(parts), _standards(parts), _load(parts), _touchpoints(parts)] if parts else []
    return page(
        "boards_plan_run.html", **at.frame("simulation-plan"), one=one, tables=tables, state=STATES[one["state"]],
        working=one["state"] in ("queued", "running"), progress=one["done"] / one["total"] if one["total"] else None,
        until=report.get("until"), reason=REASONS.get(one["reason"] or ""),
    )  # fmt: skip


WHAT = {
    "sent": N_("Messages sent"), "sent_late": N_("Messages sent late"), "corrected": N_("Messages corrected"),
    "skipped": N_("Touchpoints skipped"), "cancelled": N_("Touchpoints cancelled"), "moved": N_("Touchpoints moved"),
    "deferred": N_("Put off to another hour"), "waited": N_("Waited for facts"), "digested": N_("Put into a digest"),
    "over_budget": N_("Over the contact budget"), "people_over_budget": N_("People over the contact budget"),
    "task_opened": N_("Tasks opened"), "task_done": N_("Tasks done in time"), "task_late": N_("Tasks done late"),
    "task_reminder": N_("Reminders of tasks"), "task_escalated": N_("Tasks escalated"),
    "evidence_in_time": N_("Standards proved in time"), "evidence_late": N_("Standards proved late"),
}  # fmt: skip
LOAD = {"opened": N_("Opened"), "late": N_("Late"), "escalated": N_("Escalated"), "most": N_("Most open at once")}
KEPT = {"in_time": N_("In time"), "late": N_("Late")}
COUNTED = ("sent", "sent_late", "skipped", "cancelled", "task_opened", "task_late")


def _state(row: Row) -> str:
    words_ = STATES[row["state"]]
    return _(words_)


def _what(row: Row) -> str:
    words_ = WHAT.get(row["key"], row["key"])
    return _(words_)


Figures = dict[str, dict[str, int]]  # row → what is counted → how often


def _compared(name: str, title: str, first: Column, counts: dict[str, str], found: dict[str, Figures]) -> Table:
    """A line a row, beside each other what each plan comes to."""
    several = len(found) > 1
    columns = [first]
    for plan, rows in found.items():
        for what, words_ in counts.items():
            label = (f"{_(words_)} ({plan})" if words_ else plan) if several else _(words_ or N_("How often"))
            read = lambda row, rows=rows, what=what: rows.get(row["key"], {}).get(what, 0)  # noqa: E731
            columns.append(Column(f"{plan}-{what}", label, "number", value=read))
    keys = dict.fromkeys(key for rows in found.values() for key in rows)
    rows_ = [{"key": key} for key in keys]
    return Table(name, title, columns, rows_, hide_caption=False, empty=_("Nothing of this in the simulation."))


def _each(parts: list[Json], figures: Callable[[Json], Figures]) -> dict[str, Figures]:
    return {f"{words.plain(part['plan'])} {part['version']}": figures(part) for part in parts}


def _totals(parts: list[Json]) -> Table:
    first = Column(
        "key", _("What happens"), value=lambda row: _(WHAT[row["key"]]) if row["key"] in WHAT else row["key"]
    )

    def of(part: Json) -> Figures:
        totals = part["totals"]
        order = sorted(totals, key=lambda what: list(WHAT).index(what) if what in WHAT else len(WHAT))
        return {what: {"count": totals[what]} for what in order}

    return _compared("plan-totals", _("What happens"), first, {"count": ""}, _each(parts, of))


def _standards(parts: list[Json]) -> Table:
    found = _each(parts, lambda part: {row["standard"]: row for row in part["standards"]})
    first = Column("key", _("Standard"), value=lambda row: said(row["key"]))
    return _compared("plan-standards", _("Standards in the simulation"), first, KEPT, found)


def _load(parts: list[Json]) -> Table:
    """The work of each role: what came, what was late, and the fullest week."""

    def of(part: Json) -> Figures:
        found: Figures = defaultdict(lambda: dict.fromkeys(LOAD, 0))
        for week in part["staff_load"]:
            row = found[week["role"]]
            row |= {name: row[name] + week[name] for name in ("opened", "late", "escalated")}
            row["most"] = max(row["most"], week["open"])
        return found

    first = Column("key", _("Role"), "code")
    return _compared("plan-load", _("Work of the teams"), first, LOAD, _each(parts, of))


def _touchpoints(parts: list[Json]) -> Table:
    first, counts = Column("key", _("Touchpoint"), "code"), {what: WHAT[what] for what in COUNTED}
    found = _each(parts, lambda part: {row["touchpoint"]: row for row in part["touchpoints"]})
    title, keys = _("By touchpoint"), dict.fromkeys(code for rows in found.values() for code in rows)
    said_ = {code: [[rows.get(code, {}).get(what, 0) for what in COUNTED] for rows in found.values()] for code in keys}
    if len(parts) > 1:
        title, kept = _("Touchpoints that differ"), {code for code, each in said_.items() if each[0] != each[-1]}
    else:
        kept = {code for code, each in said_.items() if any(each[0])}
    shown = {plan: {code: row for code, row in rows.items() if code in kept} for plan, rows in found.items()}
    return _compared("plan-touchpoints", title, first, counts, shown)


@router.post(f"{PLACE}/{{run_id}}/cancel", operation_id="console_cancel_plan_run")
async def cancel(run_id: str, door: Visitor, client: Client) -> Response:
    at, given = await entered(door, client), await form_of(door)
    id_ = id_in(run_id)
    path = f"{RUNS}/{id_}/cancel"
    return await act(at.rooms, given, "POST", "notifications", path, to=f"{PLACE}/{id_}", done=_("The run is stopped."))
