"""Which cells hold a region: the places that are kept, the grain that tells enough apart, whole months and the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from services.surveys.policy.regions import Rectangle, Region, Tree
from services.surveys.rollups.grains import Grain

NOBODY, ANYBODY = UUID(int=0), UUID(int=2**128 - 1)
FIRST, LAST = date(1900, 1, 1), date(9000, 12, 31)


class Unkept(Exception):
    """No cells hold this."""


class Lookup(NamedTuple):
    """Cells that are added (`sign` 1) or taken away: of one grain and place, that begin from `since` to `until`."""

    key: str
    grain: int
    s: UUID
    h: UUID
    sign: int
    since: date
    until: date


class Days(NamedTuple):
    """From a day to a day, both included; None for no end."""

    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Parts:
    """A period as the whole months within it, and what is left at its ends."""

    months: Days | None
    ends: tuple[Days, ...]


def parts_of(days: Days) -> Parts:
    """Split a period; one that begins after it ends has no parts."""
    first, last = days.since or FIRST, days.until or LAST
    if last < first:
        return Parts(None, ())
    begin = first if first.day == 1 else _next_month(first)
    after = last + timedelta(days=1)
    stop = after.replace(day=1)  # the first day that no whole month reaches
    if begin >= stop:
        return Parts(None, (Days(first, last),))
    ends = [Days(first, begin - timedelta(days=1))] if first < begin else []
    if stop <= last:
        ends.append(Days(stop, last))
    return Parts(Days(begin, stop - timedelta(days=1)), tuple(ends))


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def kept(
    tree: Tree, regions: Mapping[str, Region], parts: Parts, countries: bool, languages: bool
) -> tuple[list[Lookup], list[Days]]:
    """The cells of these regions by key, and the ends that have to be read from answers; Unkept when no cells hold one.

    The ends are read either all from cells or all from answers.
    """
    ends, found, from_cells = list(parts.ends), list[Lookup](), True
    placed = [
        (key, sign, *_place(tree, rectangle)) for key, region in regions.items() for rectangle, sign in region.items()
    ]
    for key, sign, level, pairs in placed:
        if parts.months:
            grain = _monthly(level, countries, languages)
            found += [Lookup(key, grain, s, h, sign, *_bounds(parts.months)) for s, h in pairs]
        from_cells = from_cells and _daily(level, countries, languages) is not None
    if not ends or not from_cells:
        return found, ends
    for key, sign, level, pairs in placed:
        grain = _daily(level, countries, languages)
        assert grain is not None
        found += [Lookup(key, grain, s, h, sign, *_bounds(end)) for s, h in pairs for end in ends]
    return found, []


def _bounds(days: Days) -> tuple[date, date]:
    return days.since or FIRST, days.until or LAST


def _place(tree: Tree, rectangle: Rectangle) -> tuple[int, list[tuple[UUID, UUID]]]:
    """The level and the places whose cells hold a rectangle, as `roll_places` says them."""
    a, b = rectangle
    depths = [frozenset({1}) if one is None else tree.depths.get(one, frozenset()) for one in rectangle]
    if any(1 in found and len(found) > 1 for found in depths):
        raise Unkept
    if all(found == {1} for found in depths):
        everyone = [*tree.tops, NOBODY]
        return 1, [(s, h) for s in ([a] if a else everyone) for h in ([b] if b else everyone)]
    if a is None or b is None or a == b:
        (deep,) = {found for found, one in zip(depths, rectangle, strict=True) if one is not None}
        if len(deep) > 1 and 2 in deep:
            raise Unkept
        return 2 if deep == {2} else 4, [(a or ANYBODY, b or ANYBODY)]
    if all(found == {2} for found in depths):
        return 3, [(a, b)]
    raise Unkept


def _monthly(level: int, countries: bool, languages: bool) -> Grain:
    if not countries and not languages:
        return Grain.month
    if level > 2:
        raise Unkept
    if level != 1 or (countries and languages):
        return Grain.month_both
    return Grain.month_country if countries else Grain.month_language


def _daily(level: int, countries: bool, languages: bool) -> Grain | None:
    if level == 1:
        return Grain.day_country if countries and not languages else None if countries else Grain.day_language
    return Grain.day if level == 2 and not countries and not languages else None
