"""What every board begins with: who looks, the rooms as that person sees them, and what ids are called."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx

from services.journeys.console.pages.doors import framed, opened
from services.journeys.console.rooms import Panel, Rooms
from services.journeys.console.session import Session
from shared.access import Caller
from shared.web.door import Door

MOST_NAMES = 200
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entered:
    """One request for a board."""

    door: Door
    signed_in: Session
    rooms: Rooms

    @property
    def caller(self) -> Caller:
        return self.signed_in.caller

    def frame(self, here: str) -> Json:
        return framed(self.door, self.signed_in, here)

    async def panel(self, room: str, path: str, /, **params: Any) -> Panel:
        """The answer of one room, or why it isn't there; `params` that are empty aren't asked for."""
        asked = {name: value for name, value in params.items() if value not in (None, "")}
        return await self.rooms.panel(room, self.rooms.get(room, path, **asked))

    async def names(self, ids: Iterable[Any]) -> dict[str, str]:
        """What people, applications, enablers and committees are called; nothing where the room is away."""
        wanted = sorted({str(one) for one in ids if one})[:MOST_NAMES]
        if not wanted:
            return {}
        found = await self.rooms.panel("journeys", self.rooms.get("journeys", "/v1/names", id=wanted))
        return {one["id"]: one["text"] for one in found.items["items"]} if found.items else {}


async def entered(door: Door, client: httpx.AsyncClient) -> Entered:
    return Entered(door, *await opened(door, client))


def items(panel: Panel) -> list[Json]:
    """The rows that a panel brought; none where its room is away or not for this role."""
    found = panel.items
    return list(found.get("items", ())) if isinstance(found, dict) else list(found or ())
