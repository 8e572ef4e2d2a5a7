"""A copy of what the rooms keep of a participant, as far as their APIs tell it to that person: one JSON document."""

from collections.abc import Awaitable
from typing import Any

from services.journeys.console.rooms import NotForYou, Rooms, together
from shared.errors import NotFound

MOST = 5000  # rows of a list
# Where a room tells it, for the person whose id stands in the address; lists are read to their end.
ONES = (
    ("applications", "/v1/people/{id}"), ("notifications", "/v1/choices"), ("notifications", "/v1/feed"),
    ("scoring", "/v1/people/{id}/consents"), ("scoring", "/v1/people/{id}/touches"), ("journeys", "/v1/people/{id}"),
)  # fmt: skip
LISTS = (
    ("applications", "/v1/applications"), ("applications", "/v1/requirements"), ("notifications", "/v1/touchpoints"),
    ("notifications", "/v1/deliveries"), ("notifications", "/v1/documents"), ("notifications", "/v1/questions"),
    ("notifications", "/v1/sessions"), ("surveys", "/v1/testimonials"), ("surveys", "/v1/cases"),
    ("journeys", "/v1/people/{id}/timeline"),
)  # fmt: skip
INVITATIONS = "/v1/invitations"


async def copy_of(rooms: Rooms, person_id: str) -> dict[str, Any]:
    """By room and address. Unavailable when a room is away: half a copy would look like a whole one."""
    singles = [(room, path.format(id=person_id)) for room, path in ONES]
    lists = [(room, path.format(id=person_id)) for room, path in LISTS]
    found = await together(
        *(_told(rooms.get(room, path)) for room, path in singles),
        *(_told(rooms.every(room, path, most=MOST)) for room, path in lists),
        _invitations(rooms),
    )
    whole: dict[str, Any] = {}
    for (room, path), part in zip((*singles, *lists, ("surveys", INVITATIONS)), found, strict=True):
        whole.setdefault(room, {})[path] = part
    return whole


async def _told(asked: Awaitable[Any]) -> Any:
    """None for what is not there, or not told to this role."""
    try:
        return await asked
    except (NotForYou, NotFound):
        return None


async def _invitations(rooms: Rooms) -> list[Any]:
    """With what was answered, which stands with each one only."""
    listed = await rooms.every("surveys", INVITATIONS, most=MOST)
    return [await _told(rooms.get("surveys", f"{INVITATIONS}/{one['id']}")) or one for one in listed]
