"""Which answers a slice means, as signed rectangles of (sending below, hosting below) over the tree of entities.

"Below E on either side" is (E, *) + (*, E) − (E, E): an answer whose two sides both lie below E counts once. Slices and
scopes are products of such sums, so all of them can be put together from what is kept per place.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

Rectangle = tuple[UUID | None, UUID | None]
Region = dict[Rectangle, int]
EVERYWHERE: Region = {(None, None): 1}


class Tangled(Exception):
    """The tree isn't one: an entity stands below another one by some paths only. The answers themselves must tell."""


@dataclass(frozen=True)
class Tree:
    """Every known entity's path, from the top down to itself."""

    paths: Mapping[UUID, tuple[UUID, ...]]

    @cached_property
    def below(self) -> Mapping[UUID, frozenset[UUID]]:
        """Entity → all whose path holds it, itself among them once its own path is known."""
        found: dict[UUID, set[UUID]] = {}
        for entity, path in self.paths.items():
            for above in path:
                found.setdefault(above, set()).add(entity)
        return {above: frozenset(ids) for above, ids in found.items()}

    @cached_property
    def depths(self) -> Mapping[UUID, frozenset[int]]:
        """Entity → where it stands in paths, from 1 at the top; more than one place only while a move is under way."""
        found: dict[UUID, set[int]] = {}
        for path in self.paths.values():
            for depth, entity in enumerate(path, 1):
                found.setdefault(entity, set()).add(depth)
        return {entity: frozenset(depths) for entity, depths in found.items()}

    @cached_property
    def tops(self) -> tuple[UUID, ...]:
        return tuple(sorted({path[0] for path in self.paths.values() if path}))

    @cached_property
    def is_whole(self) -> bool:
        """Whether everything stands in one place and has one parent."""
        parents: dict[UUID, UUID | None] = {}
        for path in self.paths.values():
            for above, entity in zip((None, *path), path, strict=False):
                if parents.setdefault(entity, above) != above:
                    return False
        return True

    def children(self, above: UUID | None) -> list[UUID]:
        """The entities right below another one; below nothing: those right below the tops."""
        found = set()
        for path in self.paths.values():
            if above is None:
                found |= {*path[1:2]}
            elif above in path:
                place = path.index(above) + 1
                found |= {*path[place : place + 1]}
        return sorted(found)

    def meet(self, one: UUID | None, other: UUID | None) -> UUID | bool | None:
        """The entity below which both are; False when nothing is."""
        if one is None or one == other:
            return other if one is None else one
        if other is None:
            return one
        a, b = self.below.get(one, frozenset()), self.below.get(other, frozenset())
        if not a & b:
            return False
        if a >= b:
            return other
        if b >= a:
            return one
        raise Tangled


def either(entity: UUID) -> Region:
    return {(entity, None): 1, (None, entity): 1, (entity, entity): -1}


def product(tree: Tree, *regions: Region) -> Region:
    """What lies in all of these."""
    found = EVERYWHERE
    for region in regions:
        both: Counter[Rectangle] = Counter()
        for (a, b), sign in found.items():
            for (c, d), other in region.items():
                sending, hosting = tree.meet(a, c), tree.meet(b, d)
                if sending is not False and hosting is not False:
                    both[sending, hosting] += sign * other  # type: ignore[index]
        found = {rectangle: sign for rectangle, sign in both.items() if sign}
    return found


def less(region: Region, parts: Iterable[Region]) -> Region:
    """The rest of a region without parts of it."""
    rest = Counter(region)
    for part in parts:
        rest.subtract(part)
    return {rectangle: sign for rectangle, sign in rest.items() if sign}
