"""The course of a score as a drawing: points of an SVG, computed here and drawn by a template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from services.journeys.console import words

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 14, 14, 30


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
    """A stepped line: a score holds until the next one."""

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
    """The drawing of a score history (oldest first); None when there is nothing to draw."""
    if not history:
        return None
    moments = [words.moment(change["at"]) for change in history]
    first, last = moments[0], max(moments[-1], moments[0] + timedelta(hours=1))
    points = [
        Point(_x(moment, first, last), _y(change["score"]), moment, change["score"])
        for moment, change in zip(moments, history, strict=True)
    ]
    line = _steps(points)
    base = HEIGHT - BOTTOM
    area = f"{line} V{base} H{points[0].x:.1f} Z"
    return Course(points, line, area, _days(first, last, zone), [Tick(_y(part), f"{part:.0%}") for part in (0, 0.5, 1)])


def _x(moment: datetime, first: datetime, last: datetime) -> float:
    return round(LEFT + (moment - first) / (last - first) * (WIDTH - LEFT - RIGHT), 1)


def _y(score: float) -> float:
    return round(TOP + (1 - min(max(score, 0), 1)) * (HEIGHT - TOP - BOTTOM), 1)


def _steps(points: Sequence[Point]) -> str:
    path = f"M{points[0].x:.1f} {points[0].y:.1f}"
    for _, after in pairwise(points):
        path += f" H{after.x:.1f} V{after.y:.1f}"
    return f"{path} H{WIDTH - RIGHT}"


def _days(first: datetime, last: datetime, zone: str | None) -> list[Tick]:
    """The first and the last day, and one between when there is room."""
    apart = (last - first).days
    labels = [(first, "start"), (last, "end")] if apart else [(first, "start")]
    if apart >= 14:
        labels.insert(1, (first + (last - first) / 2, "middle"))

    def tick(moment: datetime, anchor: str) -> Tick:
        on = words.local(moment, zone)
        return Tick(_x(moment, first, last), f"{on.day} {on:%b}", anchor)

    return [tick(moment, anchor) for moment, anchor in labels]
