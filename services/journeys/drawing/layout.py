"""Where everything of a blueprint stands: columns of steps, rows of cards, the line of visibility, the legend.

Lengths are in points. With `rtl` the whole is mirrored: the first step is on the right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.journeys.drawing.lettering import width, wrapped

MARGIN, LABEL, COLUMN, GAP, PAD = 28.0, 92.0, 172.0, 8.0, 7.0
TITLE, TEXT, SMALL = 17.0, 9.5, 8.0
LEADING = 1.3
BOLD = 1.08  # how much wider
CURVE = 62.0
MARK = 12.0


@dataclass(frozen=True, slots=True)
class Card:
    """An item in a cell: its title, lines below it, the marks that it has, and whether something is wrong with it."""

    title: str
    lines: Sequence[str] = ()
    marks: Sequence[str] = ()
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A step. `expected` and `found` are the line's heights, 0 to 1."""

    title: str
    lines: Sequence[str]
    cells: Mapping[str, Sequence[Card]]
    expected: float | None = None
    found: float | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is drawn. `rows`: code → name, from the customer inwards; `seen` is the last row that the customer sees;
    `legend`: mark or curve → its meaning."""

    title: str
    lines: Sequence[str]
    columns: Sequence[Column]
    rows: Mapping[str, str]
    seen: str
    visibility: str
    legend: Mapping[str, str]
    language: str = "en"
    rtl: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    w: float
    h: float
    kind: str


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; x is its beginning, which is on the right where the sheet is read from there."""

    x: float
    y: float
    text: str
    size: float
    kind: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A mark, by its left upper corner."""

    x: float
    y: float
    kind: str


@dataclass(frozen=True, slots=True)
class Curve:
    points: Sequence[tuple[float, float]]
    kind: str


@dataclass(slots=True)
class Drawing:
    """Shapes in the order in which they are drawn."""

    width: float
    height: float
    title: str
    language: str
    rtl: bool
    shapes: list[Box | Words | Sign | Curve] = field(default_factory=list)


def lay_out(sheet: Sheet) -> Drawing:
    """The drawing of a sheet; it is as large as it needs to be."""
    across = MARGIN * 2 + LABEL + len(sheet.columns) * (COLUMN + GAP)
    drawing = Drawing(max(across, 480.0), 0, sheet.title, sheet.language, sheet.rtl)
    y = _heading(drawing, sheet, MARGIN)
    y = _steps(drawing, sheet, y)
    for code, name in sheet.rows.items():
        y = _row(drawing, sheet, code, name, y)
        if code == sheet.seen:
            y = _visibility(drawing, sheet.visibility, y)
    drawing.height = _legend(drawing, sheet, y + GAP) + MARGIN
    if sheet.rtl:
        _mirror(drawing)
    return drawing


def _lines(drawing: Drawing, lines: Sequence[str], x: float, y: float, size: float, kind: str) -> float:
    """Lines below each other; the y below the last."""
    for line in lines:
        drawing.shapes.append(Words(x, y + size, line, size, kind))
        y += size * LEADING
    return y


def _heading(drawing: Drawing, sheet: Sheet, y: float) -> float:
    room = drawing.width - 2 * MARGIN
    y = _lines(drawing, wrapped(sheet.title, TITLE * BOLD, room, 3), MARGIN, y, TITLE, "title")
    for line in sheet.lines:
        y = _lines(drawing, wrapped(line, TEXT, room, 3), MARGIN, y, TEXT, "soft")
    return y + GAP * 1.5


def _x(place: int) -> float:
    return MARGIN + LABEL + place * (COLUMN + GAP)


def _steps(drawing: Drawing, sheet: Sheet, y: float) -> float:
    """The heads of the columns, all as tall as the tallest."""
    room, heads = COLUMN - 2 * PAD, []
    for column in sheet.columns:
        title = wrapped(column.title, (TEXT + 1) * BOLD, room, 4)
        heads.append((title, [part for line in column.lines for part in wrapped(line, SMALL, room, 3)]))
    tall = max((len(title) * (TEXT + 1) + len(more) * SMALL) * LEADING for title, more in heads) + 2 * PAD
    for place, (title, more) in enumerate(heads):
        drawing.shapes.append(Box(_x(place), y, COLUMN, tall, "head"))
        below = _lines(drawing, title, _x(place) + PAD, y + PAD, TEXT + 1, "head")
        _lines(drawing, more, _x(place) + PAD, below, SMALL, "head-soft")
    return y + tall + GAP


@dataclass(frozen=True, slots=True)
class _Set:
    """A card whose lines are broken, and how tall that makes it."""

    card: Card
    title: Sequence[str]
    more: Sequence[str]
    tall: float


def _set(card: Card) -> _Set:
    room = COLUMN - 4 * PAD
    title = wrapped(card.title, TEXT * BOLD, room - len(card.marks) * MARK, 6)
    more = [part for line in card.lines for part in wrapped(line, SMALL, room, 4)]
    return _Set(card, title, more, (len(title) * TEXT + len(more) * SMALL) * LEADING + 1.6 * PAD)


def _row(drawing: Drawing, sheet: Sheet, code: str, name: str, y: float) -> float:
    cells = [[_set(card) for card in column.cells.get(code, ())] for column in sheet.columns]
    tall = max([34.0, *(sum(one.tall + 4 for one in cell) + 2 * PAD - 4 for cell in cells)])
    curved = code == "line" and any(c.expected is not None or c.found is not None for c in sheet.columns)
    tall += CURVE if curved else 0
    drawing.shapes.append(Box(MARGIN, y, drawing.width - 2 * MARGIN, tall, f"row-{code}"))
    _lines(drawing, wrapped(name, TEXT * BOLD, LABEL - 2 * PAD, 6), MARGIN + PAD, y + PAD, TEXT, "label")
    if curved:
        _curves(drawing, sheet, y)
    for place, cell in enumerate(cells):
        below = y + PAD + (CURVE if curved else 0)
        for one in cell:
            _card(drawing, one, _x(place) + PAD, below)
            below += one.tall + 4
    return y + tall + GAP


def _card(drawing: Drawing, one: _Set, x: float, y: float) -> None:
    drawing.shapes.append(Box(x, y, COLUMN - 2 * PAD, one.tall, "bad" if one.card.bad else "card"))
    for number, mark in enumerate(one.card.marks):
        drawing.shapes.append(Sign(x + COLUMN - 3 * PAD - (number + 1) * MARK + 4, y + 0.6 * PAD, mark))
    below = _lines(drawing, one.title, x + PAD, y + 0.8 * PAD, TEXT, "text")
    _lines(drawing, one.more, x + PAD, below, SMALL, "soft")


def _curves(drawing: Drawing, sheet: Sheet, y: float) -> None:
    for kind in ("expected", "found"):
        points = []
        for place, column in enumerate(sheet.columns):
            if (value := getattr(column, kind)) is not None:
                points.append((_x(place) + COLUMN / 2, y + PAD + (CURVE - 2 * PAD) * (1 - min(max(value, 0), 1))))
        if points:
            drawing.shapes.append(Curve(points, kind))


def _visibility(drawing: Drawing, name: str, y: float) -> float:
    drawing.shapes.append(Curve([(MARGIN, y + 2), (drawing.width - MARGIN, y + 2)], "visibility"))
    below = _lines(drawing, wrapped(name, SMALL, 400, 2), MARGIN + PAD, y + 4, SMALL, "soft")
    return below + GAP


def _legend(drawing: Drawing, sheet: Sheet, y: float) -> float:
    x, room = MARGIN, drawing.width - 2 * MARGIN
    for kind, meaning in sheet.legend.items():
        lines = wrapped(meaning, SMALL, room - 2 * MARK, 4)
        long = max((width(line, SMALL) for line in lines), default=0) + 2 * MARK + GAP
        if x > MARGIN and x + long > drawing.width - MARGIN:
            x, y = MARGIN, y + SMALL * LEADING + 4
        if kind in {"expected", "found"}:
            drawing.shapes.append(Curve([(x, y + 5), (x + MARK, y + 5)], kind))
        else:
            drawing.shapes.append(Sign(x, y - 1, kind))
        below = _lines(drawing, lines, x + MARK + 4, y, SMALL, "soft")
        x, y = x + long, below - SMALL * LEADING
    return y + SMALL * LEADING


def _mirror(drawing: Drawing) -> None:
    """Everything seen in a mirror, but the letters; what began on the left begins on the right."""
    w = drawing.width
    for place, shape in enumerate(drawing.shapes):
        match shape:
            case Box():
                drawing.shapes[place] = Box(w - shape.x - shape.w, shape.y, shape.w, shape.h, shape.kind)
            case Words():
                drawing.shapes[place] = Words(w - shape.x, shape.y, shape.text, shape.size, shape.kind)
            case Sign():
                drawing.shapes[place] = Sign(w - shape.x - MARK, shape.y, shape.kind)
            case Curve():
                drawing.shapes[place] = Curve([(w - x, y) for x, y in shape.points], shape.kind)
