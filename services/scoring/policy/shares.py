"""Which share of those to whom an action applies get it: as the nearest committee says, else the catalogue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.scoring.policy.actions import Action


@dataclass(frozen=True, slots=True)
class Said:
    """The newest that a committee said of an action, for itself and all below it."""

    entity_id: UUID
    action: str
    version: int
    share: float


def effective(action: Action, said: Iterable[Said], path: Sequence[UUID]) -> tuple[float, int]:
    """The share that holds, and the version that says so (0: the catalogue); `path` runs from the root downwards."""
    mine = {one.entity_id: one for one in said if one.action == action.code}
    nearest = next((mine[entity] for entity in reversed(path) if entity in mine), None)
    return (nearest.share, nearest.version) if nearest else (action.share, 0)
