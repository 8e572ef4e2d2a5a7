"""Pages behind personal links: plain HTML without scripts, in the reader's language, kept by nobody."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from starlette.responses import Response

from services.notifications.pages.words import FALLBACK, direction, languages, words_of
from shared.web import plain
from shared.web.drawing import Pages

FOLDER = Path(__file__).parent
PAGES = Pages(FOLDER)

__all__ = ["FALLBACK", "languages", "note_page", "page", "preferred", "words_of"]


def page(template: str, status: int, language: str, **values: Any) -> Response:
    """A page from a template of this folder; `words` are those of the language."""
    return PAGES.draw(template, status, language, direction(language), words=words_of(language), **values)


def note_page(status: int, what: str, language: str) -> Response:
    """A friendly no: `what` names `…_title` and its text in the words of the language."""
    words = words_of(language)["notes"]
    return page("note.html", status, language, title=words[f"{what}_title"], text=words[what])


def preferred(accept_language: str | None) -> str:
    """The language of ours that a browser likes best; English for one that likes none of them."""
    return plain.preferred(accept_language, languages(), FALLBACK)


def _day(value: date | datetime, language: str) -> str:
    """A date in full, with its weekday, as the language writes it."""
    dates = words_of(language)["dates"]
    weekday, month = dates["weekdays"][value.weekday()], dates["months"][value.month - 1]
    written: str = dates["day"].format(weekday=weekday, day=value.day, month=month, year=value.year)
    return written


def _clock(value: time | datetime) -> str:
    return f"{value:%H:%M}"


PAGES.filters.update(day=_day, clock=_clock)
