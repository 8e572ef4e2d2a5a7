"""A blueprint on paper: one layout, drawn as SVG and, through it, printed as PDF."""

from services.journeys.drawing.layout import Card, Column, Drawing, Sheet, lay_out
from services.journeys.drawing.press import Press
from services.journeys.drawing.sheets import sheet_of
from services.journeys.drawing.svg import draw
from services.journeys.drawing.words import LANGUAGES

__all__ = ["LANGUAGES", "Card", "Column", "Drawing", "Press", "Sheet", "draw", "lay_out", "sheet_of"]
