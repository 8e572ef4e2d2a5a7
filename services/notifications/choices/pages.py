"""The pages: plain HTML without scripts, in the recipient's language. Nothing is changed by showing one."""

from pathlib import Path
from typing import Any

from starlette.responses import Response

from services.notifications.choices.words import FALLBACK, all_words, words
from services.notifications.schemas import ChoicesOut, StopOut
from shared.web import plain
from shared.web.drawing import PLAIN, Pages

FOLDER = Path(__file__).parent
PAGES = Pages(FOLDER, PLAIN)


def preferences_page(choices: ChoicesOut, *, saved: bool) -> Response:
    return _page("preferences.html", 200, choices.language, choices=choices, saved=saved)


def unsubscribe_page(stop: StopOut) -> Response:
    """What would be stopped, and the button that does it."""
    return _page("unsubscribe.html", 200, stop.language, budget=str(stop.budget), preferences=stop.preferences)


def stopped_page(stop: StopOut) -> Response:
    spoken = words(stop.language)
    told = {"title": spoken["stopped_title"], "text": spoken["stopped"]}
    return _page("note.html", 200, stop.language, **told, preferences=stop.preferences)


def note_page(status: int, what: str, language: str) -> Response:
    """A friendly no: `what` is `unknown`, `unreadable` or `stop_owed`."""
    spoken = words(language)
    title = spoken["stop_title" if what == "stop_owed" else f"{what}_title"]
    return _page("note.html", status, language, title=title, text=spoken[what], preferences="")


def preferred(accept_language: str | None) -> str:
    """The language of ours that a browser likes best; English for one that likes none of them."""
    return plain.preferred(accept_language, all_words(), FALLBACK)


def _page(template: str, status: int, language: str, **values: Any) -> Response:
    spoken = words(language)
    return PAGES.draw(template, status, language, spoken["direction"], words=spoken, **values)
