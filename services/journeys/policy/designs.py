"""Designs of journeys, pure: their states, what is wrong with a document's shape, what two of them say differently."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ValidationError

Fault = tuple[tuple[str | int, ...], str]
Check = Callable[[Mapping[str, Any]], list[Fault]]


class DesignState(StrEnum):
    """The life of a version: written, in use, replaced. A retired one may be published again."""

    draft = "draft"
    published = "published"
    retired = "retired"


def shape_faults(model: type[BaseModel], document: Mapping[str, Any]) -> list[Fault]:
    """What pydantic has against it, as faults."""
    try:
        model.model_validate(document)
    except ValidationError as error:
        return [(tuple(one["loc"]), one["msg"].removeprefix("Value error, ")) for one in error.errors()]
    return []


class Turn(StrEnum):
    """What became of a part of a document."""

    added = "added"
    removed = "removed"
    changed = "changed"
    moved = "moved"


@dataclass(frozen=True, slots=True)
class Difference:
    """`pointer` names listed parts by their id, not their place: /steps/apply/title. None: it wasn't there."""

    pointer: str
    turn: Turn
    before: Any = None
    after: Any = None


def differences(before: Any, after: Any, at: str = "") -> Iterator[Difference]:
    """What the second document says other than the first, part by part, in the order of the first."""
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _parts(before, after, at)
    elif _by_id(before) is not None and (now := _by_id(after)) is not None:
        was = _by_id(before) or {}
        yield from _parts(was, now, at)
        stayed = [id_ for id_ in was if id_ in now]
        order = [id_ for id_ in now if id_ in was]
        if stayed != order:
            yield Difference(at or "/", Turn.moved, stayed, order)
    elif before != after:
        yield Difference(at or "/", Turn.changed, before, after)


def _parts(before: Mapping[str, Any], after: Mapping[str, Any], at: str) -> Iterator[Difference]:
    for name in [*before, *(name for name in after if name not in before)]:
        where = f"{at}/{str(name).replace('~', '~0').replace('/', '~1')}"
        if name not in after:
            yield Difference(where, Turn.removed, before[name])
        elif name not in before:
            yield Difference(where, Turn.added, None, after[name])
        else:
            yield from differences(before[name], after[name], where)


def _by_id(value: Any) -> dict[str, Any] | None:
    """A list of parts that have ids, by them; None for anything else."""
    if not isinstance(value, list) or not value:
        return {} if value == [] else None
    if not all(isinstance(one, dict) and isinstance(one.get("id"), str) for one in value):
        return None
    return {one["id"]: one for one in value}
