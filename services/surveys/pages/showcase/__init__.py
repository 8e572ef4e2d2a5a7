"""A promoter's own page, without scripts: what they tell, where it may be shown, and whom their link brought."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.responses import Response

from services.surveys.policy.questionnaire import FALLBACK, direction
from services.surveys.policy.showcasing import TestimonialState, Told
from shared.strict_yaml import shipped
from shared.web import plain
from shared.web.drawing import Pages

FOLDER = Path(__file__).parent
WORDS: Mapping[str, Mapping[str, Any]] = shipped(FOLDER / "texts.yaml")
FIELDS = ("words", "picture", "video", "name", "uses")
PAGES = Pages(FOLDER, FOLDER.parent / "style.css")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows. `given` is what stands in the fields; `state` None when nothing was told yet."""

    language: str
    state: TestimonialState | None
    given: Told
    referral: str
    counts: Mapping[str, int]
    megabytes: int
    token: str = field(repr=False)


def spoken(language: str | None, accept_language: str | None) -> str:
    """The person's language or its base where the page has it, else what the browser likes, else English."""
    return plain.spoken(language, accept_language, WORDS, FALLBACK)


def showcase_page(shown: Shown, faults: Mapping[str, str] | None = None, status: int = 200) -> Response:
    """The form, filled with what was told; with `faults` (field → what is wrong) each stands beside its field."""
    words = WORDS[shown.language]
    hints = {name: text.replace("{megabytes}", str(shown.megabytes)) for name, text in words["hints"].items()}
    errors = {name: words["errors"].get(what, what) for name, what in (faults or {}).items()}
    withdrawn = shown.state is TestimonialState.withdrawn
    values = {
        "words": {**words, "hints": hints}, "given": shown.given, "errors": errors, "fields": FIELDS,
        "state": None if errors else shown.state, "has_picture": shown.given.picture, "token": shown.token,
        "may_withdraw": shown.state is not None and not withdrawn, "referral": shown.referral, "counts": shown.counts,
    }  # fmt: skip
    return PAGES.draw("showcase.html", status, shown.language, direction(shown.language), **values)


def note_page(status: int, what: str, language: str) -> Response:
    """A friendly no: `what` is `unknown` or `unreadable`."""
    words = WORDS[language]
    return PAGES.draw(
        "note.html", status, language, direction(language), title=words[f"{what}_title"], text=words[what]
    )
