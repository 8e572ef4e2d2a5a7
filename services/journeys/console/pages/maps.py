"""Persona maps: which there are, one with its live figures, the words behind an item, what two versions say."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from services.journeys.console import here, maps
from services.journeys.console.estimates import Shown, segments_of, wanted
from services.journeys.console.forms import Form, form_of, submit
from services.journeys.console.pages.doors import Client, Visitor, framed, new_router, opened
from services.journeys.console.render import page, to
from services.journeys.console.rooms import NotForYou, Panel, Rooms, together
from services.journeys.console.session import HOME, Session
from services.journeys.console.tables import Column, Table
from services.journeys.console.texts import N_, _, speaking
from services.journeys.policy.persona_maps import KIND, blank_map
from shared.access import MANAGERS
from shared.errors import NotFound
from shared.web.door import Door

router = new_router()
MAPS = f"{HOME}/maps"
ONE = MAPS + "/{design_id}"
QUOTES = 8
Json = dict[str, Any]


def design_address(design_id: str) -> str:
    """Of the API; NotFound for what is no id."""
    try:
        return f"/v1/designs/{UUID(design_id)}"
    except ValueError as error:
        raise NotFound(_("There is no such map.")) from error


async def map_of(rooms: Rooms, design_id: str) -> Json:
    """A version that is a persona map."""
    found: Json = await rooms.get("journeys", design_address(design_id))
    if found["kind"] != KIND:
        raise NotFound(_("There is no such map."))
    return found


def may_write(signed_in: Session, design: Json) -> bool:
    """Whether this role may change it at all; whose committee it is, the room says."""
    return signed_in.caller.role in MANAGERS and not design["shipped"]


# --- all of them


@router.get(MAPS, operation_id="console_maps")
async def list_maps(door: Visitor, client: Client) -> Response:
    """Maps in use, drafts, and a form for a new one."""
    signed_in, rooms = await opened(door, client)
    return await _list(door, signed_in, rooms, Form.of(customer="ep"))


async def _list(door: Door, signed_in: Session, rooms: Rooms, given: Form, status: int = 200) -> Response:
    designs = await rooms.every("journeys", "/v1/designs", kind=KIND, most=500)
    entities = await _entities(rooms, designs)
    shown = [one | {"entity": entities.get(one["entity_id"])} for one in designs]
    groups = [
        (_(name), [one for one in shown if one["state"] == state])
        for state, name in (("published", N_("In use")), ("draft", N_("Drafts")), ("retired", N_("Replaced")))
    ]
    values = {"groups": groups, "given": given, "customers": [(code, _(name)) for code, name in maps.CUSTOMERS.items()]}
    writes = signed_in.caller.role in MANAGERS
    return page("maps_list.html", status=status, **framed(door, signed_in, "maps"), **values, writes=writes)


async def _entities(rooms: Rooms, designs: list[Json]) -> dict[str, str]:
    """What the committees are called that maps are for."""
    ids = sorted({one["entity_id"] for one in designs if one["entity_id"]})
    if not ids:
        return {}
    found = await rooms.panel("journeys", rooms.get("journeys", "/v1/names", id=ids[:100]))
    items = found.items.get("items", []) if isinstance(found.items, dict) else []
    return {one["id"]: one["text"] for one in items}


@router.post(MAPS, operation_id="console_make_map")
async def make_map(door: Visitor, client: Client) -> Response:
    """A blank map of the caller's committee (of everybody, where a global manager makes it)."""
    signed_in, rooms = await opened(door, client)
    form = await form_of(door)
    language = speaking.get()
    texts = [form.get(name) for name in ("title", "name", "goal")]
    document = blank_map(*texts, form.get("customer") or "ep", language)
    entity = signed_in.caller.entity
    body = {
        "kind": KIND, "journey": form.get("journey") or form.get("customer"), "persona": form.get("persona"),
        "entity_id": str(entity) if entity else None, "content": document,
    }  # fmt: skip
    reply = await submit(rooms, form, "POST", "journeys", "/v1/designs", body, to=MAPS, done=_("A draft was made."))
    return reply or await _list(door, signed_in, rooms, form, 422)


# --- one of them


@router.get(ONE, operation_id="console_map")
async def show_map(design_id: str, door: Visitor, client: Client) -> Response:
    """The map: six steps, five rows, with what was counted beside the items."""
    signed_in, rooms = await opened(door, client)
    design = await map_of(rooms, design_id)
    customer = design["document"].get("customer", "ep")
    evidence, pulse, versions, segments = await together(
        evidence_of(rooms, design),
        pulse_of(rooms, customer, signed_in),
        rooms.get("journeys", "/v1/designs", kind=KIND, journey=design["journey"], limit=50),
        segments_of(rooms),
    )
    others = [one for one in versions["items"] if one["persona"] == design["persona"] and one["id"] != design["id"]]
    shown = {"design": design, "persona": design["document"]["persona"], "evidence": evidence, "others": others}
    shown |= {"standing": Shown.of(wanted("persona-evidence", customer=customer), evidence), "segments": segments}
    shown |= {"steps": maps.steps_of(design["document"], evidence, pulse), "customer": customer, "told": maps.told}
    rights = {"writes": may_write(signed_in, design), "copies": signed_in.caller.role in MANAGERS}
    return page("maps_map.html", **framed(door, signed_in, "maps"), **shown, **rights)


