"""Two people who are one: what would come together, the merge, and its undoing."""

from typing import Any
from uuid import UUID

from starlette.responses import Response

from services.journeys.console.estimates import names_of
from services.journeys.console.forms import act, form_of
from services.journeys.console.pages.doors import Client, Text, Visitor, framed, id_in, new_router, opened
from services.journeys.console.render import page
from services.journeys.console.rooms import Panel, Rooms, together
from services.journeys.console.session import HOME
from services.journeys.console.tables import Column, Table
from services.journeys.console.texts import _
from services.journeys.console.words import at, full_name, percent, plain

router = new_router()
PEOPLE = f"{HOME}/people"
MOST = 20
SIDES = ("person_id", "other_id")


@router.get(f"{PEOPLE}/{{person_id}}/merge", operation_id="console_merge")
async def merge(person_id: str, door: Visitor, client: Client, search: Text = None, other: Text = None) -> Response:
    """Find who might be the same human, see what would come together, and the history."""
    signed_in, rooms = await opened(door, client)
    id_ = id_in(person_id)
    person, past = await together(
        rooms.get("journeys", f"/v1/people/{id_}"),
        rooms.panel("scoring", rooms.get("scoring", f"/v1/people/{id_}/merges")),
    )
    wanted = _name(person) if search is None else search.strip()[:100]
    shown = {"person": person, "search": wanted, "candidates": [], "preview": None}
    shown |= {"history": await _history(rooms, past), "base": f"{PEOPLE}/{id_}", "past": past}
    if other:
        shown["preview"] = await _preview(rooms, person, id_in(other))
    else:
        found = await rooms.get("journeys", "/v1/people", search=wanted or None, limit=MOST)
        shown["candidates"] = [one for one in found["items"] if one["id"] != str(id_)]
    return page("conversation_merge.html", **framed(door, signed_in, "people"), **shown)


def _name(person: dict[str, Any]) -> str:
    """What to look for: nobody is found by a name that isn't known."""
    return full_name(person) if person["given_name"] or person["family_name"] else ""


async def _history(rooms: Rooms, past: Panel) -> list[dict[str, Any]]:
    """Merges with the names of both; one question names all of them."""
    merges = [] if past.away or past.hidden else past.items[:MOST]
    names = await names_of(rooms, [merge[side] for merge in merges for side in SIDES])
    return [merge | {"names": [names.get(merge[side]) or _("Name unknown") for side in SIDES]} for merge in merges]


async def _preview(rooms: Rooms, person: dict[str, Any], other_id: UUID) -> dict[str, Any]:
    """Both side by side."""
    other, told = await together(
        rooms.get("journeys", f"/v1/people/{other_id}"),
        rooms.get("scoring", f"/v1/people/{person['id']}/merge-preview", other_id=str(other_id)),
    )
    both = (person, other)
    rows = [
        (_("Name"), [full_name(one) for one in both]),
        (_("Committee"), [one["sending_entity"] or "" for one in both]),
        (_("Signed up"), [at(one["registered_at"], one["zone"]) if one["registered_at"] else "" for one in both]),
        (_("Status"), [plain(one["status"]) for one in both]),
        (_("Applications"), [str(len(one["applications"])) for one in both]),
        (_("Contacts and visits"), [str(count) for count in told["interactions"]]),
        (_("Notes and logged calls"), [str(count) for count in told["remarks"]]),
        (_("Lead score"), [percent(score) for score in told["scores"]]),
    ]
    columns = (
        Column("what", _("What"), sortable=False),
        Column("this", full_name(person), sortable=False),
        Column("other", full_name(other), sortable=False),
    )
    table = Table(
        "preview", _("What comes together"), columns,
        [{"what": what, "this": values[0], "other": values[1]} for what, values in rows], whole=False,
    )  # fmt: skip
    return {"other": other, "table": table, "refusal": told["refusal"]}


@router.post(f"{PEOPLE}/{{person_id}}/merges", operation_id="console_merge_people")
async def merge_people(person_id: str, door: Visitor, client: Client) -> Response:
    """They are one from now on."""
    _signed_in, rooms = await opened(door, client)
    id_ = id_in(person_id)
    form = await form_of(door)
    body, path = {"other_id": form.get("other_id")}, f"/v1/people/{id_}/merges"
    done = _("One conversation from now on. It can be undone on this page at any time.")
    return await act(rooms, form, "POST", "scoring", path, body, to=f"{PEOPLE}/{id_}/merge?search=", done=done)


@router.post(f"{PEOPLE}/{{person_id}}/merges/{{merge_id}}/parting", operation_id="console_part_people")
async def part_people(person_id: str, merge_id: str, door: Visitor, client: Client) -> Response:
    """They are two again."""
    _signed_in, rooms = await opened(door, client)
    id_ = id_in(person_id)
    form = await form_of(door)
    path, to = f"/v1/merges/{id_in(merge_id)}/parting", f"{PEOPLE}/{id_}/merge?search="
    return await act(rooms, form, "POST", "scoring", path, to=to, done=_("They are two people again."))
