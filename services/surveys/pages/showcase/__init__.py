"""A promoter's own page, without scripts: what they tell, where it may be shown, and whom their link brought."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import Response

from services.surveys.policy.questionnaire import FALLBACK, direction
from services.surveys.policy.showcasing import TestimonialState, Told
from shared.web import plain
from shared.web.plain import FRAMES, page_headers

FOLDER = Path(__file__).parent
WORDS: Mapping[str, Mapping[str, Any]] = yaml.safe_load((FOLDER / "texts.yaml").read_text("utf-8"))
STYLE = "\n".join(file.read_text("utf-8").strip() for file in (FOLDER.parent / "style.css", FOLDER / "style.css"))
HEADERS = page_headers(STYLE)
FIELDS = ("words", "picture", "video", "name", "uses")
TEMPLATES = Environment(
    loader=FileSystemLoader([FOLDER, FRAMES]), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip


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
    tags = (language or "", (language or "").split("-")[0])
    return next((tag for tag in tags if tag in WORDS), plain.preferred(accept_language, WORDS, FALLBACK))


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
    return _page("showcase.html", status, shown.language, **values)


def note_page(status: int, what: str, language: str) -> Response:
    """A friendly no: `what` is `unknown` or `unreadable`."""
    words = WORDS[language]
    return _page("note.html", status, language, title=words[f"{what}_title"], text=words[what])


def _page(template: str, status: int, language: str, **values: Any) -> Response:
    frame = {"language": language, "direction": direction(language), "style": Markup(STYLE)}  # noqa: S704 (our own file)
    html = TEMPLATES.get_template(template).render(**frame, **values)
    return Response(html, status, HEADERS, media_type="text/html; charset=utf-8")
