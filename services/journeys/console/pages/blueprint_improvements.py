"""Improvements of journeys: a board by kind, and each with its history and its figures before and after."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from services.journeys.console import blueprint_shapes as shapes
from services.journeys.console import words
from services.journeys.console.estimates import shown, wanted
from services.journeys.console.forms import Form, form_of, submit
from services.journeys.console.pages.blueprint import improvements_of
from services.journeys.console.pages.doors import Client, Text, Visitor, framed, id_in, new_router, opened
from services.journeys.console.render import page
from services.journeys.console.rooms import Panel, Rooms, together
from services.journeys.console.session import HOME, Session
from services.journeys.console.tables import Column, Table
from services.journeys.console.texts import N_, _
from services.journeys.policy.blueprints import Blueprint
from services.journeys.policy.improvements import ImprovementKind
from shared.access import Role

HERE = f"{HOME}/improvements"
KINDS = {
    "insight": N_("Insight"), "challenge": N_("Challenge"), "concept": N_("Concept"), "prototype": N_("Prototype"),
    "planned": N_("Planned"), "launched": N_("Launched"),
}  # fmt: skip
DOUBTS = {
    "too_few": N_("Not enough data: fewer than 30 on a side."),
    "no_control": N_("Nobody is without it: other things that changed meanwhile can't be told from it."),
    "as_if_alike": N_("The comparison takes for granted that without it all committees would have gone on alike."),
    "was_moving": N_("It was moving before already: a part may be a swing back to the usual (regression to the mean)."),
}
FIELDS = ("kind", "title", "description", "owner_id", "sponsor_id", "due_on", "launched_on")
router = new_router()


@router.get(HERE, operation_id="console_improvements")
async def improvements(door: Visitor, client: Client, journey: Text = None) -> Response:
    """The board: a lane for each kind."""
    signed_in, rooms = await opened(door, client)
    journey = journey or "ep"
    listed, every = await together(
        improvements_of(rooms, journey), rooms.every("journeys", "/v1/designs", most=500, kind="blueprint")
    )
    lanes = [(code, _(name), [one for one in listed if one["kind"] == code]) for code, name in KINDS.items()]
    columns = (
        Column("title", _("Title"), "link", href=lambda row: f"{HERE}/{row['id']}"),
        Column("kind", _("Kind"), value=lambda row: kind_words(row["kind"])), Column("step", _("Step"), "code"),
        Column("item", _("Item"), "code"), Column("due_on", _("Due"), "date"),
        Column("launched_on", _("Launched on"), "date"),
    )  # fmt: skip
    values = {
        "lanes": lanes, "journey": journey, "journeys": sorted({one["journey"] for one in every}),
        "listed": Table("improvements", _("Improvements"), columns, listed),
    }  # fmt: skip
    return page("blueprint_board.html", **framed(door, signed_in, "improvements"), **values)


def kind_words(code: str) -> str:
    name = KINDS[code]
    return _(name)


@router.get(f"{HERE}/new", operation_id="console_improvement_new")
async def new(door: Visitor, client: Client, journey: Text = None, step: Text = None, item: Text = None) -> Response:
    """The form of a new improvement."""
    signed_in, rooms = await opened(door, client)
    given = Form.of(kind="insight", place=f"{step}/{item}" if step and item else step)
    return await _new_page(door, rooms, signed_in, journey or "ep", given)


@router.post(f"{HERE}/new", operation_id="console_improvement_propose")
async def propose(door: Visitor, client: Client, journey: Text = None) -> Response:
    signed_in, rooms = await opened(door, client)
    form = await form_of(door)
    journey, caller = journey or "ep", signed_in.caller
    whose = None if caller.role is Role.global_manager or caller.entity is None else str(caller.entity)
    body = _body(form) | {"journey": journey, "entity_id": whose}
    done = await submit(
        rooms, form, "POST", "journeys", "/v1/improvements", body, to=f"{HERE}?journey={journey}",
        done=_("It is on the board."),
    )  # fmt: skip
    return done or await _new_page(door, rooms, signed_in, journey, form, 422)


async def _new_page(
    door: Any, rooms: Rooms, signed_in: Session, journey: str, given: Form, status: int = 200
) -> Response:
    values = await _choices(rooms, journey)
    return page(
        "blueprint_proposal.html", status=status, **framed(door, signed_in, "improvements"), **values, given=given,
        journey=journey,
    )  # fmt: skip


async def _choices(rooms: Rooms, journey: str) -> dict[str, Any]:
    """Kinds, places and members to choose from; the place of an item is `step/item`."""
    design, members = await together(
        rooms.get("journeys", "/v1/designs/in-use", kind="blueprint", journey=journey),
        rooms.panel("applications", rooms.get("applications", "/v1/members", limit=100)),
    )
    places = []
    for step in Blueprint.model_validate(design["document"]).steps:
        places.append((step.id, shapes.said(step.title)))
        places += [(f"{step.id}/{item.id}", f"— {shapes.said(item.title)}") for item in step.items]
    kinds = [(code, _(name)) for code, name in KINDS.items()]
    return {"places": places, "members": _members(members), "kinds": kinds}


def _members(found: Panel) -> list[tuple[str, str]]:
    items = found.items["items"] if isinstance(found.items, Mapping) else []
    return [(one["id"], words.full_name(one)) for one in items]


def _body(form: Form) -> dict[str, Any]:
    step, _slash, item = form.get("place").partition("/")
    return {name: form.get(name) or None for name in FIELDS} | {"step": step, "item": item or None}


@router.get(f"{HERE}/{{improvement_id}}", operation_id="console_improvement")
async def improvement(improvement_id: str, door: Visitor, client: Client) -> Response:
    """One improvement: what it is, what came of it, what it was."""
    signed_in, rooms = await opened(door, client)
    return await _one_page(door, rooms, signed_in, str(id_in(improvement_id)), None)


@router.post(f"{HERE}/{{improvement_id}}", operation_id="console_improvement_change")
async def change(improvement_id: str, door: Visitor, client: Client) -> Response:
    signed_in, rooms = await opened(door, client)
    form = await form_of(door)
    path, back = f"/v1/improvements/{id_in(improvement_id)}", f"{HERE}/{improvement_id}"
    done = await submit(rooms, form, "PUT", "journeys", path, _body(form), to=back, done=_("Changed."))
    return done or await _one_page(door, rooms, signed_in, improvement_id, form, 422)


async def _one_page(
    door: Any, rooms: Rooms, signed_in: Session, improvement_id: str, form: Form | None, status: int = 200
) -> Response:
    path = f"/v1/improvements/{improvement_id}"
    one, past, estimate = await together(
        rooms.get("journeys", path), rooms.get("journeys", f"{path}/history"),
        shown(rooms, wanted("improvement", improvement=improvement_id)),
    )  # fmt: skip
    choices = await _choices(rooms, one["journey"])
    place = f"{one['step']}/{one['item']}" if one["item"] else one["step"]
    given = form or Form.of(**{name: one[name] for name in FIELDS}, place=place)
    names = dict(choices["members"])
    result = estimate.result
    values = {
        "one": one, "past": past["items"], "estimate": estimate, "given": given, **choices, "shapes": shapes,
        "owner": names.get(one["owner_id"]), "sponsor": names.get(one["sponsor_id"]), "kind": kind_words(one["kind"]),
        "launched": one["kind"] == ImprovementKind.launched, "effects": _effects(result) if result else None,
        "doubts": _doubts(result) if result else [], "history": _history(past["items"]),
    }  # fmt: skip
    return page("blueprint_improvement.html", status=status, **framed(door, signed_in, "improvements"), **values)


def _effects(result: Mapping[str, Any]) -> Table:
    columns = (
        Column("by", _("What is measured"), value=lambda row: measure_words(row["by"])),
        *(Column(name, title, value=_window(name)) for name, title in (
            ("earlier", _("Earlier")), ("before", _("Before")), ("after", _("After")),
            ("others_before", _("Others before")), ("others_after", _("Others after")),
        )),
        Column("change", _("Change"), value=lambda row: _span(row, "change")),
        Column("against", _("Against others"), value=lambda row: _span(row, "against_others")),
    )  # fmt: skip
    note = _(
        "95%% intervals. Shares are of what was due and done in time; windows of %(days)s days.",
        days=result.get("days", 90),
    )
    return Table(
        "effects", _("Before and after"), columns, result["measures"], empty=_("Nothing is measured here."), note=note
    )


def measure_words(by: str) -> str:
    kind, _colon, code = by.partition(":")
    if kind == "touchpoint":
        return _("%(what)s in time", what=words.plain(code))
    metric, _colon, about = code.partition(":")
    return f"{shapes.METRICS[metric]} · {words.plain(about)}"


def _window(name: str) -> Any:
    def told(row: Mapping[str, Any]) -> str | None:
        found = row["figures"][name]
        if not found["n"]:
            return None
        value = words.percent(found["mean"]) if row["share"] else words.number(found["mean"], 2)
        return f"{value} (n = {words.number(found['n'])})"

    return told


def _span(row: Mapping[str, Any], name: str) -> str:
    found = row["figures"][name]
    if found is None:
        return _("not enough data")
    scale = 100 if row["share"] else 1
    effect, low, high = (shapes.signed(found[part] * scale) for part in ("estimate", "low", "high"))
    return _("%(effect)s (%(low)s to %(high)s)", effect=effect, low=low, high=high)


def _doubts(result: Mapping[str, Any]) -> list[str]:
    codes = dict.fromkeys(code for one in result["measures"] for code in one["figures"]["doubts"])
    return [_(DOUBTS[code]) for code in codes]


def _what_changed(row: Mapping[str, Any]) -> str:
    """The names of what was changed; of a new one all that was said."""
    return ", ".join(words.plain(name.removesuffix("_id")) for name, value in row["after"].items() if value)


def _kind_then(row: Mapping[str, Any]) -> str | None:
    return kind_words(row["after"]["kind"]) if "kind" in row["after"] else None


def _history(rows: Any) -> Table:
    columns = (
        Column("at", _("When"), "moment", zone="UTC"), Column("author", _("Who")),
        Column("what", _("What was changed"), value=_what_changed),
        Column("kind", _("Kind"), value=_kind_then),
    )  # fmt: skip
    return Table("history", _("History"), columns, rows)
