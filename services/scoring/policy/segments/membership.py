"""Who comes into a segment and who leaves it, when the members are looked at again."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.scoring.policy.segments.conditions import holds


class Move(StrEnum):
    """What happened to a membership."""

    entered = "entered"
    left = "left"


@dataclass(frozen=True, slots=True)
class Rule:
    """A segment's rule and its owner: it is about the owner's entity and all below it. None: about everybody."""

    segment_id: UUID
    number: int
    condition: Mapping[str, Any]
    owner: UUID | None


def moves(
    rules: Iterable[Rule], path: Collection[UUID], row: Mapping[str, Any] | None, now_in: Collection[UUID]
) -> list[tuple[Rule, Move]]:
    """The changes of one subject's memberships. `path`: its entity and those above. Without a row (erased) it leaves
    everything."""
    found = []
    for rule in rules:
        belongs = row is not None and belongs_to(rule, path, row)
        if belongs != (rule.segment_id in now_in):
            found.append((rule, Move.entered if belongs else Move.left))
    return found


def belongs_to(rule: Rule, path: Collection[UUID], row: Mapping[str, Any]) -> bool:
    """Whether a subject with this row, of an entity with this path, is in by the rule."""
    return (rule.owner is None or rule.owner in path) and holds(rule.condition, row)
