"""One version of a touchpoint plan for who owns it: what it changes and for whom, how its messages read, and the way
into use and back."""

import asyncio
from typing import Any
from uuid import UUID

from starlette.responses import Response

from services.journeys.console import flash, words
from services.journeys.console.forms import Form, act, form_of, send
from services.journeys.console.pages.boards.entering import Entered, Json, entered, items
from services.journeys.console.pages.boards.letters import stays_of, written
from services.journeys.console.pages.doors import Client, Text, Visitor, id_in, new_router
from services.journeys.console.problems import Refused
from services.journeys.console.render import page
from services.journeys.console.rooms import Panel, together
from services.journeys.console.session import HOME
from services.journeys.console.tables import Column, Table
from services.journeys.console.texts import _
from shared.access import MANAGERS, Role

PLACE, ROOM, PLANS = f"{HOME}/plans", "notifications", "/v1/plans"
EVERY = "every"  # language
SHIPPED = "release"  # who writes the plan that comes with a release; it is never retired
router = new_router()


@router.get(f"{PLACE}/{{version_id}}/changes", operation_id="console_plan_changes")
async def changes(
    version_id: str, door: Visitor, client: Client, against: Text = None, radius: Text = None
) -> Response:
    """What it says other than the version in use, what a publish would do, and buttons for it."""
    return await _shown(await entered(door, client), id_in(version_id), against, radius)


