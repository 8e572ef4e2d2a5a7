"""What ids are called: one question to journeys for all of a page, one for members, one for segments."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.journeys.console.rooms import NotForYou, Rooms, together
from services.journeys.console.work.declare import Box, Column, Json
from shared.errors import NotFound, Unavailable

NAMED = {"person", "opportunity", "application", "enabler", "named", "entity", "party", "group"}
MOST = 200
Names = Mapping[str, str]


async def names_of(rooms: Rooms, columns: Iterable[Column], items: Iterable[Json]) -> dict[str, str]:
    """The names of all ids that these columns show. What has no name, or whose room is away, is left out."""
    rows, wanted = list(items), list(columns)
    ids = {str(value_of(column, row)) for column in wanted if column.show in NAMED for row in rows}
    ids = {id_ for id_ in ids if len(id_) == 36}
    members = any(column.show == "member" and value_of(column, row) for column in wanted for row in rows)
    segments = any(column.show == "segment" and value_of(column, row) for column in wanted for row in rows)
    found = await together(
        _named(rooms, sorted(ids)), _members(rooms) if members else _nothing(),
        _segments(rooms) if segments else _nothing(),
    )  # fmt: skip
    return found[0] | found[1] | found[2]


def value_of(place: Column | Box, item: Json) -> Any:
    """What a column shows, or stands in a box before anybody wrote in it: what its function makes of the item, or the
    field of its name, dots go inward."""
    if place.value:
        return place.value(item)
    found: Any = item
    for part in place.name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


async def _named(rooms: Rooms, ids: list[str]) -> dict[str, str]:
    if not ids:
        return {}
    try:
        parts = [ids[at : at + MOST] for at in range(0, len(ids), MOST)]
        replies = await together(*(rooms.get("journeys", "/v1/names", id=part) for part in parts))
    except (Unavailable, NotFound, NotForYou):
        return {}
    return {name["id"]: name["text"] for reply in replies for name in reply["items"]}


async def _members(rooms: Rooms) -> dict[str, str]:
    try:
        reply = await rooms.get("applications", "/v1/members", limit=MOST)
    except (Unavailable, NotFound, NotForYou):
        return {}
    return {one["id"]: f"{one['given_name']} {one['family_name']}".strip() for one in reply["items"]}


async def _segments(rooms: Rooms) -> dict[str, str]:
    try:
        found = await rooms.every("scoring", "/v1/segments", most=MOST)
    except (Unavailable, NotFound, NotForYou):
        return {}
    return {one["id"]: one["name"] for one in found}


async def _nothing() -> dict[str, str]:
    return {}
