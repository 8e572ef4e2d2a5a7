"""The routes of a family: its lists, a page for each thing, the forms of its actions, and what they do."""

from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import APIRouter
from starlette.responses import Response

from services.journeys.console import flash
from services.journeys.console.forms import Form, form_of
from services.journeys.console.here import address
from services.journeys.console.pages.doors import Client, Visitor, framed, opened
from services.journeys.console.render import page
from services.journeys.console.rooms import NotForYou, Refused, Rooms
from services.journeys.console.session import HOME, Session
from services.journeys.console.texts import _
from services.journeys.console.work import addresses, asking, drawing
from services.journeys.console.work.declare import Action, Asked, Bulk, Family, Filter, Json, View
from services.journeys.console.work.reading import body_of, read
from shared.access import Role
from shared.errors import NotFound
from shared.web.door import Door


@dataclass(frozen=True, slots=True)
class Here:
    """One request to a page of a family."""

    door: Door
    signed_in: Session
    rooms: Rooms
    family: Family

    @property
    def role(self) -> Role:
        return self.signed_in.caller.role

    def query(self, name: str) -> str | None:
        return self.door.request.query_params.get(name) or None

    def asked(self, item: Json) -> Asked:
        return Asked(self.rooms, self.signed_in.caller, item)

    def shown(self, template: str, here: str, *, status: int = 200, **values: Any) -> Response:
        frame = framed(self.door, self.signed_in, here)
        return page(template, status=status, **frame, family=self.family, roads=addresses, **values)


async def _here(door: Door, client: httpx.AsyncClient, family: Family, roles: frozenset[Role]) -> Here:
    signed_in, rooms = await opened(door, client)
    if signed_in.caller.role not in roles:
        raise NotForYou
    return Here(door, signed_in, rooms, family)


def add(router: APIRouter, family: Family) -> None:
    """Put the pages of a family on a router."""
    for view in family.views:
        _add_list(router, family, view)
    for bulk in (bulk for view in family.views for bulk in view.bulk):
        _add_bulk(router, family, bulk)
    if any(one.fresh for one in family.actions):
        _add_new(router, family)
    if family.path:
        _add_item(router, family)


# --- lists


def _add_list(router: APIRouter, family: Family, view: View) -> None:
    @router.get(f"{HOME}/{view.code}", operation_id=f"console_list_{_id(view.code)}")
    async def listed(door: Visitor, client: Client) -> Response:
        return await _list_page(await _here(door, client, family, view.roles), view)


async def _list_page(here: Here, view: View) -> Response:
    filters = [one for one in view.filters if here.role in one.roles]
    asked = {one.name: _filtered(here, one) for one in filters if one.name in here.door.request.query_params}
    cursor = here.query("cursor")
    narrowed = {**view.fixed, **_own(here, view), **asked, "cursor": cursor}
    found = await asking.list_of(here.rooms, here.family, view, here.signed_in.caller, narrowed)
    boxes = await drawing.boxes_of(filters, here.asked({}))
    bulks = [one for one in view.bulk if here.role in one.roles]
    chosen = await drawing.boxes_of([box for bulk in bulks for box in bulk.boxes], here.asked({}))

    def doing(item: Json) -> list[Action]:
        return asking.allowed(here.family, view.rows, item, here.role)

    return here.shown(
        "work_list.html", view.code.replace("/", "-"), view=view, found=found, boxes=boxes,
        given=Form.of(**{**view.fixed, **_own(here, view), **asked}),
        table=found.table, doing=doing, new=asking.allowed(here.family, view.new, {}, here.role), bulks=bulks,
        chosen=chosen, narrowed=any(asked.values()) or bool(cursor),
    )  # fmt: skip


def _own(here: Here, view: View) -> dict[str, str]:
    """What narrows a list to what is the caller's own."""
    caller = here.signed_in.caller
    mine = caller.entity or caller.party
    return {view.whose[here.role]: str(mine)} if here.role in view.whose and mine else {}


