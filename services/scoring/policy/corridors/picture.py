"""The picture of a corridor: boxes in columns by how early they usually come, arrows between them, as wide as often.

Only places and words are worked out here; a template draws them. All that the picture says stands in a table beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.scoring.policy.corridors.mining import BEGIN, REACHED, STOPPED, Corridor, Edge

BOX_W, BOX_H, GAP_X, GAP_Y, EDGE_ROOM = 184, 58, 72, 40, 24
LANE = 14  # between arrows that go round boxes
MOST_BOXES, MOST_ARROWS = 14, 24
WIDEST = 9.0
ENDS = {BEGIN: "Begin", REACHED: "Reached", STOPPED: "Stopped"}


@dataclass(frozen=True, slots=True)
class Box:
    """An activity at its place; `kind` is begin, reached, stopped or step."""

    name: str
    kind: str
    title: str
    line: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """A curve between two boxes with its width, and the words at `x`, `y`."""

    path: str
    width: float
    label: str
    x: float
    y: float
    kind: str


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    left_out: int


def title_of(name: str) -> str:
    """An activity as a person reads it."""
    return ENDS.get(name) or name.replace("-", " ").replace("_", " ").replace(":", " · ").capitalize()


def picture(corridor: Corridor) -> Picture:
    """Where everything stands. What doesn't fit is left out, the rarest first, and stands in the table alone."""
    names = _names(corridor)
    columns = _columns(corridor, names)
    places = {name: (x, y) for x, column in enumerate(columns) for y, name in enumerate(column)}
    tallest = max((len(column) for column in columns), default=1)
    counts = {one.name: one.cases for one in corridor.activities} | _end_counts(corridor)
    boxes = tuple(
        _box(name, counts.get(name, 0), *places[name], len(columns[places[name][0]]), tallest) for name in places
    )
    at = {box.name: box for box in boxes}
    drawn = [edge for edge in corridor.edges if edge.first in at and edge.then in at][:MOST_ARROWS]
    most = max((edge.cases for edge in drawn), default=1)
    lowest = max(box.y for box in boxes) + BOX_H
    arrows, lanes = [], 0
    for edge in drawn:
        lanes += _goes_round(at[edge.first], at[edge.then])
        arrows.append(_arrow(edge, at[edge.first], at[edge.then], most, lowest + lanes * LANE))
    width = len(columns) * (BOX_W + GAP_X) - GAP_X + 2 * EDGE_ROOM
    height = lowest + (lanes + 1) * LANE + EDGE_ROOM
    return Picture(width, height, boxes, tuple(arrows), len(corridor.edges) - len(drawn))


def _names(corridor: Corridor) -> list[str]:
    ends = {edge.first for edge in corridor.edges} | {edge.then for edge in corridor.edges}
    steps = [one.name for one in corridor.activities][:MOST_BOXES]
    return [BEGIN, *steps, *(end for end in (REACHED, STOPPED) if end in ends)]


def _end_counts(corridor: Corridor) -> Mapping[str, int]:
    reached = corridor.conversion.part if corridor.conversion else 0
    ended = corridor.conversion.n if corridor.conversion else 0
    return {BEGIN: corridor.cases, REACHED: reached, STOPPED: ended - reached}


def _columns(corridor: Corridor, names: list[str]) -> list[list[str]]:
    """Layers: an activity stands after the one from which most people come to it, when that is not after it itself."""
    layer = {BEGIN: 0}
    waiting = [name for name in names if name not in (BEGIN, REACHED, STOPPED)]
    into: dict[str, list[Edge]] = {name: [] for name in names}
    for edge in corridor.edges:
        if edge.then in into and edge.first != edge.then:
            into[edge.then].append(edge)
    while waiting:
        ready = [
            (edge.cases, name, edge.first)
            for name in waiting for edge in into[name] if edge.first in layer
        ]  # fmt: skip
        if not ready:
            layer |= dict.fromkeys(waiting, max(layer.values()) + 1)
            break
        _, name, before = max(ready, key=lambda one: (one[0], one[1]))
        layer[name] = layer[before] + 1
        waiting.remove(name)
    last = max(layer.values()) + 1
    layer |= {name: last for name in (REACHED, STOPPED) if name in names}
    found: list[list[str]] = [[] for _ in range(last + 1)]
    for name in names:
        found[layer[name]].append(name)
    return [column for column in found if column]


def _box(name: str, cases: int, x: int, y: int, here: int, tallest: int) -> Box:
    down = (tallest - here) * (BOX_H + GAP_Y) // 2
    kind = name if name in ENDS else "step"
    left, top = EDGE_ROOM + x * (BOX_W + GAP_X), EDGE_ROOM + BOX_H // 2 + down + y * (BOX_H + GAP_Y)
    return Box(name, kind, _short(title_of(name)), f"{cases:,} people", left, top)


def _short(text: str, longest: int = 23) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _goes_round(first: Box, then: Box) -> bool:
    """Whether an arrow goes below all boxes: back, or over a column between."""
    return first is not then and not 0 < then.x - first.x <= BOX_W + GAP_X


def _arrow(edge: Edge, first: Box, then: Box, most: int, low: int) -> Arrow:
    width = round(1 + (WIDEST - 1) * edge.cases / most, 1)
    label = f"{edge.cases:,}"
    if first is then:  # a loop stands above its box
        x, y = first.x + BOX_W // 2, first.y
        path = f"M {x - 26} {y} C {x - 40} {y - 34}, {x + 40} {y - 34}, {x + 26} {y - 4}"
        return Arrow(path, min(width, 4), label, x, y - 28, "loop")
    if _goes_round(first, then):
        back = then.x <= first.x
        a, b = first.x + BOX_W * (1 if back else 3) // 4, then.x + BOX_W * (3 if back else 1) // 4
        top, end = first.y + BOX_H, then.y + BOX_H + 6
        turn = 18 if b > a else -18
        path = (
            f"M {a} {top} V {low - 18} Q {a} {low}, {a + turn} {low} H {b - turn} Q {b} {low}, {b} {low - 18} V {end}"
        )
        return Arrow(path, min(width, 4), label, a + turn * 2, low - 5, "back" if back else "over")
    a, b = first.x + BOX_W, then.x
    y, z = first.y + BOX_H // 2, then.y + BOX_H // 2
    bend = (b - a) / 2
    path = f"M {a} {y} C {a + bend:.0f} {y}, {b - bend:.0f} {z}, {b - 6} {z}"
    return Arrow(path, width, label, (a + b) / 2, (y + z) / 2 - 7, "on")
