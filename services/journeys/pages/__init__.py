"""Pages behind personal links: plain HTML without scripts, in the reader's language. Showing one changes nothing."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from starlette.responses import Response

from shared.strict_yaml import shipped
from shared.web import plain
from shared.web.drawing import PLAIN, Pages

FOLDER = Path(__file__).parent
FALLBACK = "en"
PAGES = Pages(FOLDER, PLAIN)


@cache
def all_words() -> Mapping[str, Mapping[str, str]]:
    """The words of every language; ValueError when one says other things than English."""
    found: Mapping[str, Mapping[str, str]] = shipped(FOLDER / "words.yaml")
    if bad := [language for language, words in found.items() if words.keys() != found[FALLBACK].keys()]:
        raise ValueError(f"pages/words.yaml says other things in {', '.join(bad)} than in {FALLBACK}")
    return found


def spoken(language: str | None, accept_language: str | None = None) -> str:
    """The language of ours to write in: the reader's own, else what the browser likes, else English."""
    base = (language or "").split("-")[0].lower()
    return base if base in all_words() else plain.preferred(accept_language, all_words(), FALLBACK)


def returnee_page(language: str, offers: Sequence[str], choice: str | None, *, ended: bool) -> Response:
    """What is offered, with a button each; what was chosen is marked."""
    return _page("returnee.html", 200, language, offers=[*offers, "no"], choice=choice, ended=ended)


def note_page(status: int, what: str, language: str) -> Response:
    """A friendly no: `what` is `unknown` or `unreadable`."""
    words = all_words()[language]
    return _page("note.html", status, language, title=words[f"{what}_title"], text=words[what])


def _page(template: str, status: int, language: str, **values: Any) -> Response:
    words = all_words()[language]
    return PAGES.draw(template, status, language, words["direction"], words=words, **values)