def _filtered(here: Here, one: Filter) -> str | None:
    """What the address asks for; a filter that is left empty asks for everything, whatever the list shows first."""
    value = here.query(one.name)
    return ("true" if value else None) if one.kind == "yes" else value


# --- several rows at once


def _add_bulk(router: APIRouter, family: Family, bulk: Bulk) -> None:
    @router.post(f"{HOME}/{family.code}/bulk/{bulk.code}", operation_id=f"console_bulk_{_id(family.code)}_{bulk.code}")
    async def done(door: Visitor, client: Client) -> Response:
        return await _bulk(await _here(door, client, family, bulk.roles), bulk)


async def _bulk(here: Here, bulk: Bulk) -> Response:
    """Ticked rows are sent as `row=<id>:<version>`; what became of each is told on a page of its own."""
    form = await form_of(here.door)
    back = addresses.back_to(here.family, None, form.get("next"))
    rows = [{"id": id_, "version": int(number)} for id_, _colon, number in _ticked(form) if number.isdecimal()]
    if not rows:
        return flash.said(back, _("Nothing was ticked."), "note")
    given = {box.name: value for box in bulk.boxes if (value := read(box, form, {})) is not None}
    try:
        done = await here.rooms.send("POST", here.family.room, bulk.path, bulk.body(rows, given), key=form.key)
    except Refused as refused:
        return flash.said(back, refused.words(), "bad")
    return here.shown("work_outcome.html", "", bulk=bulk, outcomes=bulk.outcomes(done.body), back=back)


def _ticked(form: Form) -> list[tuple[str, str, str]]:
    return [text.partition(":") for text in form.all("row")]


# --- something new


def _add_new(router: APIRouter, family: Family) -> None:
    path, name = f"{HOME}/{family.code}/new/{{code}}", _id(family.code)

    @router.get(path, operation_id=f"console_ask_new_{name}")
    async def ask(code: str, door: Visitor, client: Client) -> Response:
        action = _action(family, code)
        here = await _here(door, client, family, action.roles)
        form = drawing.filled(action, {}, dict(door.request.query_params), door.runtime.clock.now())
        return await _form_page(here, action, {}, form)

    @router.post(path, operation_id=f"console_make_{name}")
    async def make(code: str, door: Visitor, client: Client) -> Response:
        action = _action(family, code)
        return await _do(await _here(door, client, family, action.roles), action, {}, None)


# --- one thing


def _add_item(router: APIRouter, family: Family) -> None:
    path, name = f"{HOME}/{family.code}/{{id_}}", _id(family.code)

    @router.get(path, operation_id=f"console_show_{name}")
    async def show(id_: str, door: Visitor, client: Client) -> Response:
        return await _item_page(await _here(door, client, family, family.roles), id_)

    @router.get(f"{path}/do/{{code}}", operation_id=f"console_ask_{name}")
    async def ask(id_: str, code: str, door: Visitor, client: Client) -> Response:
        action = _action(family, code)
        here = await _here(door, client, family, action.roles)
        item = await _subject(here, action, id_)
        form = drawing.filled(action, item, dict(door.request.query_params), door.runtime.clock.now())
        return await _form_page(here, action, {**item, "page_id": id_}, form)

    @router.post(f"{path}/do/{{code}}", operation_id=f"console_do_{name}")
    async def do(id_: str, code: str, door: Visitor, client: Client) -> Response:
        action = _action(family, code)
        here = await _here(door, client, family, action.roles)
        return await _do(here, action, {**await _subject(here, action, id_), "page_id": id_}, id_)


