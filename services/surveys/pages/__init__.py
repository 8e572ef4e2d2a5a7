"""The answer page: plain HTML without scripts, in the person's language, that says what went wrong where it did."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import Response

from services.surveys.policy.questionnaire import FALLBACK, direction
from services.surveys.policy.questionnaire_answers import Fault
from services.surveys.questionnaires import LIBRARY, QuestionnaireFault
from services.surveys.schemas import SurveyOut
from shared.web import plain
from shared.web.plain import page_headers

FOLDER = Path(__file__).parent
WORDS: Mapping[str, Mapping[str, Any]] = yaml.safe_load((FOLDER / "texts.yaml").read_text("utf-8"))
STYLE = (FOLDER / "style.css").read_text("utf-8").strip()
HEADERS = page_headers(STYLE)
TEMPLATES = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def _check() -> None:
    """A page is in one language throughout: its own words have to be there in every language of a questionnaire."""
    spoken = {language for questionnaire in LIBRARY.all.values() for language in questionnaire.languages}
    if missing := sorted(spoken - WORDS.keys()):
        raise QuestionnaireFault(f"pages/texts.yaml has no words in {', '.join(missing)}, but a questionnaire has")


_check()


def survey_page(survey: SurveyOut, given: Mapping[str, str], faults: Iterable[Fault] = ()) -> Response:
    """The questions; with `faults`, what is wrong stands beside each question, and what was `given` is kept."""
    words = WORDS[survey.language]
    limits = {question.id: question.max_length for question in survey.questions}
    errors = {fault.question: words["errors"][fault.wrong].format(limit=limits.get(fault.question)) for fault in faults}
    values = {"survey": survey, "words": words, "given": given, "errors": errors}
    return _page("survey.html", 422 if errors else 200, survey.language, **values)


def thanks_page(survey: SurveyOut) -> Response:
    words = WORDS[survey.language]
    return _page("note.html", 200, survey.language, title=words["answered_title"], text=survey.thanks)


def note_page(status: int, what: str, language: str) -> Response:
    """A friendly no: `what` is `answered`, `over`, `unknown` or `unreadable`."""
    words = WORDS[language]
    text = words["answered_before"] if what == "answered" else words[what]
    return _page("note.html", status, language, title=words[f"{what}_title"], text=text)


def _page(template: str, status: int, language: str, **values: Any) -> Response:
    frame = {"language": language, "direction": direction(language), "style": Markup(STYLE)}  # noqa: S704 (our own file)
    html = TEMPLATES.get_template(template).render(**frame, **values)
    return Response(html, status, HEADERS, media_type="text/html; charset=utf-8")


def preferred(accept_language: str | None) -> str:
    """The language of ours that a browser likes best; English for one that likes none of them."""
    return plain.preferred(accept_language, WORDS, FALLBACK)
