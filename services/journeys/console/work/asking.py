"""What a page asks the rooms for: a list and its names; an item, its sections and theirs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.journeys.console import tables
from services.journeys.console.rooms import Panel, Rooms, together
from services.journeys.console.texts import _
from services.journeys.console.work.cells import cell_of
from services.journeys.console.work.declare import Action, Column, Family, Json, Section, View
from services.journeys.console.work.names import Names, names_of
from shared.access import Caller, Role
from shared.errors import NotFound

PAGE = 50

ID = re.compile(r"\w[\w.~-]*")


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list. `raw` is the room's reply."""

    table: tables.Table
    next: str | None
    raw: Any


@dataclass(frozen=True, slots=True)
class Fact:
    """One value with its name, as a table would write it."""

    column: tables.Column
    item: Json
    long: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A section with what was found for it."""

    section: Section
    panel: Panel
    table: tables.Table | None
    facts: list[Fact]
    actions: list[Action]
    whole: Any
    picture: Any = None


def for_role(columns: tuple[Column, ...], role: Role) -> tuple[Column, ...]:
    """Those that the role may see; a participant knows enablers by name, and opens none."""
    found = tuple(column for column in columns if role in column.roles)
    if role is not Role.participant:
        return found
    return tuple(replace(one, show="named") if one.show == "enabler" else one for one in found)


def allowed(family: Family, codes: tuple[str, ...], item: Json, role: Role) -> list[Action]:
    """The actions of these codes that the role may do and that fit the item now."""
    found = [family.action(code) for code in codes]
    return [one for one in found if one and role in one.roles and one.when(item)]


async def list_of(rooms: Rooms, family: Family, view: View, caller: Caller, asked: Mapping[str, Any]) -> Found:
    """The page of a list, with the names of what it shows."""
    path = view.path.format(entity=caller.entity or "", party=caller.party or "")
    try:
        raw = await rooms.get(view.room or family.room, path, **{"limit": PAGE, **asked})
    except NotFound:
        if path == view.path:
            raise
        raw = None  # a list about oneself, and the room doesn't know one yet
    columns, items = for_role(view.columns, caller.role), _own(view, view.items(raw) if raw else [], caller)
    names = await names_of(rooms, columns, items)

    def link(item: Json) -> str | None:
        return view.one.format(**item) if view.one else None

    cells = [cell_of(column, names, None if at else link) for at, column in enumerate(columns)]
    following = raw.get("next") if isinstance(raw, dict) else None
    first = following is None and not asked.get("cursor")
    table = tables.Table(view.code.replace("/", "-"), _(view.title), cells, items, whole=first)
    return Found(table, following, raw)


def _own(view: View, items: list[Json], caller: Caller) -> list[Json]:
    here = str(caller.entity)
    if not view.own or caller.entity is None:
        return items
    return [one for one in items if here in (one["id"], one["parent_id"])]


async def item_of(rooms: Rooms, family: Family, id_: str) -> Json:
    """The item with whatever its actions look at, each under its own name; NotFound for an id that would lead the
    room's address elsewhere."""
    if not ID.fullmatch(id_):
        raise NotFound(_("This address names nothing."))
    paths = {"": (family.room, family.path), **family.inner}
    item, *inner = await together(*(rooms.get(room, path.format(id=id_)) for room, path in paths.values()))
    return {"id": id_, **item, **dict(zip(family.inner, inner, strict=True))}


async def facts_of(rooms: Rooms, columns: tuple[Column, ...], item: Json, role: Role) -> tuple[list[Fact], Names]:
    shown = for_role(columns, role)
    names = await names_of(rooms, shown, [item])
    return _facts(shown, item, names), names


def _facts(columns: tuple[Column, ...], item: Json, names: Names) -> list[Fact]:
    """Those that are known."""
    every = [Fact(cell_of(column, names), item, column.show in ("long", "lines")) for column in columns]
    return [fact for fact in every if fact.column.cell(item) is not None]


async def parts_of(
    rooms: Rooms, family: Family, item: Json, role: Role, only: tuple[str, ...] | None = None
) -> list[Part]:
    """Its sections (or `only` those), asked at once; one whose room is away says so, what isn't theirs is left out."""
    wanted = [one for one in family.sections if role in one.roles and (only is None or one.code in only)]
    panels = await together(*(panel_of(rooms, section, item) for section in wanted))
    pairs = [(section, panel) for section, panel in zip(wanted, panels, strict=True) if not panel.hidden]
    columns = [column for section, _panel in pairs for column in (*section.columns, *section.facts)]
    things = [one for section, panel in pairs if not panel.away for one in things_of(section, panel.items)]
    names = await names_of(rooms, columns, things)
    return [_part(family, section, panel, names, role, item) for section, panel in pairs]


async def panel_of(rooms: Rooms, section: Section, item: Json) -> Panel:
    params = {name: text.format(**item) for name, text in section.params.items()}
    return await rooms.panel(section.room, rooms.get(section.room, section.path.format(**item), **params))


def things_of(section: Section, found: Any) -> list[Json]:
    """The rows of a section's reply; what has no rows is one thing."""
    if section.items:
        return section.items(found)
    if isinstance(found, list):
        return found
    return list(found["items"]) if section.columns and "items" in found else [found]


def _part(family: Family, section: Section, panel: Panel, names: Names, role: Role, item: Json) -> Part:
    if panel.away:
        return Part(section, panel, None, [], [], None)
    columns = for_role(section.columns, role)
    cells = [cell_of(column, names) for column in columns]
    rows = things_of(section, panel.items)
    table = tables.Table(section.code, _(section.title), cells, rows, empty=_(section.empty)) if cells else None
    whole = panel.items if isinstance(panel.items, dict) else {}
    facts = _facts(for_role(section.facts, role), whole, names)
    picture = section.picture(item, panel.items) if section.picture else None
    return Part(section, panel, table, facts, allowed(family, section.actions, whole, role), whole, picture)
