"""What comes next with a customer: what members have to do, and which messages wait."""

from dataclasses import dataclass
from typing import Any

from services.journeys.console.rooms import MOST, Panel, Rooms, together

Json = dict[str, Any]
FIRST = 4  # messages that are named
WAITING = ("waiting", "due")


@dataclass(frozen=True, slots=True)
class Coming:
    """All touchpoints, by when they are due, and the tasks that are open; `audience` is the customer's."""

    audience: str
    touchpoints: Panel
    tasks: Panel

    @property
    def to_do(self) -> list[Json]:
        return list(self.tasks.items)

    @property
    def waiting(self) -> list[Json]:
        """The next messages to the customer."""
        return self._all[:FIRST]

    @property
    def more(self) -> int:
        return len(self._all) - len(self.waiting)

    @property
    def _all(self) -> list[Json]:
        return [one for one in self.touchpoints.items if one["state"] in WAITING and one["audience"] == self.audience]


async def coming_of(rooms: Rooms, **whose: str) -> Coming:
    """Of a `person_id` or an `enabler_id`."""
    touchpoints, tasks = await together(
        rooms.panel("notifications", _sorted(rooms, "/v1/touchpoints", "due_at", **whose)),
        rooms.panel("notifications", _sorted(rooms, "/v1/tasks", "due_on", state="open", **whose)),
    )
    return Coming("enabler" if "enabler_id" in whose else "ep", touchpoints, tasks)


async def _sorted(rooms: Rooms, path: str, due: str, **asked: str) -> list[Json]:
    found = await rooms.get("notifications", path, limit=MOST, **asked)
    return sorted(found["items"], key=lambda one: (one[due], one["code"]))
