"""The live service blueprint: designed and observed, step by step, and the events behind each cell."""

from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from services.journeys.console import blueprint_shapes as shapes
from services.journeys.console.estimates import segments_of, shown, wanted
from services.journeys.console.here import address
from services.journeys.console.pages.doors import Client, Text, Visitor, framed, id_in, new_router, opened
from services.journeys.console.render import page
from services.journeys.console.rooms import Rooms, together
from services.journeys.console.session import HOME
from services.journeys.console.tables import Column, Table
from services.journeys.console.texts import N_, _, speaking
from services.journeys.policy.blueprints import Blueprint
from shared.errors import NotFound

HERE = f"{HOME}/blueprint"
STATES = {
    "in_time": N_("In time"), "late": N_("Late"), "failed": N_("Failed"), "waiting": N_("Not due yet"),
}  # fmt: skip
OTHERWISE = {
    "not_owed": N_("Not owed any more"), "yes": N_("The customer says yes"), "no": N_("The customer says no"),
    "not_needed": N_("Not needed, says the customer"), "kept": N_("Shown in time"), "missed": N_("Missed"),
}  # fmt: skip
WHATS = {
    "touchpoints": N_("Touchpoints and tasks"), "scores": N_("Answers"), "standards": N_("Standards"),
    "events": N_("Events"),
}  # fmt: skip
router = new_router()


@router.get(HERE, operation_id="console_blueprint")
async def blueprint(
    door: Visitor, client: Client, journey: Text = None, design: Text = None, segment: Text = None
) -> Response:
    """A journey's blueprint in use, or the version that is named, with what is observed of it."""
    signed_in, rooms = await opened(door, client)
    drawn, segments, every = await together(
        _design(rooms, journey or "ep", design), segments_of(rooms),
        rooms.every("journeys", "/v1/designs", most=500, kind="blueprint"),
    )  # fmt: skip
    estimate, listed = await together(
        shown(rooms, wanted("blueprint", design=drawn["id"])), improvements_of(rooms, drawn["journey"])
    )
    read, result = Blueprint.model_validate(drawn["document"]), estimate.result
    steps = shapes.shown(read, result, listed)
    journeys = {one["journey"]: one["journey"] for one in every}
    values = {
        "design": drawn, "read": read, "estimate": estimate, "result": result, "steps": steps, "segment": segment,
        "segments": segments, "journeys": journeys, "shapes": shapes,
        "numbers": shapes.steps_table(steps) if result else None,
        "effects": shapes.effects_table(read, result, _cell_address(drawn["id"], segment)) if result else None,
    }  # fmt: skip
    return page("blueprint.html", **framed(door, signed_in, "blueprint"), **values)


async def improvements_of(rooms: Rooms, journey: str) -> list[Any]:
    """Those of a journey that the reader may see."""
    return await rooms.every("journeys", "/v1/improvements", most=500, journey=journey)


async def _design(rooms: Rooms, journey: str, design: str | None) -> Any:
    if design:
        return await rooms.get("journeys", f"/v1/designs/{id_in(design)}")
    return await rooms.get("journeys", "/v1/designs/in-use", kind="blueprint", journey=journey)


def _cell_address(design: str, segment: str | None) -> Any:
    return lambda step, item: address(f"{HERE}/{design}/{step}/{item}", segment=segment)


@router.get(f"{HERE}/{{design_id}}/drawing", operation_id="console_blueprint_drawing")
async def drawing(design_id: str, door: Visitor, client: Client, kind: Text = None, segment: Text = None) -> Response:
    """The drawing as a file, in the reader's language."""
    _signed_in, rooms = await opened(door, client)
    ending = "pdf" if kind == "pdf" else "svg"
    path = f"/v1/designs/{id_in(design_id)}/blueprint.{ending}"
    content, media_type = await rooms.file("journeys", path, language=speaking.get(), segment=segment or None)
    headers = {
        "Content-Disposition": f'attachment; filename="blueprint.{ending}"', "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }  # fmt: skip
    return Response(content, headers=headers, media_type=media_type)


@router.get(f"{HERE}/{{design_id}}/{{step}}/{{item}}", operation_id="console_blueprint_cell")
async def cell(
    design_id: str, step: str, item: str, door: Visitor, client: Client, what: Text = None, state: Text = None,
    segment: Text = None, cursor: Text = None,
) -> Response:  # fmt: skip
    """One cell: its figures, what it moves, and the very events, page by page."""
    signed_in, rooms = await opened(door, client)
    design = await rooms.get("journeys", f"/v1/designs/{id_in(design_id)}")
    read = Blueprint.model_validate(design["document"])
    one = read.item(step, item)
    if one is None:
        raise NotFound(_("There is no such cell in this version."))
    given = [name for name in WHATS if getattr(one.measured, name)]
    chosen = what if what in given else (given[0] if given else None)
    asked = {"what": chosen, "state": state if state in STATES and chosen == "touchpoints" else None}
    path = f"/v1/designs/{design_id}/steps/{quote(step)}/items/{quote(item)}/occurrences"
    found, estimate, listed = await together(
        rooms.get("journeys", path, limit=50, cursor=cursor, segment=segment or None, **asked),
        shown(rooms, wanted("blueprint", design=design_id)),
        improvements_of(rooms, design["journey"]),
    )
    values = {
        "design": design, "read": read, "step": next(s for s in read.steps if s.id == step), "item": one,
        "seen": _seen(estimate.result, step, item), "estimate": estimate, "asked": asked, "given": given,
        "found": found, "segment": segment, "shapes": shapes, "states": STATES, "whats": WHATS,
        "occurrences": _occurrences(found["items"], chosen),
        "improvements": [i for i in listed if (i["step"], i["item"]) == (step, item)],
    }  # fmt: skip
    return page("blueprint_cell.html", **framed(door, signed_in, "blueprint"), **values)


def _seen(result: Any, step: str, item: str) -> Any:
    found = next((one for one in (result or {}).get("steps", []) if one["id"] == step), {"items": {}})
    return found["items"].get(item)


def _occurrences(rows: Any, what: str | None) -> Table:
    times = (
        Column("due_at", _("Due"), "moment", zone="UTC"), Column("done_at", _("Done"), "moment", zone="UTC"),
        Column("days_late", _("Days after due"), "number", digits=1),
    )  # fmt: skip
    columns = [
        Column("code", _("What"), "code"), Column("state", _("How it went"), value=lambda row: _how(row["state"])),
        *(times if what == "touchpoints" else (Column("at", _("When"), "moment", zone="UTC"),)),
        *((Column("score", _("Score"), "number"),) if what == "scores" else ()),
        Column("person", _("Conversation"), "link", value=lambda row: _("Open it") if _conversation(row) else None,
               href=_conversation),
    ]  # fmt: skip
    return Table(
        "occurrences",
        _("The events behind this cell"),
        columns,
        rows,
        whole=False,
        empty=_("Nothing happened here yet."),
    )


def _conversation(row: Any) -> str | None:
    """The one with the EP, or with the enabler."""
    if row["person_id"]:
        return f"{HOME}/people/{row['person_id']}"
    return f"{HOME}/enablers/{row['enabler_id']}" if row["enabler_id"] else None


def _how(state: str | None) -> str | None:
    said = STATES.get(state or "") or OTHERWISE.get(state or "")
    return _(said) if said else None
