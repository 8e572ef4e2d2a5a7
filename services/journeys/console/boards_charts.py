"""Drawings of the boards, worked out here and drawn by templates: bars of ages, a scatter with its line, a lag profile,
a small course with its target, and spreads."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDE, LINE, LEFT = 640, 30, 150


@dataclass(frozen=True, slots=True)
class Bar:
    """How many there are, and how many of them are late."""

    name: str
    count: int
    late: int = 0


@dataclass(frozen=True, slots=True)
class DrawnBar:
    bar: Bar
    y: int
    width: float
    late_width: float


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars below each other, from the side where reading begins."""

    lines: list[DrawnBar]
    height: int
    width: int = WIDE
    left: int = LEFT


def bars(given: Sequence[Bar]) -> Bars | None:
    """None when there is nothing to draw."""
    most = max((one.count for one in given), default=0)
    if most == 0:
        return None
    size = (WIDE - LEFT - 60) / most
    lines = [DrawnBar(one, place * LINE + 4, one.count * size, one.late * size) for place, one in enumerate(given)]
    return Bars(lines, len(given) * LINE + 8)


# --- two figures against each other


@dataclass(frozen=True, slots=True)
class Mark:
    x: float
    y: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Scatter:
    """Points in a frame of `width` × `height`; `fit` is the line through them, `ticks` the ends of both axes."""

    marks: list[Mark]
    fit: tuple[Mark, Mark] | None
    ticks_x: list[Mark]
    ticks_y: list[Mark]
    width: int = 640
    height: int = 360
    left: int = 60
    base: int = 320


def scatter(points: Sequence[tuple[float, float]], slope: float | None) -> Scatter | None:
    """Points as they are, and the line of this slope through their middle."""
    if not points:
        return None
    lows, highs = zip(*(_ends([point[side] for point in points]) for side in (0, 1)), strict=True)

    def at(x: float, y: float) -> tuple[float, float]:
        return 60 + (x - lows[0]) / (highs[0] - lows[0]) * 560, 320 - (y - lows[1]) / (highs[1] - lows[1]) * 300

    marks = [Mark(*(round(one, 1) for one in at(*point))) for point in points]
    fit = None
    if slope is not None:
        middle = [sum(point[side] for point in points) / len(points) for side in (0, 1)]
        ends = _inside(slope, (middle[0], middle[1]), lows, highs)
        fit = (Mark(*at(*ends[0])), Mark(*at(*ends[1])))
    ticks_x = [Mark(at(x, lows[1])[0], 340, _short(x)) for x in (lows[0], (lows[0] + highs[0]) / 2, highs[0])]
    ticks_y = [Mark(52, at(lows[0], y)[1], _short(y)) for y in (lows[1], (lows[1] + highs[1]) / 2, highs[1])]
    return Scatter(marks, fit, ticks_x, ticks_y)


def _ends(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = (high - low) * 0.06 or 1.0
    return low - room, high + room


def _inside(
    slope: float, middle: tuple[float, float], lows: Sequence[float], highs: Sequence[float]
) -> list[tuple[float, float]]:
    """The part of the line that lies in the frame."""
    ends = [lows[0], highs[0]]
    if abs(slope) > 1e-9:
        crossings = sorted(middle[0] + (y - middle[1]) / slope for y in (lows[1], highs[1]))
        ends = [max(ends[0], crossings[0]), min(ends[1], crossings[1])]
    return [(x, middle[1] + slope * (x - middle[0])) for x in ends]


def _short(value: float) -> str:
    return f"{value:.0f}".replace("-", "−") if abs(value) >= 10 else f"{value:.1f}".replace("-", "−")


# --- intervals beside each other


@dataclass(frozen=True, slots=True)
class Whisker:
    """A figure with its interval at a place; `aside` ones are shown for comparison."""

    name: str
    x: float
    y: float
    low: float
    high: float
    aside: bool


@dataclass(frozen=True, slots=True)
class Whiskers:
    lines: list[Whisker]
    zero: float
    ticks: list[Mark]
    width: int = 640
    height: int = 260


def whiskers(given: Sequence[tuple[str, float, float | None, float | None, bool]]) -> Whiskers | None:
    """(name, value, low, high, aside) from left to right; an open end goes to the edge."""
    if not given:
        return None
    known = [value for _, *values, _ in given for value in values if value is not None]
    low, high = min(0.0, *known), max(0.0, *known)
    room = (high - low) * 0.08 or 1.0
    low, high = low - room, high + room

    def y(value: float | None, edge: float) -> float:
        return round(220 - ((edge if value is None else value) - low) / (high - low) * 200, 1)

    step = 560 / len(given)
    lines = [
        Whisker(name, 60 + step * (place + 0.5), y(value, 0), y(under, low), y(over, high), aside)
        for place, (name, value, under, over, aside) in enumerate(given)
    ]
    ticks = [Mark(52, y(value, 0), f"{value:.2f}".replace("-", "−")) for value in (low, 0.0, high)]
    return Whiskers(lines, y(0.0, 0), ticks)


# --- what is and what would be


@dataclass(frozen=True, slots=True)
class Range:
    """A figure now and then, each from `low` over `mean` to `high`."""

    name: str
    low: float
    mean: float
    high: float
    then_low: float
    then_mean: float
    then_high: float


@dataclass(frozen=True, slots=True)
class DrawnRange:
    """The same in per mille of the widest."""

    range: Range
    was: tuple[float, float, float]
    would: tuple[float, float, float]


def ranges(given: Sequence[Range]) -> list[DrawnRange]:
    """Each against the largest of its own line: a promoter is seen beside a thousand applications."""
    found = []
    for one in given:
        most = max(one.high, one.then_high, 1.0)
        was = (one.low / most * 1000, one.mean / most * 1000, one.high / most * 1000)
        would = (one.then_low / most * 1000, one.then_mean / most * 1000, one.then_high / most * 1000)
        found.append(DrawnRange(one, was, would))
    return found


# --- a course with its target


@dataclass(frozen=True, slots=True)
class Course:
    """A line through the periods that have a figure, and the target's steps, in a frame of 300 × 100."""

    line: str
    target: str
    points: list[Mark]


def course(values: Sequence[float | None], targets: Sequence[float | None]) -> Course | None:
    """None when no period has a figure."""
    known = [one for one in (*values, *targets) if one is not None]
    if not any(value is not None for value in values):
        return None
    low, high = min(known), max(known)
    room = (high - low) * 0.12 or 1.0
    step = 300 / max(len(values), 1)

    def y(value: float) -> float:
        return round(95 - (value - low + room) / (high - low + 2 * room) * 90, 1)

    points = [Mark(round(step * (i + 0.5), 1), y(v)) for i, v in enumerate(values) if v is not None]
    line = " ".join(f"{'L' if i else 'M'}{mark.x} {mark.y}" for i, mark in enumerate(points))
    held = [f"M{round(step * i, 1)} {y(t)} h{round(step, 1)}" for i, t in enumerate(targets) if t is not None]
    return Course(line, " ".join(held), points)
