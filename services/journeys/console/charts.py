"""The course of a score as a drawing: points of an SVG, computed here and drawn by a template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from services.journeys.console import words

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 62, 8, 14, 32
LABEL = 70  # room that a date needs


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    at: datetime
    score: float


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Course:
    """A stepped line, one step for each change: a score holds until the next one, however long that takes."""

    points: list[Point]
    line: str
    area: str
    ticks_x: list[Tick]
    ticks_y: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    base: int = HEIGHT - BOTTOM


def score_course(history: Sequence[dict[str, Any]], zone: str | None) -> Course | None:
    """The drawing of a score history (oldest first); None when there is nothing to draw.

    Changes come in bursts with months between them: equal steps show each of them, the dates below tell the rest.
    """
    if not history:
        return None
    changes = _changes(history)
    points = [
        Point(_x(place, len(changes)), _y(change["score"]), words.moment(change["at"]), change["score"])
        for place, change in enumerate(changes)
    ]
    line = _steps(points)
    area = f"{line} V{HEIGHT - BOTTOM} H{points[0].x:.1f} Z"
    shares = [Tick(_y(part), words.percent(part)) for part in (0, 0.5, 1)]
    return Course(points, line, area, _days(points, zone), shares)


def _changes(history: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those entries that moved the score as it is shown."""
    moved = [after for before, after in pairwise(history) if round(after["score"], 2) != round(before["score"], 2)]
    return [history[0], *moved]


def _x(place: int, count: int) -> float:
    """Each change has a step of its own, the last one as well."""
    return round(LEFT + place / count * (WIDTH - LEFT - RIGHT), 1)


def _y(score: float) -> float:
    return round(TOP + (1 - min(max(score, 0), 1)) * (HEIGHT - TOP - BOTTOM), 1)


def _steps(points: Sequence[Point]) -> str:
    path = f"M{points[0].x:.1f} {points[0].y:.1f}"
    for _, after in pairwise(points):
        path += f" H{after.x:.1f} V{after.y:.1f}"
    return f"{path} H{WIDTH - RIGHT}"


def _days(points: Sequence[Point], zone: str | None) -> list[Tick]:
    """The day of the first change of each day, as far as they don't run into each other."""
    ticks: list[Tick] = []
    last = None
    for point in points:
        on = words.local(point.at, zone)
        if on.date() != last and (not ticks or point.x - ticks[-1].at > LABEL):
            ticks.append(Tick(point.x, words.short_day(on), "start"))
        last = on.date()
    return ticks
