"""Any slice of the answers, from roll-ups: cells of whole months, days or raw answers at the ends, notes not folded.

All parts are read in one statement, so in one snapshot. What the roll-ups can't tell (a corridor of two local entities,
say) is read from the answers; it gives the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.surveys.policy.figures import Histogram
from services.surveys.policy.metrics import SCALES
from services.surveys.policy.regions import EVERYWHERE, Region, Tangled, Tree, either, less, product
from services.surveys.policy.slices import Dimension, Slice
from services.surveys.rollups.cutting import NONE, Cut, Sides, statement
from services.surveys.rollups.places import Days, Lookup, Unkept, kept, parts_of
from shared.access import Caller, Role
from shared.storage.tx import Uow

ENTITIES = {"sending_entity": 0, "hosting_entity": 1}
PATHS = "SELECT entity_id, path FROM entity_path"
STAMP = """SELECT current_database(), pg_postmaster_start_time(), count(*), sum(xmin::text::bigint) FROM entity_path"""
Counts = tuple[int, ...]
_tree: list[tuple[Any, Tree]] = []  # the one that was read last, and what it was read of


@dataclass(frozen=True, slots=True)
class Response:
    """Of those asked: how many the invitation reached, how many have answered so far."""

    asked: int
    delivered: int
    answered: int


async def slice_counts(
    uow: Uow, wanted: Slice, by: Dimension | None = None, below: UUID | None = None
) -> dict[str, Counts]:
    """How many gave each value of the metric's scale, lowest first, by the values of a dimension; without one under ''.

    Of entities those right below `below` (or below the tops), and `below` itself for what names it and none below it.
    """
    values = SCALES[wanted.metric].values
    found = await _counts(uow, _cut(wanted, wanted.metric.value, [wanted.about]), by, below)
    return {key: counts[values.start : values.stop] for key, counts in found.items()}


async def slice_responses(
    uow: Uow, wanted: Slice, questionnaires: Iterable[str], by: Dimension | None = None, below: UUID | None = None
) -> dict[str, Response]:
    """Who was asked in the slice's days by these questionnaires, and how far that went."""
    found = await _counts(uow, _cut(wanted, "asked", sorted(questionnaires)), by, below)
    return {key: Response(sum(n), n[1] + n[2], n[2] + n[3]) for key, n in found.items()}


async def histogram(uow: Uow, wanted: Slice) -> Histogram:
    """All answers of a slice."""
    return (await histograms(uow, wanted, None)).get("", Histogram.of(wanted.metric, {}))


async def histograms(uow: Uow, wanted: Slice, by: Dimension | None, below: UUID | None = None) -> dict[str, Histogram]:
    """The answers of a slice by the values of a dimension, in their order; without one, all under ''.

    The same as `raw.histograms`, but that a wave is an occasion on which several people are asked: all others are none.
    """
    found = await slice_counts(uow, wanted, by, below)
    return {key: Histogram(SCALES[wanted.metric].low, counts) for key, counts in found.items()}


def _cut(wanted: Slice, kind: str, abouts: list[str]) -> Cut:
    names = ("since", "until", "product", "country", "language", "programme", "wave")
    given = {name: getattr(wanted, name) for name in names}
    return Cut(kind, abouts, wanted.party, wanted.entity_id, **given)


async def _counts(uow: Uow, cut: Cut, by: str | None, below: UUID | None) -> dict[str, Counts]:
    tree = await tree_of(uow)
    terms = _terms(uow.caller, cut.entity_id)
    if terms is None:
        return {}
    sides = [Sides(side, sorted(tree.below.get(entity, ()))) for side, entity in terms]
    if not all(one.ids for one in sides):
        return {}
    lookups, rest = _planned(tree, cut, [_region(*term) for term in terms], by, below)
    text, values = statement(cut, sides, lookups, rest, by, below)
    rows = await uow.fetch(text, *values)
    return {row[0]: tuple(row[1:]) for row in rows if any(row[1:])}


async def tree_of(uow: Uow) -> Tree:
    """The room's copy of the tree of entities; read again when a row of it has changed."""
    stamp = tuple((await uow.fetch(STAMP))[0])
    if not _tree or _tree[0][0] != stamp:
        tree = Tree({row["entity_id"]: tuple(row["path"]) for row in await uow.fetch(PATHS)})
        _tree[:] = [(stamp, tree)]
    return _tree[0][1]


def _terms(caller: Caller, entity_id: UUID | None) -> list[tuple[str, UUID]] | None:
    """What both the scope and the slice ask of the sides; None for a caller who sees no slices."""
    found = [] if entity_id is None else [("either", entity_id)]
    if caller.role in (Role.global_manager, Role.service, Role.auditor):
        return found
    scopes = {Role.sending_manager: "sending", Role.hosting_manager: "hosting", Role.national_manager: "either"}
    if caller.role not in scopes or caller.entity is None:
        return None
    scope = (scopes[caller.role], caller.entity)
    return found if scope in found else [*found, scope]


def _region(side: str, entity: UUID) -> Region:
    return {"sending": {(entity, None): 1}, "hosting": {(None, entity): 1}}.get(side) or either(entity)


def _planned(
    tree: Tree, cut: Cut, regions: list[Region], by: str | None, below: UUID | None
) -> tuple[list[Lookup], list[Days]]:
    """Which cells to add up, and which days must be read from the answers."""
    whole = Days(cut.since, cut.until)
    if cut.wave is not None and not cut.is_wave:
        return [], [whole]
    try:
        wanted = product(tree, *regions) if regions else EVERYWHERE
        parts = _split(tree, wanted, ENTITIES[by], below) if by in ENTITIES else {"": wanted}
        countries, languages = (getattr(cut, name) is not None or by == name for name in ("country", "language"))
        return kept(tree, parts, parts_of(whole), countries, languages)
    except (Tangled, Unkept):
        return [], [whole]


def _split(tree: Tree, wanted: Region, side: int, below: UUID | None) -> dict[str, Region]:
    """The region of each entity right below another one, of that one by itself, and of none."""
    if not tree.is_whole:
        raise Tangled

    def within(entity: UUID) -> Region:
        return product(tree, wanted, {(entity, None) if side == 0 else (None, entity): 1})

    children = {child: within(child) for child in tree.children(below)}
    found = {str(child): region for child, region in children.items()}
    for top in tree.tops if below is None else [below]:
        inside = [region for child, region in children.items() if top in tree.paths.get(child, (top,))]
        found[str(top)] = less(within(top), inside)
    if below is None:
        found[NONE] = less(wanted, [within(top) for top in tree.tops])
    return {key: region for key, region in found.items() if region}