async def evidence_of(rooms: Rooms, design: Json) -> Json:
    """The figures of its items, of the segment that the address names."""
    segment = here.query().get("segment") or None
    found: Json = await rooms.get("journeys", f"/v1/persona-maps/{design['id']}/evidence", segment=segment)
    return found


async def pulse_of(rooms: Rooms, customer: str, signed_in: Session) -> list[Json]:
    """Rounds of the team pulse that the caller may see, the newest first, the widest committee first."""
    if customer != "member":
        return []
    entity = signed_in.caller.entity
    asked = rooms.get("surveys", "/v1/pulse/results", entity_id=str(entity) if entity else None)
    found: Panel = await rooms.panel("surveys", asked)
    items = found.items.get("items", []) if isinstance(found.items, dict) else []
    return sorted(items, key=lambda one: (one["closed_on"], one["answered"]), reverse=True)


@router.get(ONE + "/items/{item_id}", operation_id="console_map_item")
async def show_item(design_id: str, item_id: str, door: Visitor, client: Client) -> Response:
    """The evidence of one item: its figures, and the words of customers with their sources."""
    signed_in, rooms = await opened(door, client)
    design = await map_of(rooms, design_id)
    found = maps.item_of(design["document"], item_id)
    if found is None:
        raise NotFound(_("The map has no such item."))
    step, item = found
    customer = design["document"].get("customer", "ep")
    evidence, pulse, verbatims, own = await together(
        evidence_of(rooms, design),
        pulse_of(rooms, customer, signed_in),
        _verbatims(rooms, item.get("evidence", {}), customer),
        _own_words(rooms, item.get("evidence", {}), customer),
    )
    shown = next(
        one
        for column in maps.steps_of(design["document"], evidence, pulse)
        for cell in column.cells
        for one in cell.items
        if one.id == item_id
    )
    row = maps.ROW_NAMES[item["row"]]
    values = {"design": design, "item": shown, "step": maps.step_name(step), "row": _(row)}
    values |= {"figures": _table(shown.figures), "verbatims": verbatims, "own": own, "evidence": evidence}
    return page("maps_item.html", **framed(door, signed_in, "maps"), **values, told=maps.told)


def _table(figures: Any) -> Table:
    columns = (
        Column("label", _("Figure")),
        Column("value", _("Value"), value=lambda one: one["shown"]),
        Column("interval", _("95 %% interval")),
        Column("n", "n", "number"),
    )
    rows = [
        {"label": one.label, "shown": one.shown if one.known else _("not enough data"), "interval": one.interval,
         "n": one.n}
        for one in figures
    ]  # fmt: skip
    return Table("figures", _("Figures of the item"), columns, rows)


async def _verbatims(rooms: Rooms, evidence: Json, customer: str) -> Panel:
    """What customers wrote, masked and labelled, from the surveys room by the caller's own token."""
    if customer not in ("ep", "enabler") or not (evidence.get("topic") or evidence.get("mood")):
        return Panel("surveys", hidden=True)
    asked = {"topic": evidence.get("topic"), "sentiment": evidence.get("mood"), "party": customer, "limit": QUOTES}
    return await rooms.panel("surveys", rooms.get("surveys", "/v1/verbatims", **asked))


async def _own_words(rooms: Rooms, evidence: Json, customer: str) -> Panel:
    """What EPs wrote beside their NPS, of those whose conversation the caller sees."""
    if customer != "ep" or not evidence.get("group"):
        return Panel("journeys", hidden=True)
    asked = {"group": evidence["group"], "questionnaire": evidence.get("questionnaire"), "limit": QUOTES}
    return await rooms.panel("journeys", rooms.get("journeys", "/v1/quotes", **asked))


@router.get(f"{MAPS}-source/{{kind}}/{{source_id}}", operation_id="console_map_source")
async def source(kind: str, source_id: str, door: Visitor, client: Client) -> Response:
    """Where something was written: the person's conversation; nobody's who may not be seen."""
    _signed_in, rooms = await opened(door, client)
    where = {"answer": "/v1/invitations", "case": "/v1/cases"}.get(kind)
    try:
        address = f"{where}/{UUID(source_id)}"
    except ValueError as error:
        raise NotFound(_("There is no such source.")) from error
    if where is None:
        raise NotFound(_("There is no such source."))
    try:
        found = await rooms.get("surveys", address)
    except NotForYou:
        found = {}
    if not found.get("person_id"):
        raise NotFound(_("There is no such source."))
    return to(f"{HOME}/people/{found['person_id']}?room=surveys")


@router.get(ONE + "/compare", operation_id="console_compare_maps")
async def compare(
    design_id: str, door: Visitor, client: Client, against: Annotated[str | None, Query(max_length=60)] = None
) -> Response:
    """What this version says other than another one."""
    signed_in, rooms = await opened(door, client)
    design = await map_of(rooms, design_id)
    other = await map_of(rooms, against or "")
    found = await rooms.get("journeys", f"/v1/designs/{design['id']}/diff", against=other["id"])
    columns = (
        Column("place", _("Where")),
        Column("turn", _("What"), "code"),
        Column("before", _("Before")),
        Column("after", _("After")),
    )
    rows = [
        {"place": maps.place_of(one["pointer"]), "turn": one["turn"], "before": maps.in_words(one["before"]),
         "after": maps.in_words(one["after"])}
        for one in found["differences"]
    ]  # fmt: skip
    table = Table("differences", _("Differences"), columns, rows, empty=_("Both say the same."))
    values = {"design": design, "other": other, "differences": table, "told": maps.told}
    return page("maps_compare.html", **framed(door, signed_in, "maps"), **values)
