"""Coordinates of the small pictures: a score with its range, and a course of scores over time. No text in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.scoring.schemas import TallyOut

WIDTH, HEIGHT, EDGE = 220.0, 96.0, 8.0
SPAN = 64.0


@dataclass(frozen=True, slots=True)
class Span:
    """A score on a line from −1 to 1, in a picture of 64 by 10."""

    low: float
    high: float
    score: float | None
    middle: float = SPAN / 2


@dataclass(frozen=True, slots=True)
class Point:
    """One assessment: where it stands, and from where to where the unknown could move it."""

    x: float
    y: float | None
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A course in a picture of 220 by 96; `line` joins those that have a score."""

    points: list[Point]
    line: str
    zero: float
    width: float = WIDTH
    height: float = HEIGHT


def span(tally: TallyOut) -> Span:
    """A score and its range as places on a line."""

    def place(value: float) -> float:
        return round(2 + (value + 1) / 2 * (SPAN - 4), 1)

    return Span(place(tally.low), place(tally.high), None if tally.score is None else place(tally.score))


def chart(moments: Sequence[datetime], tallies: Sequence[TallyOut | None], *, rtl: bool = False) -> Chart:
    """Scores over time, true to the time between them; from right to left where that is how one reads."""
    first, last = moments[0], moments[-1]
    whole = (last - first).total_seconds()
    points = []
    for at, tally in zip(moments, tallies, strict=True):
        if tally is None:
            continue
        share = (at - first).total_seconds() / whole if whole else 0.5
        x = EDGE + (1 - share if rtl else share) * (WIDTH - 2 * EDGE)
        y = None if tally.score is None else _height(tally.score)
        points.append(Point(round(x, 1), y, _height(tally.high), _height(tally.low)))
    line = " ".join(f"{one.x},{one.y}" for one in points if one.y is not None)
    return Chart(points, line, _height(0))


def _height(value: float) -> float:
    return round(EDGE + (1 - value) / 2 * (HEIGHT - 2 * EDGE), 1)
