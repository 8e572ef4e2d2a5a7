"""Small charts as SVG: lines, points and whiskers in one frame, with a legend and words for those who can't see it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from math import log10

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 720, 420, 70, 60, 50, 210
GREY = "#5f6368"
Point = tuple[float, float]


@dataclass(frozen=True)
class Series:
    """A name and its points; whiskers (low, high) stand beside each point when they are given."""

    name: str
    points: Sequence[Point]
    colour: str = GREY
    whiskers: Sequence[Point] = ()
    dashed: bool = False


@dataclass(frozen=True)
class Chart:
    """`x` and `y` are the ends of the axes; `by_tens` spreads x by its logarithm (0 stands at the left end)."""

    title: str
    words: str
    x_label: str
    y_label: str
    x: Point
    y: Point
    series: Sequence[Series]
    x_ticks: Sequence[float]
    y_ticks: Sequence[float]
    by_tens: bool = False
    parts: list[str] = field(default_factory=list)

    def svg(self) -> str:
        self.parts.clear()
        self._frame()
        for number, series in enumerate(self.series):
            self._series(series, number)
        body = "\n".join(self.parts)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t d"'
            f' font-family="system-ui, sans-serif" font-size="13">\n<title id="t">{escape(self.title)}</title>\n'
            f'<desc id="d">{escape(self.words)}</desc>\n<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n'
            f'<text x="{LEFT}" y="28" font-size="16" font-weight="600">{escape(self.title)}</text>\n{body}\n</svg>\n'
        )

    def _across(self, value: float) -> float:
        low, high = self.x
        share = log10(1 + value) / log10(1 + high) if self.by_tens else (value - low) / (high - low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def _up(self, value: float) -> float:
        low, high = self.y
        return HEIGHT - BOTTOM - (min(max(value, low), high) - low) / (high - low) * (HEIGHT - BOTTOM - TOP)

    def _frame(self) -> None:
        right, floor = WIDTH - RIGHT, HEIGHT - BOTTOM
        for tick in self.y_ticks:
            up = self._up(tick)
            self.parts.append(f'<path d="M{LEFT} {up:.1f}H{right}" stroke="#e3e5e8"/>')
            self.parts.append(f'<text x="{LEFT - 8}" y="{up + 4:.1f}" text-anchor="end">{tick:g}</text>')
        for tick in self.x_ticks:
            across = self._across(tick)
            self.parts.append(f'<path d="M{across:.1f} {floor}v5" stroke="#333"/>')
            self.parts.append(f'<text x="{across:.1f}" y="{floor + 20}" text-anchor="middle">{tick:,g}</text>')
        self.parts.append(f'<path d="M{LEFT} {TOP}V{floor}H{right}" fill="none" stroke="#333"/>')
        middle = (LEFT + right) / 2
        self.parts.append(f'<text x="{middle}" y="{HEIGHT - 14}" text-anchor="middle">{escape(self.x_label)}</text>')
        self.parts.append(
            f'<text transform="translate(20 {(TOP + floor) / 2}) rotate(-90)" text-anchor="middle">'
            f"{escape(self.y_label)}</text>"
        )

    def _series(self, series: Series, number: int) -> None:
        colour = series.colour
        placed = [(self._across(x), self._up(y)) for x, y in series.points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in placed)
        dash = ' stroke-dasharray="5 4"' if series.dashed else ""
        self.parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        for (x, y), (low, high) in zip(placed, series.whiskers, strict=False):
            ends = f"M{x:.1f} {self._up(low):.1f}V{self._up(high):.1f}"
            self.parts.append(
                f'<path d="{ends}" stroke="{colour}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'
            )
        top = TOP + 14 + 22 * number
        self.parts.append(f'<path d="M{WIDTH - RIGHT + 14} {top - 4}h22" stroke="{colour}" stroke-width="2"{dash}/>')
        self.parts.append(f'<text x="{WIDTH - RIGHT + 42}" y="{top}">{escape(series.name)}</text>')
