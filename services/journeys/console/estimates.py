"""Estimates on pages: what is asked for, as the address says it, and how the answer stands."""

import json
from dataclasses import dataclass
from typing import Any

from services.journeys.console import here
from services.journeys.console.rooms import Rooms

PARAMS = ("of", "start", "goal", "since", "until", "as_of", "horizon")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question: kind, its params, a segment. `body` is what asks for it, as JSON in a hidden field."""

    kind: str
    params: dict[str, str]
    segment: str | None

    @property
    def body(self) -> str:
        return json.dumps({"params": self.params, "segment": self.segment})


@dataclass(frozen=True, slots=True)
class Shown:
    """An estimate for a template: the question, and what the room answers to it."""

    wanted: Wanted
    state: str
    progress: float
    as_of: str | None
    behind: bool
    old: bool
    working: bool
    result: Any

    @classmethod
    def of(cls, question: Wanted, reply: Any) -> "Shown":
        """What any reply says that tells how an estimate stands; its `result`, if it has one."""
        names = ("state", "progress", "as_of", "behind", "old", "working")
        return cls(question, *(reply[name] for name in names), reply.get("result"))


def wanted(kind: str, *names: str, **always: str) -> Wanted:
    """The question of this page's address; `names` are the params that this kind knows."""
    query = here.query()
    given = {name: query[name] for name in names if query.get(name)}
    return Wanted(kind, given | always, query.get("segment") or None)


async def shown(rooms: Rooms, question: Wanted) -> Shown:
    """How the answer stands; NotFound when the room can't make sense of the question."""
    found = await rooms.get("journeys", f"/v1/estimates/{question.kind}", segment=question.segment, **question.params)
    return Shown.of(question, found)


async def segments_of(rooms: Rooms) -> list[Any]:
    """The segments that figures can be asked of."""
    return await rooms.every("journeys", "/v1/segments", most=200)


async def names_of(rooms: Rooms, ids: list[str]) -> dict[str, str]:
    """What these ids are called; unknown ones are left out."""
    wanted_ids = sorted({one for one in ids if len(one) == 36})[:200]
    if not wanted_ids:
        return {}
    found = await rooms.get("journeys", "/v1/names", id=wanted_ids)
    return {one["id"]: one["text"] for one in found["items"]}
