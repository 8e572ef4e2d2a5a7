"""The share that comes to a stage over time, as a drawing: a stepped line with its band, and who was at risk below."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 330
LEFT, RIGHT, TOP, BOTTOM = 58, 16, 16, 74
STEPS = (1, 2, 5, 7, 10, 14, 20, 30, 60, 90, 180, 365)
MOST_TICKS = 7


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid: where it is, what stands beside it, and (of days) how many were at risk."""

    at: float
    value: float
    at_risk: int | None = None

    @property
    def anchor(self) -> str:
        """Where the text stands: within the drawing."""
        return "end" if self.at > WIDTH - 4 * RIGHT else "middle"


@dataclass(frozen=True, slots=True)
class Curve:
    """Paths of the line and of the band round it, in the units of the drawing."""

    line: str
    band: str
    days: list[Tick]
    shares: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    base: int = HEIGHT - BOTTOM


def incidence_curve(points: Sequence[Sequence[float]]) -> Curve | None:
    """The drawing of points (day, share, low, high, at risk); None when there are none, or nothing but the start."""
    if len(points) < 2 or points[-1][0] <= 0:
        return None
    last, top = points[-1][0], _round_up(max(point[3] for point in points))
    x, y = (lambda day: LEFT + day / last * (WIDTH - LEFT - RIGHT)), (lambda share: _y(share, top))
    line = _stepped([(x(day), y(share)) for day, share, *_ in points])
    upper = _stepped([(x(day), y(high)) for day, _, _, high, _ in points])
    lower = [(x(day), y(low)) for day, _, low, _, _ in points]
    band = f"{upper} {_back(lower)} Z"
    days = [Tick(round(x(day), 1), day, _at_risk(points, day)) for day in _days(last)]
    shares = [Tick(round(y(top * part / 4), 1), top * part / 4) for part in range(5)]
    return Curve(line, band, days, shares)


def _y(share: float, top: float) -> float:
    return TOP + (1 - share / top) * (HEIGHT - TOP - BOTTOM)


def _round_up(share: float) -> float:
    """The share at which the axis ends: a little above the highest, in round numbers."""
    return next((top for top in (0.02, 0.04, 0.08, 0.2, 0.4, 0.6, 0.8) if share <= top), 1.0)


def _days(last: float) -> list[float]:
    step = next((one for one in STEPS if last / one <= MOST_TICKS), STEPS[-1])
    while last / step > MOST_TICKS:
        step *= 2
    return [float(day) for day in range(0, int(last) + 1, step)]


def _at_risk(points: Sequence[Sequence[float]], day: float) -> int:
    """Whoever is at risk on that day: the number at the first point that is no earlier."""
    return int(next((point[4] for point in points if point[0] >= day), 0))


def _stepped(places: Sequence[tuple[float, float]]) -> str:
    (x, y), *rest = places
    path = f"M{x:.1f} {y:.1f}"
    for x, y in rest:
        path += f" H{x:.1f} V{y:.1f}"
    return path


def _back(places: Sequence[tuple[float, float]]) -> str:
    """The lower edge of a band, from its end to its start."""
    x, y = places[-1]
    path = f"L{x:.1f} {y:.1f}"
    for (left, below), (right, _) in zip(reversed(places[:-1]), reversed(places[1:]), strict=True):
        path += f" L{right:.1f} {below:.1f} H{left:.1f}"
    return path
