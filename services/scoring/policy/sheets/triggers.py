"""Which answers decided: the smallest sets of answers whose flip turns the decision, the strongest single ones first.

Conditions are lines (`verdicts`), so a set takes a level away when it breaks one line, and lifts to the next level when
it mends all that are broken. A set is told only if no part of it does the same.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, lcm

from services.scoring.policy.sheets.scores import Answer, Columns
from services.scoring.policy.sheets.templates import NOT_ENOUGH, OURS, Template
from services.scoring.policy.sheets.verdicts import Cell, Line, Verdict, decide

MOST = 24  # sets that are told
BUDGET = 6_000  # sets that are looked at; beyond it one set is told that has no part it could do without
FLIPPED = {Answer.plus: Answer.minus, Answer.minus: Answer.plus, Answer.open: Answer.plus}


@dataclass(frozen=True, slots=True)
class Trigger:
    """Answers that together turn the decision; `turns_to` is what it would be if each of them were the other one.

    For a sheet of which too little is known these are questions whose answers would be enough; then `turns_to` is None.
    """

    cells: tuple[Cell, ...]
    turns_to: str | None


@dataclass(frozen=True, slots=True)
class Triggers:
    """`holds`: what took it to its level and would take it away; `lifts`: what keeps it from the next level;
    `missing`: what has to be known. `all` says whether these are all of the smallest ones."""

    holds: tuple[Trigger, ...] = ()
    lifts: tuple[Trigger, ...] = ()
    missing: tuple[Trigger, ...] = ()
    all: bool = True


def triggers(template: Template, columns: Columns, found: Verdict) -> Triggers:
    """What decided a sheet."""
    order = {one.id: place for place, one in enumerate(template.criteria)}
    if found.code == NOT_ENOUGH:
        sets, whole = _mending(found.needed, order)
        return Triggers(missing=tuple(Trigger(cells, None) for cells in sets), all=whole)
    broken, all_broken = _breaking(found.held, order)
    mended, all_mended = _mending(found.next, order)

    def told(sets: Iterable[tuple[Cell, ...]]) -> tuple[Trigger, ...]:
        return tuple(Trigger(cells, decide(template, flipped(columns, cells))) for cells in sets)

    return Triggers(holds=told(broken), lifts=told(mended), all=all_broken and all_mended)


def flipped(columns: Columns, cells: Iterable[Cell]) -> dict[str, dict[str, Answer]]:
    """The columns with these answers turned round."""
    turned = {key: dict(answers) for key, answers in columns.items()}
    for key, criterion in cells:
        turned[key][criterion] = FLIPPED[turned[key].get(criterion, Answer.open)]
    return turned


Order = dict[str, int]
Sets = list[tuple[Cell, ...]]
Works = Callable[[tuple[Cell, ...]], bool]


def _breaking(lines: Sequence[Line], order: Order) -> tuple[Sets, bool]:
    """Smallest sets that break at least one of these lines, which all hold; and whether none of them is left out."""
    costs = [(slack, {cell: -by for cell, by in effects.items() if by < 0}) for slack, effects in map(_whole, lines)]
    fewest = [_fewest(cost.values(), slack + 1) for slack, cost in costs]
    possible = [number for number in fewest if number is not None]
    if not possible:
        return [], True

    def breaks(cells: tuple[Cell, ...]) -> bool:
        return any(sum(cost.get(cell, 0) for cell in cells) > slack for slack, cost in costs)

    return _minimal(_pool([cost for _, cost in costs], order), min(possible), breaks)


def _mending(lines: Sequence[Line], order: Order) -> tuple[Sets, bool]:
    """Smallest sets that mend all lines that don't hold; none when nothing is broken or nothing mends it."""
    broken = [_whole(line) for line in lines if not line.met]
    gains = [(-slack, {cell: by for cell, by in effects.items() if by > 0}) for slack, effects in broken]
    fewest = [_fewest(gain.values(), lacking) for lacking, gain in gains]
    possible = [number for number in fewest if number is not None]
    if not broken or len(possible) < len(broken):
        return [], True

    def mends(cells: tuple[Cell, ...]) -> bool:
        return all(sum(gain.get(cell, 0) for cell in cells) >= lacking for lacking, gain in gains)

    return _minimal(_pool([gain for _, gain in gains], order), max(possible), mends)


def _whole(line: Line) -> tuple[int, dict[Cell, int]]:
    """Slack and effects of a line times their common denominator: whole numbers add up many times as fast."""
    scale = lcm(line.slack.denominator, *(by.denominator for by in line.effects.values()))
    return int(line.slack * scale), {cell: int(by * scale) for cell, by in line.effects.items()}


def _pool(weights: Sequence[dict[Cell, int]], order: Order) -> list[Cell]:
    """Cells that have any weight, the heaviest first, then ours before the rivals', then in the order of the sheet.

    Lines have scales of their own, so a weight counts as its part of the heaviest of its line.
    """
    heaviest: dict[Cell, float] = {}
    for one in weights:
        most = max(one.values(), default=1)
        for cell, by in one.items():
            heaviest[cell] = max(heaviest.get(cell, 0.0), by / most)
    return sorted(heaviest, key=lambda cell: (-heaviest[cell], cell[0] != OURS, cell[0], order[cell[1]]))


def _fewest(weights: Iterable[int], target: int) -> int | None:
    """How many of the heaviest weights reach the target; None when all together don't."""
    reached = 0
    for number, weight in enumerate(sorted(weights, reverse=True), 1):
        reached += weight
        if reached >= target:
            return number
    return None


def _minimal(pool: Sequence[Cell], fewest: int, works: Works) -> tuple[Sets, bool]:
    """Sets that work and have no smaller one in them, by size; no smaller set than `fewest` works."""
    found: Sets = []
    looked = 0
    for size in range(fewest, len(pool) + 1):
        if found and size > fewest + 1:
            return found, False  # larger ones say little beside the smallest
        if size > len(pool):
            return found, True
        if looked + comb(len(pool), size) > BUDGET:
            return (found, False) if found else ([_shrunk(pool, works)], False)
        for cells in combinations(pool, size):
            looked += 1
            if any(set(one) <= set(cells) for one in found) or not works(cells):
                continue
            found.append(cells)
            if len(found) == MOST:
                return found, False
        pool = [cell for cell in pool if (cell,) not in found]  # one that decides alone is in no larger set
    return found, True


def _shrunk(pool: Sequence[Cell], works: Works) -> tuple[Cell, ...]:
    """One set that works, from all of them by leaving out what isn't needed, the lightest first."""
    kept = list(pool)
    for cell in reversed(pool):
        rest = [one for one in kept if one != cell]
        if works(tuple(rest)):
            kept = rest
    return tuple(kept)