async def _shown(
    at: Entered, id_: UUID, against: str | None = None, radius: str | None = None, *, given: Form | None = None,
    previews: list[Json] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    one = await at.rooms.get(ROOM, f"{PLANS}/{id_}")
    versions = sorted(
        await at.rooms.every(ROOM, PLANS, plan=one["plan"]), key=lambda other: other["number"], reverse=True
    )
    before = _before(one, versions, against)
    diff, checks, measured, stays, plan = await together(
        _asked(at, f"{PLANS}/{id_}/diff" if before else None, against=before and before["id"]),
        _asked(at, f"{PLANS}/{id_}/checks"),
        _asked(at, f"{PLANS}/{id_}/radius/{id_in(radius)}" if radius else None),
        stays_of(at),
        _asked(at, "/v1/plan"),
    )
    figures = (measured.items or {}).get("figures") or {}
    names = await at.names([one["entity_id"], *figures.get("entities", ())])
    manages = at.caller.role in MANAGERS and (one["entity_id"] or at.caller.role is Role.global_manager)
    shown: Json = {
        "one": one, "shipped": one["author"] == SHIPPED, "names": names, "before": before,
        "others": [row for row in versions if row["id"] != one["id"]],
        "checks": checks, "measured": measured, "manages": manages, "given": given or Form(),
        "panels": [panel for panel in (diff, checks, measured) if panel.away], "diff": _diff(diff, before),
        "effects": _effects(figures), "entities": _entities(figures, names), "versions": _versions(versions),
        "letters": _letters(one), "stays": stays, "tongues": _languages(plan), "previews": previews,
    }  # fmt: skip
    return page("boards_plan.html", status=status, **at.frame("plans"), **shown)


async def _asked(at: Entered, path: str | None, **params: Any) -> Panel:
    return Panel(ROOM, hidden=True) if path is None else await at.panel(ROOM, path, **params)


def _before(one: Json, versions: list[Json], against: str | None) -> Json | None:
    """The version to compare with: the one that is asked for, else the one in use, else the one before it."""
    others = [other for other in versions if other["id"] != one["id"]]
    asked = [other for other in others if other["id"] == against]
    used = [other for other in others if other["state"] == "published"]
    earlier = [other for other in others if other["number"] < one["number"]]
    return next(iter([*asked, *used, *earlier]), None)


def _diff(diff: Panel, before: Json | None) -> Table | None:
    """A line a field that differs."""
    if before is None or not diff.items:
        return None
    rows = [
        {"touchpoint": change["touchpoint"], "what": change["what"], "field": name, **values}
        for change in diff.items["touchpoints"]
        for name, values in (change["fields"] or {"": {"before": None, "after": None}}).items()
    ]
    left_out = diff.items["without"]
    for what in ("added", "removed"):
        rows += [{"touchpoint": code, "what": f"left_out_{what}", "field": ""} for code in left_out[what]]
    columns = (
        Column("touchpoint", _("Touchpoint"), "code"),
        Column("what", _("Change"), value=lambda row: _changes()[row["what"]]),
        Column("field", _("Field"), value=lambda row: words.plain(row["field"]) if row["field"] else None),
        Column("before", _("Before"), value=lambda row: _plain(row.get("before"))),
        Column("after", _("After"), value=lambda row: _plain(row.get("after"))),
    )
    return Table("plan-diff", _("What differs"), columns, rows, empty=_("Nothing differs."))


def _changes() -> dict[str, str]:
    return {
        "added": _("new"), "removed": _("gone"), "changed": _("other"), "left_out_added": _("left out now"),
        "left_out_removed": _("no longer left out"),
    }  # fmt: skip


def _plain(value: Any) -> str | None:
    """A value of a plan as one reads it: parts strung together, empty ones left out."""
    if isinstance(value, dict):
        return ", ".join(
            f"{words.plain(name)}: {_plain(part)}" for name, part in value.items() if part not in (None, [])
        )
    if isinstance(value, list):
        return "; ".join(filter(None, map(_plain, value)))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return None if value is None else str(value)


EFFECTS = ("added", "moved", "cancelled", "late_at_once")


def _effects(figures: Json) -> Table:
    rows = [{"touchpoint": code, **counts} for code, counts in figures.get("touchpoints", {}).items()]
    return Table("plan-effects", _("By touchpoint"), (Column("touchpoint", _("Touchpoint"), "code"), *_counts()), rows)


def _counts() -> tuple[Column, ...]:
    titles = {"added": _("Added"), "moved": _("Moved"), "cancelled": _("Cancelled"), "late_at_once": _("Late at once")}
    return tuple(
        Column(name, titles[name], "number", value=lambda row, name=name: row.get(name, 0)) for name in EFFECTS
    )


def _entities(figures: Json, names: dict[str, str]) -> Table:
    rows = [{"entity": names.get(id_, id_), **counts} for id_, counts in figures.get("entities", {}).items()]
    return Table("plan-entities", _("By host"), (Column("entity", _("Committee")), *_counts()), rows)


def _versions(rows: list[Json]) -> Table:
    columns = (
        Column("number", _("Version"), "number", href=lambda row: f"{PLACE}/{row['id']}/changes"),
        Column("state", _("State"), "pill"),
        Column("author", _("Written by"), wide=True),
        Column("created_at", _("Made"), "moment"),
        Column("published_at", _("Published"), "moment"),
        Column("retired_at", _("Retired"), "moment", wide=True),
    )
    return Table("plan-versions", _("Versions"), columns, rows, whole=False)


# --- how its messages read


def _letters(one: Json) -> list[tuple[str, str]]:
    """Touchpoints of this version in which something is written."""
    entries = [entry for entry in one["content"].get("touchpoints", ()) if isinstance(entry, dict)]
    return [(entry["code"], words.plain(entry["code"])) for entry in entries if entry.get("kind") != "task"]


def _languages(plan: Panel) -> list[tuple[str, str]]:
    codes = (plan.items or {}).get("languages") or ["en"]
    return [(EVERY, _("All languages")), *((code, words.language(code)) for code in codes)]


@router.post(f"{PLACE}/{{version_id}}/changes", operation_id="console_preview_plan")
async def preview(version_id: str, door: Visitor, client: Client, against: Text = None) -> Response:
    """A message of this version with a real stay's data, in each language; nothing is sent or kept."""
    at, given = await entered(door, client), await form_of(door)
    id_ = id_in(version_id)
    given.version = None
    wish = {"touchpoint": given.get("touchpoint"), "application_id": given.get("application_id")}
    plan = await at.panel(ROOM, "/v1/plan")
    asked = given.get("language") or EVERY
    codes = [code for code, __ in _languages(plan)[1:]] if asked == EVERY else [asked]
    try:
        found = await asyncio.gather(
            *(written(at, f"{PLANS}/{id_}/preview", {**wish, "language": code}) for code in codes)
        )
    except Refused as refused:
        given.errors, given.trouble = refused.fields(), refused.words()
        return await _shown(at, id_, against, given=given, status=422)
    return await _shown(at, id_, against, given=given, previews=list(found))


# --- the way into use and back


@router.post(f"{PLACE}/{{version_id}}/radius", operation_id="console_measure_plan")
async def measure(version_id: str, door: Visitor, client: Client) -> Response:
    """Count what a publish would do to stays that are under way."""
    at, given = await entered(door, client), await form_of(door)
    id_ = id_in(version_id)
    try:
        made = await send(at.rooms, given, "POST", ROOM, f"{PLANS}/{id_}/radius")
    except Refused as refused:
        return flash.said(f"{PLACE}/{id_}/changes", refused.words(), "bad")
    return flash.said(
        f"{PLACE}/{id_}/changes?radius={made.body['id']}#radius", _("It is being counted; nothing is changed.")
    )


@router.post(f"{PLACE}/{{version_id}}/publish", operation_id="console_publish_plan")
async def publish(version_id: str, door: Visitor, client: Client) -> Response:
    """Into use, for new stays or (with what was measured) for those under way too. For new ones it can be undone."""
    at, given = await entered(door, client), await form_of(door)
    id_, digest = id_in(version_id), given.get("radius") or None
    back = f"{PLACE}/{id_}/changes"
    one = await at.rooms.get(ROOM, f"{PLANS}/{id_}")
    listed = items(await at.panel(ROOM, PLANS, plan=one["plan"], state="published"))
    used = [row for row in listed if row["state"] == "published"]
    body = {"apply_to": "running" if digest else "new", "radius": digest}
    try:
        await send(at.rooms, given, "POST", ROOM, f"{PLANS}/{id_}/publish", body)
    except Refused as refused:
        return flash.said(back, refused.words(), "bad")
    done = _("It is in use.")
    if digest or not used:
        return flash.said(back, done)
    former = await at.rooms.get(ROOM, f"{PLANS}/{used[0]['id']}")
    return flash.said(back, done, undo=f"{PLACE}/{former['id']}/publish", version=former["version"])


@router.post(f"{PLACE}/{{version_id}}/retire", operation_id="console_retire_plan")
async def retire(version_id: str, door: Visitor, client: Client) -> Response:
    """Out of use, with none in its place; can be undone."""
    at, given = await entered(door, client), await form_of(door)
    id_ = id_in(version_id)
    done, undo = _("It is out of use."), f"{PLACE}/{id_}/publish"
    return await act(
        at.rooms, given, "POST", ROOM, f"{PLANS}/{id_}/retire", to=f"{PLACE}/{id_}/changes", done=done, undo=undo
    )  # fmt: skip
