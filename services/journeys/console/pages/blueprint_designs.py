"""Versions of blueprints and their editing: small forms, each a new state of the draft that can be taken back."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response

from services.journeys.console import blueprint_shapes as shapes
from services.journeys.console import flash
from services.journeys.console.forms import Form, act, form_of, send
from services.journeys.console.heard import heard
from services.journeys.console.here import address
from services.journeys.console.pages.blueprint import HERE
from services.journeys.console.pages.doors import Client, Text, Visitor, framed, id_in, new_router, opened
from services.journeys.console.render import page
from services.journeys.console.rooms import Refused, Rooms, together
from services.journeys.console.tables import Column, Table
from services.journeys.console.texts import _, speaking
from services.journeys.policy import editing
from services.journeys.policy.blueprints import MOMENTS, Blueprint, Row

LIST = f"{HERE}/designs"
MOST_NAMES = 16
router = new_router()


@router.get(LIST, operation_id="console_designs")
async def designs(door: Visitor, client: Client, journey: Text = None) -> Response:
    """The versions of blueprints that the reader may see, the newest first."""
    signed_in, rooms = await opened(door, client)
    found = await rooms.every("journeys", "/v1/designs", most=500, kind="blueprint", journey=journey or None)
    columns = (
        Column("journey", _("Journey"), "code"),
        Column("number", _("Version"), "link", value=lambda row: f"{row['number']}",
               href=lambda row: f"{LIST}/{row['id']}"),
        Column("state", _("State"), "pill"),
        Column("whose", _("For"), value=lambda row: _("a committee") if row["entity_id"] else _("everybody")),
        Column("author", _("Written by"), value=_author),
        Column("published_at", _("In use since"), "date"),
    )  # fmt: skip
    listed = Table("designs", _("Versions of blueprints"), columns, found[::-1])
    return page("blueprint_designs.html", **framed(door, signed_in, "blueprint"), listed=listed, journey=journey)


def _author(row: Mapping[str, Any]) -> str:
    return _("ships with Sojourn") if row["shipped"] else str(row["author"])


@router.get(f"{LIST}/{{design_id}}", operation_id="console_design")
async def design(design_id: str, door: Visitor, client: Client, against: Text = None) -> Response:
    """One version: what can be done with it, what it said before, and how it differs from another."""
    signed_in, rooms = await opened(door, client)
    path = f"/v1/designs/{id_in(design_id)}"
    one, past = await together(rooms.get("journeys", path), rooms.get("journeys", f"{path}/past"))
    others = await rooms.every("journeys", "/v1/designs", most=500, kind=one["kind"], journey=one["journey"])
    diff = await rooms.get("journeys", f"{path}/diff", against=str(id_in(against))) if against else None
    values = {
        "design": one, "past": past["items"], "others": [o for o in others if o["id"] != one["id"]],
        "against": against, "differences": _differences(diff["differences"]) if diff else None, "shapes": shapes,
    }  # fmt: skip
    return page("blueprint_design.html", **framed(door, signed_in, "blueprint"), **values)


def _differences(rows: Any) -> Table:
    columns = (
        Column("pointer", _("Where")), Column("turn", _("What became of it"), "code"),
        Column("before", _("Before"), value=lambda row: _brief(row["before"])),
        Column("after", _("After"), value=lambda row: _brief(row["after"])),
    )  # fmt: skip
    return Table("differences", _("Differences"), columns, rows, empty=_("They say the same."))


def _brief(value: Any) -> str | None:
    """A part of a document in few words: its title, or itself."""
    if isinstance(value, Mapping) and "title" in value:
        return shapes.said(value["title"])
    if isinstance(value, Mapping) and value.keys() <= {"en", "ro", "ar", "und"}:
        return shapes.said(value)
    return None if value is None else str(value)[:200]


ACTS: Mapping[str, str] = {"publish": "publication", "retire": "retirement", "copy": "copies"}


@router.post(f"{LIST}/{{design_id}}/{{what}}", operation_id="console_design_act")
async def act_on_design(design_id: str, what: str, door: Visitor, client: Client) -> Response:
    """Publish, retire, copy, edit, undo, or bring an earlier state back."""
    _signed_in, rooms = await opened(door, client)
    form = await form_of(door)
    path, back = f"/v1/designs/{id_in(design_id)}", f"{LIST}/{design_id}"
    match what:
        case "publish":
            return await act(
                rooms, form, "POST", "journeys", f"{path}/publication", to=back, done=_("It is in use now.")
            )
        case "retire":
            return await act(
                rooms, form, "POST", "journeys", f"{path}/retirement", to=back, done=_("It is out of use.")
            )
        case "copy":
            return await _copied(rooms, form, path, back)
        case "restore":
            body = {"version": int(form.get("version") or 0)}
            done = _("It says again what it said then.")
            return await act(rooms, form, "POST", "journeys", f"{path}/restoration", body, to=f"{back}/edit", done=done)
        case "undo":
            return await _undone(rooms, form, path, back)
    return await _edited(rooms, form, path, f"{back}/edit")


async def _copied(rooms: Rooms, form: Form, path: str, back: str) -> Response:
    try:
        made = await send(rooms, form, "POST", "journeys", f"{path}/copies", {})
    except Refused as refused:
        return flash.said(back, refused.words(), "bad")
    return flash.said(f"{LIST}/{made.body['id']}/edit", _("A new draft that says the same. Change it here."))


async def _undone(rooms: Rooms, form: Form, path: str, back: str) -> Response:
    """The last change of a draft is taken back."""
    now = await rooms.get("journeys", path)
    body = {"version": now["version"] - 1}
    form.version = now["version"]
    done = _("The last change was taken back.")
    return await act(rooms, form, "POST", "journeys", f"{path}/restoration", body, to=f"{back}/edit", done=done)


@router.get(f"{LIST}/{{design_id}}/edit", operation_id="console_design_edit")
async def edit(design_id: str, door: Visitor, client: Client, step: Text = None, item: Text = None) -> Response:
    """The form of a draft; the step or item that is named is open for change."""
    signed_in, rooms = await opened(door, client)
    one = await rooms.get("journeys", f"/v1/designs/{id_in(design_id)}")
    return _form_page(door, signed_in, one, step, item, Form())


def _form_page(door: Any, signed_in: Any, one: Any, step: str | None, item: str | None, given: Form) -> Response:
    read = Blueprint.model_validate(one["document"])
    open_step = next((s for s in read.steps if s.id == step), None)
    open_item = next((i for s in read.steps for i in s.items if i.id == item), None)
    home = next((s for s in read.steps if open_item in s.items), None) if open_item else None
    fields = Form.of(**(_item_fields(open_item, home) if open_item else _step_fields(open_step) if open_step else {}))
    fields.errors, fields.trouble = given.errors, given.trouble
    values = {
        "design": one, "read": read, "open_step": open_step, "open_item": open_item, "given": fields,
        "shapes": shapes, "rows": [(row, _(shapes.ROWS[row])) for row in Row], "moments": MOMENTS,
        "owners": [(code, _(name)) for code, name in shapes.OWNERS.items()],
    }  # fmt: skip
    return page("blueprint_edit.html", **framed(door, signed_in, "blueprint"), **values)


def _step_fields(step: Any) -> dict[str, Any]:
    passes = step.passes
    values = {"title": shapes.said(step.title), "phase": step.phase, "expected": " ".join(step.expected)}
    if passes:
        values |= {"of": passes.of, "begins": passes.begins, "ends": passes.ends, "days": passes.days}
        values |= {"watch_days": passes.watch_days}
    return values


def _item_fields(item: Any, step: Any) -> dict[str, Any]:
    lists = {name: " ".join(getattr(item.measured, name)) for name in ("touchpoints", "standards", "scores", "events")}
    return {
        "title": shapes.said(item.title), "description": shapes.said(item.description) or None, "row": item.row,
        "owner": item.owner, "due": shapes.said(item.due) or None, "grace_days": item.grace_days,
        "to": step.id, **lists,
    }  # fmt: skip


async def _edited(rooms: Rooms, form: Form, path: str, back: str) -> Response:
    """One change to the draft as the reader saw it; what the room refuses is said on the page."""
    one = await rooms.get("journeys", path)
    try:
        changed = _CHANGES[form.get("do")](one["document"], form, speaking.get())
        if form.version is None:
            form.version = one["version"]
        await send(rooms, form, "PUT", "journeys", path, {"content": changed})
    except editing.CannotEdit as wrong:
        return flash.said(back, heard(str(wrong)), "bad")
    except KeyError:
        return flash.said(back, _("This was no form of ours."), "bad")
    except Refused as refused:
        said = "; ".join(dict.fromkeys([refused.words(), *(f"{one.field}: {one.detail}" for one in refused.errors)]))
        return flash.said(address(back, step=form.get("step") or None, item=form.get("item") or None), said, "bad")
    undo = back.removesuffix("/edit") + "/undo"
    return flash.said(back, _("Changed."), undo=undo)


Change = Callable[[Any, Form, str], dict[str, Any]]


def _change_step(document: Any, form: Form, language: str) -> dict[str, Any]:
    passes = None
    if form.get("of"):
        passes = {"of": form.get("of"), "begins": form.get("begins"), "ends": form.get("ends")}
        passes |= {"watch_days": _number(form.get("watch_days")) or 90}
        if (days := _number(form.get("days"))) is not None:
            passes["days"] = days
    values = {
        "title": form.get("title"), "phase": form.get("phase") or None, "passes": passes,
        "expected": form.get("expected").split()[:MOST_NAMES],
    }  # fmt: skip
    return editing.change_step(document, form.get("step"), values, language)


def _change_item(document: Any, form: Form, language: str) -> dict[str, Any]:
    names = ("touchpoints", "standards", "scores", "events")
    measured = {name: found for name in names if (found := form.get(name).split()[:MOST_NAMES])}
    grace = _number(form.get("grace_days"))
    values = {
        "title": form.get("title"), "row": form.get("row"), "owner": form.get("owner") or None,
        "due": form.get("due") or None, "description": form.get("description") or None,
        "grace_days": 1 if grace is None else grace, "measured": measured or None,
    }  # fmt: skip
    changed = editing.change_item(document, form.get("item"), values, language)
    home = next(step["id"] for step in changed["steps"] if any(i["id"] == form.get("item") for i in step["items"]))
    if form.get("to") and form.get("to") != home:
        return editing.move_item(changed, form.get("item"), to=form.get("to"))
    return changed


def _number(text: str) -> float | int | None:
    """A number that somebody typed, with a comma or a point; what is none is refused by the room."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return int(value) if value.is_integer() else value


_CHANGES: Mapping[str, Change] = {
    "add_step": lambda d, f, language: editing.add_step(d, f.get("title"), f.get("after") or None, language),
    "change_step": _change_step,
    "step_back": lambda d, f, _language: editing.move_step(d, f.get("step"), -1),
    "step_on": lambda d, f, _language: editing.move_step(d, f.get("step"), 1),
    "remove_step": lambda d, f, _language: editing.remove_step(d, f.get("step")),
    "add_item": lambda d, f, language: editing.add_item(d, f.get("step"), f.get("row"), f.get("title"), language),
    "change_item": _change_item,
    "item_up": lambda d, f, _language: editing.move_item(d, f.get("item"), by=-1),
    "item_down": lambda d, f, _language: editing.move_item(d, f.get("item"), by=1),
    "remove_item": lambda d, f, _language: editing.remove_item(d, f.get("item")),
}
