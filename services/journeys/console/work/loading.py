"""What may be chosen in a form or a filter and must be asked for: committees, members, enablers, applications."""

from typing import Any

from services.journeys.console import words
from services.journeys.console.rooms import NotForYou
from services.journeys.console.work.declare import Asked, Pair
from shared.errors import NotFound, Unavailable

MOST = 200


async def _items(asked: Asked, room: str, path: str, **params: Any) -> list[dict[str, Any]]:
    """The items of a list, or none where the room is away or doesn't answer this role."""
    try:
        reply = await asked.rooms.get(room, path, limit=MOST, **params)
    except (Unavailable, NotFound, NotForYou):
        return []
    return list(reply["items"])


async def plan_of(asked: Asked) -> dict[str, Any]:
    """The plan in use, without touchpoints and in English where the room is away."""
    try:
        return dict(await asked.rooms.get("notifications", "/v1/plan"))
    except Unavailable:
        return {"touchpoints": [], "languages": ["en"]}


async def letters(asked: Asked) -> list[Pair]:
    """The letters that touchpoints of the plan are written with."""
    codes = {one["letter"] for one in (await plan_of(asked))["touchpoints"] if one.get("letter")}
    return sorted(((code, words.plain(code)) for code in codes), key=lambda pair: pair[1])


async def tongues(asked: Asked) -> list[Pair]:
    """The languages in which messages go out."""
    return [(code, words.language(code)) for code in (await plan_of(asked))["languages"]]


async def committees(asked: Asked) -> list[Pair]:
    """Local and national committees by name."""
    found = await _items(asked, "applications", "/v1/entities")
    return sorted(((one["id"], one["name"]) for one in found if one["kind"] != "world"), key=lambda pair: pair[1])


async def local_committees(asked: Asked) -> list[Pair]:
    """Where somebody may sign up."""
    found = await _items(asked, "applications", "/v1/entities")
    return sorted(((one["id"], one["name"]) for one in found if one["kind"] == "local"), key=lambda pair: pair[1])


async def own_committees(asked: Asked) -> list[Pair]:
    """The caller's own committee first, then the others."""
    mine = str(asked.caller.entity) if asked.caller.entity else ""
    return sorted(await committees(asked), key=lambda pair: (pair[0] != mine, pair[1]))


async def members(asked: Asked) -> list[Pair]:
    """Active members, those of the item's committee first."""
    here = asked.item.get("entity_id")
    found = await _items(asked, "applications", "/v1/members", status="active")
    found.sort(key=lambda one: (one["entity_id"] != here, one["family_name"], one["given_name"]))
    return [(one["id"], f"{one['given_name']} {one['family_name']}".strip()) for one in found]


async def other_members(asked: Asked) -> list[Pair]:
    """The same without whoever has it in hand."""
    return [pair for pair in await members(asked) if pair[0] != asked.item.get("member_id")]


async def segments(asked: Asked) -> list[Pair]:
    """Segments of EPs that are in use."""
    found = await _items(asked, "scoring", "/v1/segments", party="ep", state="active")
    return sorted(((one["id"], one["name"]) for one in found), key=lambda pair: pair[1])


async def enablers(asked: Asked) -> list[Pair]:
    found = await _items(asked, "applications", "/v1/enablers")
    return sorted(((one["id"], one["name"]) for one in found), key=lambda pair: pair[1])
