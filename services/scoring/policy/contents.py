"""The next best content of a page: what the catalogue has for somebody in these segments, and what strangers see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Slot(StrEnum):
    """A place on a page or in the app."""

    opportunities = "opportunities"
    story = "story"
    call_to_action = "call_to_action"


class Seen(StrEnum):
    """What became of a content."""

    shown = "shown"
    clicked = "clicked"


@dataclass(frozen=True, slots=True)
class Choice:
    """A content that may be shown: to members of `segment_id`, or to anybody (None). More `weight` goes first."""

    id: UUID
    slot: Slot
    segment_id: UUID | None
    weight: int


def choose(choices: Iterable[Choice], segments: Iterable[UUID]) -> dict[Slot, Choice]:
    """For each slot the content of the heaviest weight among those meant for one of these segments; else the heaviest
    of those that are for anybody. Equal weights: the older one, so that a page doesn't flicker."""
    within = set(segments)
    found: dict[Slot, Choice] = {}
    for one in sorted(choices, key=lambda choice: (choice.segment_id is None, -choice.weight, choice.id)):
        if one.slot not in found and (one.segment_id is None or one.segment_id in within):
            found[one.slot] = one
    return found


def of_strangers(choices: Sequence[Choice]) -> dict[Slot, Choice]:
    """What is shown to whom nobody knows, or who doesn't want it made for them."""
    return choose(choices, ())
