"""Changing a draft of a persona map by small forms: the persona, items of cells; bringing it into use, undoing."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from services.journeys.console import flash, maps
from services.journeys.console.forms import Form, act, form_of, send, submit
from services.journeys.console.heard import heard
from services.journeys.console.pages.doors import Client, Text, Visitor, framed, new_router, opened
from services.journeys.console.pages.maps import MAPS, ONE, Json, design_address, map_of
from services.journeys.console.render import page
from services.journeys.console.rooms import Refused, Rooms
from services.journeys.console.session import Session
from services.journeys.console.texts import _, speaking
from services.journeys.policy import editing
from services.journeys.policy.persona_maps import STEPS, Group, MapRow, Proofs
from shared.errors import NotFound
from shared.web.door import Door

router = new_router()
EVIDENCE = tuple(Proofs.model_fields)
TOPICS = (
    "pickup", "accommodation", "work", "pay", "people", "preparation", "visa", "communication", "organisation",
    "growth",
)  # fmt: skip
MOODS = ("positive", "neutral", "negative")
CHANNELS = ("web", "email", "phone", "sms", "chat", "app", "post", "social", "co_browse", "in_person")
Edit = Callable[[Json], Json]


@router.get(ONE + "/edit", operation_id="console_edit_map")
async def edit_map(design_id: str, door: Visitor, client: Client, step: Text = None) -> Response:
    """One step of a draft at a time: its items with their forms, and the persona."""
    signed_in, rooms = await opened(door, client)
    return await _edit(door, signed_in, rooms, design_id, step, Form())


async def _edit(
    door: Door, signed_in: Session, rooms: Rooms, design_id: str, step: str | None, given: Form, status: int = 200
) -> Response:
    design = await map_of(rooms, design_id)
    document, chosen = design["document"], step if step in STEPS else STEPS[0]
    steps = maps.steps_of(document, None)
    column = next(one for one in steps if one.id == chosen)
    persona = document["persona"]
    about = Form.of(
        title=maps.told(document["title"]), name=maps.told(persona["name"]), goal=maps.told(persona["goal"]),
        description=maps.told(persona["description"]), needs="\n".join(maps.told(one) for one in persona["needs"]),
    )  # fmt: skip
    pasts = await rooms.get("journeys", f"{design_address(design_id)}/past")
    forms = {item.id: item_form(item) for cell in column.cells for item in cell.items}
    values = {"design": design, "steps": steps, "column": column, "about": about, "given": given, "forms": forms}
    values |= {"options": _options(), "pasts": pasts["items"][:10], "told": maps.told}
    return page("maps_edit.html", status=status, **framed(door, signed_in, "maps"), **values)


def item_form(item: maps.Item) -> Form:
    """The form of an item with what it says now."""
    said = {name: value for name, value in item.evidence.items() if value}
    return Form.of(title=item.text, row=item.row, quote="1" if item.quote else None, **said)


def _options() -> dict[str, list[tuple[str, str]]]:
    from services.journeys.console.words import plain

    return {
        "row": [(row, _(maps.ROW_NAMES[row])) for row in MapRow],
        "step": [(step, maps.usual_name(step)) for step in STEPS],
        "topic": [(code, plain(code)) for code in TOPICS],
        "mood": [(code, plain(code)) for code in MOODS],
        "group": [(code, plain(code)) for code in Group],
        "channel": [(code, plain(code)) for code in CHANNELS],
    }


# --- small changes


async def _change(
    door: Door, client: Any, design_id: str, step: str, edit: Callable[[Form], Edit], done: str
) -> Response:
    """Read the draft, change it, write it whole; a refusal is shown on the page of the step."""
    signed_in, rooms = await opened(door, client)
    form = await form_of(door)
    design = await map_of(rooms, design_id)
    try:
        document = edit(form)(design["document"])
    except editing.CannotEdit as cannot:
        return flash.said(f"{MAPS}/{design_id}/edit?step={step}", heard(str(cannot)), "bad")
    address = f"{MAPS}/{design_id}/edit?step={step}"
    undo = f"{MAPS}/{design_id}/restoration?version={form.version or design['version']}&step={step}"
    body = {"content": document}
    reply = await submit(
        rooms, form, "PUT", "journeys", design_address(design_id), body, to=address, done=done, undo=undo
    )
    return reply or await _edit(door, signed_in, rooms, design_id, step, form, 422)


def _step(text: str | None) -> str:
    if text not in STEPS:
        raise NotFound(_("The map has no such step."))
    return str(text)


@router.post(ONE + "/persona", operation_id="console_change_persona")
async def change_persona(design_id: str, door: Visitor, client: Client, step: Text = None) -> Response:
    """Name, description, needs (a line each) and goal, in the language of the page."""

    def edit(form: Form) -> Edit:
        return lambda document: persona_changed(document, form, speaking.get())

    return await _change(door, client, design_id, step or STEPS[0], edit, _("The persona was changed."))


def persona_changed(document: Json, form: Form, language: str) -> Json:
    """The document with what a form says of the persona; needs keep their other languages line by line."""
    persona = dict(document["persona"])
    for name in ("name", "description", "goal"):
        persona[name] = _put(persona[name], form.get(name), language)
    lines = [line.strip() for line in form.get("needs").splitlines() if line.strip()]
    known = {maps.told(need): need for need in persona["needs"]}
    persona["needs"] = [known.get(line) or {language: line} for line in lines]
    return document | {"persona": persona, "title": _put(document["title"], form.get("title"), language)}


def _put(text: Any, said: str, language: str) -> dict[str, str]:
    known = text if isinstance(text, dict) else {}
    return {code: words for code, words in known.items() if code != "und"} | {language: said}


@router.post(ONE + "/items", operation_id="console_add_map_item")
async def add_item(design_id: str, door: Visitor, client: Client, step: Text = None, row: Text = None) -> Response:
    """A new item at the end of a cell."""
    at, line = _step(step), row if row in set(MapRow) else MapRow.thinks

    def edit(form: Form) -> Edit:
        return lambda document: editing.add_item(document, at, str(line), form.get("title"), speaking.get())

    return await _change(door, client, design_id, at, edit, _("It was added."))


@router.post(ONE + "/items/{item_id}", operation_id="console_change_map_item")
async def change_item(design_id: str, item_id: str, door: Visitor, client: Client, step: Text = None) -> Response:
    """What an item says, in which row and step it stands, and what is its evidence."""
    at = _step(step)

    def edit(form: Form) -> Edit:
        evidence = form.given(*EVIDENCE)
        values = {"title": form.get("title"), "row": form.get("row"), "quote": True if form.get("quote") else None}
        values |= {"evidence": evidence or None}

        def changed(document: Json) -> Json:
            document = editing.change_item(document, item_id, values, speaking.get())
            to = form.get("to")
            return editing.move_item(document, item_id, to=to) if to in STEPS and to != at else document

        return changed

    return await _change(door, client, design_id, at, edit, _("It was changed."))


@router.post(ONE + "/items/{item_id}/move", operation_id="console_move_map_item")
async def move_item(
    design_id: str, item_id: str, door: Visitor, client: Client, step: Text = None, by: int = 1
) -> Response:
    """One place up or down in its cell."""
    at = _step(step)

    def edit(_form: Form) -> Edit:
        return lambda document: editing.move_item(document, item_id, by=-1 if by < 0 else 1)

    return await _change(door, client, design_id, at, edit, _("It was moved."))


@router.post(ONE + "/items/{item_id}/removal", operation_id="console_remove_map_item")
async def remove_item(design_id: str, item_id: str, door: Visitor, client: Client, step: Text = None) -> Response:
    at = _step(step)

    def edit(_form: Form) -> Edit:
        return lambda document: editing.remove_item(document, item_id)

    return await _change(door, client, design_id, at, edit, _("It was removed."))


# --- versions


@router.post(ONE + "/restoration", operation_id="console_restore_map")
async def restore(design_id: str, door: Visitor, client: Client, version: int = 1, step: Text = None) -> Response:
    """Undo: what the draft said at an earlier version. The present one is kept like any other."""
    _signed_in, rooms = await opened(door, client)
    form = await form_of(door)
    form.version = (await map_of(rooms, design_id))["version"]
    address = f"{MAPS}/{design_id}/edit?step={step if step in STEPS else STEPS[0]}"
    path, done = f"{design_address(design_id)}/restoration", _("It says again what it said before.")
    return await act(rooms, form, "POST", "journeys", path, {"version": version}, to=address, done=done)


@router.post(ONE + "/publication", operation_id="console_publish_map")
async def publish(design_id: str, door: Visitor, client: Client) -> Response:
    """Bring it into use for its committee and those below."""
    return await _turn(door, client, design_id, "publication", _("It is in use now."))


@router.post(ONE + "/retirement", operation_id="console_retire_map")
async def retire(design_id: str, door: Visitor, client: Client) -> Response:
    """Out of use: the wider one holds again."""
    return await _turn(door, client, design_id, "retirement", _("It is no longer in use."))


async def _turn(door: Door, client: Any, design_id: str, what: str, done: str) -> Response:
    _signed_in, rooms = await opened(door, client)
    form = await form_of(door)
    path = f"{design_address(design_id)}/{what}"
    return await act(rooms, form, "POST", "journeys", path, to=f"{MAPS}/{design_id}", done=done)


@router.post(ONE + "/copies", operation_id="console_copy_map")
async def copy(design_id: str, door: Visitor, client: Client) -> Response:
    """A draft of the caller's own committee that says the same, open to be changed."""
    _signed_in, rooms = await opened(door, client)
    form = await form_of(door)
    body = {"persona": form.get("persona")} if form.get("persona") else {}
    try:
        made = await send(rooms, form, "POST", "journeys", f"{design_address(design_id)}/copies", body)
    except Refused as refused:
        return flash.said(f"{MAPS}/{design_id}", refused.words(), "bad")
    return flash.said(f"{MAPS}/{made.body['id']}/edit", _("A draft was made. Change it, then bring it into use."))