async def _item_page(here: Here, id_: str) -> Response:
    item = await asking.item_of(here.rooms, here.family, id_)
    facts, names = await asking.facts_of(here.rooms, here.family.facts, item, here.role)
    parts = await asking.parts_of(here.rooms, here.family, item, here.role)
    elsewhere = {code for one in here.family.sections for code in (*one.rows, *one.actions)}
    codes = tuple(one.code for one in here.family.actions if one.code not in elsewhere and not one.fresh)

    def doing(section: Any, row: Json) -> list[Action]:
        return asking.allowed(here.family, section.rows, row, here.role)

    crumb = next((view for view in here.family.views if here.role in view.roles), None)
    return here.shown(
        "work_item.html", crumb.code.replace("/", "-") if crumb else "", item=item, crumb=crumb, facts=facts,
        parts=parts, headline=here.family.headline(item, names) or _(here.family.title), doing=doing,
        actions=asking.allowed(here.family, codes, item, here.role), tables=[one.table for one in parts if one.table],
    )  # fmt: skip


async def _subject(here: Here, action: Action, id_: str) -> Json:
    """What an action is about: the item, a section of it, or the row of a section that `on` names."""
    section = addresses.section_of(here.family, action)
    item = await asking.item_of(here.rooms, here.family, id_)
    if section is None:
        return item
    found = await here.rooms.get(
        section.room,
        section.path.format(**item),
        **{name: text.format(**item) for name, text in section.params.items()},
    )
    if action.code in section.actions:
        return {**item, **found}
    wanted = here.query("on")
    row = next((row for row in asking.things_of(section, found) if str(row[section.key]) == wanted), None)
    if row is None:
        raise NotFound(_("It isn't there any more, or it is not yours to see."))
    return {**item, **row}


# --- doing it


async def _form_page(here: Here, action: Action, item: Json, form: Form, status: int = 200) -> Response:
    boxes = await drawing.boxes_of(action.boxes, here.asked(item))
    id_ = item.get("page_id")
    back = addresses.back_to(here.family, id_, here.query("next"))
    parts = await asking.parts_of(here.rooms, here.family, item, here.role, action.shows) if action.shows else []
    return here.shown(
        "work_form.html", "", status=status, action=action, item=item, boxes=boxes, given=form, back=back,
        where=address(), parts=parts,
    )  # fmt: skip


async def _do(here: Here, action: Action, item: Json, id_: str | None) -> Response:
    """Tell the room; a refusal is shown beside the fields, or, for a single button, where it stood."""
    form = await form_of(here.door)
    version = form.version if action.matched else None
    body = body_of(action, form, item) if action.boxes or action.fixed or action.body else None
    room = action.room or here.family.room
    back = addresses.back_to(here.family, id_, here.query("next") or form.get("next"))
    try:
        done = await here.rooms.send(
            action.method, room, action.path.format(**item), body, if_match=version, key=form.key
        )
    except Refused as refused:
        if not action.asks:
            return flash.said(back, refused.words(), "bad")
        form.errors, form.trouble = refused.fields(), refused.words()
        if refused.status == 412:
            form.version = action.version(item)
        return await _form_page(here, action, item, form, 422)
    if action.leads_to:
        return here.shown("work_away.html", "", action=action, address_=action.leads_to(done.body), back=back)
    told = action.tell(done.body) if action.tell else ""
    onward = action.after(item, done.body) if action.after else _onward(here.family, item, done.body, back)
    undo = _undo(here, action, id_, onward)
    return flash.said(onward, f"{_(action.done)} {told}".strip(), undo=undo, version=done.version if undo else None)


def _undo(here: Here, action: Action, id_: str | None, onward: str) -> str | None:
    """Where the action that takes this one back is sent, if it is the same person's to do."""
    undo = here.family.action(action.undo) if action.undo and id_ else None
    if undo is None or here.role not in undo.roles:
        return None
    return addresses.action_address(here.family, undo, id_, back=onward)


def _onward(family: Family, item: Json, reply: Any, back: str) -> str:
    """What was made is shown; else back."""
    if not item and family.path and isinstance(reply, dict) and "id" in reply:
        return addresses.item_address(family, reply["id"])
    return back


def _action(family: Family, code: str) -> Action:
    if (found := family.action(code)) is None:
        raise NotFound(_("There is nothing like this to be done here."))
    return found


def _id(code: str) -> str:
    return code.replace("/", "_").replace("-", "_")
