"""A drawing as SVG: plain shapes with attributes, no style, no script, nothing from elsewhere."""

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from services.journeys.drawing.layout import MARK, Box, Curve, Drawing, Sign, Words
from services.journeys.drawing.lettering import printable

FONTS = "Noto Sans, Segoe UI, Helvetica Neue, Arial, Libertinus Serif, Noto Naskh Arabic, sans-serif"
LTR, RTL, END = "\u2066", "\u2067", "\u2069"
INK, SOFT, LINE, ACCENT = "#14213d", "#535b6b", "#cfd6dd", "#0b6b66"
BOXES: Mapping[str, tuple[str, str]] = {
    "head": (ACCENT, ACCENT), "card": ("#ffffff", LINE), "bad": ("#fff1ef", "#b3261e"),
    "row-line": ("#f6f2fb", "#e6dff2"),
    "row-touchpoints": ("#eaf5f4", "#d3e8e6"), "row-frontstage": ("#eef3fb", "#dae4f4"),
    "row-backstage": ("#f3f4f6", "#e1e4e8"), "row-support": ("#f7f5f0", "#e8e3d8"),
}  # fmt: skip
WORDS: Mapping[str, tuple[str, str]] = {
    "title": (INK, "bold"), "head": ("#ffffff", "bold"), "head-soft": ("#e6f2f1", "normal"), "label": (INK, "bold"),
    "text": (INK, "bold"), "soft": (SOFT, "normal"),
}  # fmt: skip
CURVES = {"expected": ("#6b5bb5", "5 4"), "found": ("#b34700", ""), "visibility": (INK, "7 5")}
# Marks as paths in a square of 12: a flash, a heart, a star of eight points.
SIGNS = {
    "moment_of_truth": ("M7 0 1.5 7H5L4 12l6.5-7.5H6.5z", "#a35c00"),
    "differentiator": ("M6 11 1.2 6A3 3 0 0 1 6 2.4 3 3 0 0 1 10.8 6z", "#b0125b"),
    "non_quality": (
        "M6 0l1.1 3.4L10.2 1.8 8.6 4.9 12 6 8.6 7.1l1.6 3.1-3.1-1.6L6 12 4.9 8.6 1.8 10.2 3.4 7.1 0 6l3.4-1.1L1.8 1.8"
        "l3.1 1.6z", "#b3261e",
    ),
}  # fmt: skip


def draw(drawing: Drawing) -> str:
    """The SVG document. Texts are escaped; each line has its own direction, so that none turns its neighbour."""
    w, h = drawing.width, drawing.height
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(w)}" height="{_n(h)}" viewBox="0 0 {_n(w)} {_n(h)}" '
        f'role="img" xml:lang={quoteattr(drawing.language)} font-family={quoteattr(FONTS)}>',
        f"<title>{escape(printable(drawing.title))}</title>",
        f'<rect width="{_n(w)}" height="{_n(h)}" fill="#ffffff"/>',
    ]
    parts += [_shape(shape, drawing.rtl) for shape in drawing.shapes]
    return "\n".join([*parts, "</svg>"])


def _shape(shape: Box | Words | Sign | Curve, rtl: bool) -> str:
    match shape:
        case Box():
            fill, stroke = BOXES[shape.kind]
            place = f'x="{_n(shape.x)}" y="{_n(shape.y)}" width="{_n(shape.w)}" height="{_n(shape.h)}"'
            return f'<rect {place} rx="5" fill="{fill}" stroke="{stroke}"/>'
        case Words():
            return _words(shape, rtl)
        case Sign():
            path, fill = SIGNS[shape.kind]
            place = f"translate({_n(shape.x)} {_n(shape.y)}) scale({_n(MARK / 13)})"
            return f'<path transform="{place}" d="{path}" fill="{fill}"/>'
    stroke, dashes = CURVES[shape.kind]
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in shape.points)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    dots = "" if shape.kind == "visibility" else "".join(_dot(x, y, stroke) for x, y in shape.points)
    return f'<polyline points="{points}" fill="none" stroke="{stroke}" stroke-width="1.6"{dashed}/>{dots}'


def _words(words: Words, rtl: bool) -> str:
    """Between isolating signs: `direction` is an attribute that typst's reader of SVG doesn't know."""
    fill, weight = WORDS[words.kind]
    look = f'font-size="{_n(words.size)}" font-weight="{weight}" fill="{fill}"' + (' text-anchor="end"' if rtl else "")
    text = (RTL if rtl else LTR) + escape(printable(words.text)) + END
    return f'<text x="{_n(words.x)}" y="{_n(words.y)}" {look}>{text}</text>'


def _dot(x: float, y: float, fill: str) -> str:
    return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="2.6" fill="{fill}"/>'


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
