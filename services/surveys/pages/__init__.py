"""The answer page: plain HTML without scripts, in the person's language, that says what went wrong where it did."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from services.surveys.pages.forms import answers_of, field_of, fields_given, limit_of, name_of, target_of
from services.surveys.policy.questionnaire import FALLBACK, closest, direction
from services.surveys.policy.questionnaire_answers import Fault
from services.surveys.schemas import QuestionOut, SectionOut, SurveyOut
from shared.strict_yaml import shipped
from shared.web import plain
from shared.web.drawing import Pages

FOLDER = Path(__file__).parent
WORDS: Mapping[str, Mapping[str, Any]] = shipped(FOLDER / "texts.yaml")
PAGES = Pages(FOLDER)

__all__ = ["WORDS", "Shown", "answers_of", "note_page", "preferred", "saved_page", "survey_page", "thanks_page"]


@dataclass(frozen=True)
class Shown:
    """One page of a survey: the `number`th of `total`, with its questions that are asked.

    `new` are questions that weren't there when the person sent the page before; `resumed` greets who comes back.
    """

    step: str
    number: int
    total: int
    questions: Sequence[QuestionOut]
    new: Sequence[str] = ()
    resumed: bool = False


def survey_page(survey: SurveyOut, shown: Shown, answers: Mapping[str, Any], faults: Iterable[Fault] = ()) -> Response:
    """The questions of one page; with `faults`, what is wrong stands beside each, and what was answered is kept."""
    words = WORDS[survey.language]
    by_id = {question.id: question for question in shown.questions}
    errors = [_error(by_id[fault.question], fault, words) for fault in faults if fault.question in by_id]
    section = next((one for one in survey.sections if one.id == shown.step), None)
    values: dict[str, Any] = {
        "survey": survey, "shown": shown, "section": section or SectionOut(id=shown.step, title=survey.title),
        "errors": errors, "wrong": {error["field"]: error["text"] for error in reversed(errors)},
        "given": fields_given(shown.questions, answers),
        "new": [{"target": target_of(by_id[name]), "name": by_id[name].text} for name in shown.new if name in by_id],
        "place": words["place"].format(number=shown.number, total=shown.total),
        "onward": "send" if shown.number == shown.total else "next",
        "action": "?" + urlencode({"step": shown.step, "lang": survey.language}),
    }  # fmt: skip
    return _page("survey.html", 422 if errors else 200, survey.language, survey.languages, **values)


def _error(question: QuestionOut, fault: Fault, words: Mapping[str, Any]) -> Mapping[str, str]:
    text = words["errors"][fault.wrong].format(limit=limit_of(question, fault))
    target = target_of(question, fault.row)
    return {"field": field_of(fault), "name": name_of(question, fault), "target": target, "text": text}


def saved_page(survey: SurveyOut, step: str) -> Response:
    """What was answered is kept; how to come back."""
    words = WORDS[survey.language]
    text = words["saved"].format(moment=_moment(survey.expires_at, survey.language))
    go_on = "?" + urlencode({"step": step, "lang": survey.language})
    return _note(200, survey.language, survey.languages, words["saved_title"], text, go_on, keep="saved=1&")


def thanks_page(survey: SurveyOut) -> Response:
    words = WORDS[survey.language]
    return _note(200, survey.language, survey.languages, words["answered_title"], survey.thanks)


def note_page(status: int, what: str, language: str) -> Response:
    """A friendly no: `what` is `answered`, `over`, `unknown` or `unreadable`."""
    words = WORDS[language]
    text = words["answered_before"] if what == "answered" else words[what]
    return _note(status, language, list(WORDS), words[f"{what}_title"], text)


def _note(
    status: int, language: str, languages: Iterable[str], title: str, text: str, go_on: str = "", *, keep: str = ""
) -> Response:
    return _page("note.html", status, language, languages, title=title, text=text, go_on=go_on, keep=keep)


def _page(template: str, status: int, language: str, languages: Iterable[str], **values: Any) -> Response:
    spoken = [
        {"tag": tag, "name": WORDS[tag]["name"], "direction": direction(tag)} for tag in WORDS if tag in set(languages)
    ]
    return PAGES.draw(
        template, status, language, direction(language), words=WORDS[language], spoken=spoken, **values
    )  # fmt: skip


def _moment(at: datetime, language: str) -> str:
    """A moment as the language writes it, in UTC: where the reader is, is not known here."""
    words, at = WORDS[language], at.astimezone(UTC)
    written: str = words["moment"].format(
        day=at.day, month=words["months"][at.month - 1], year=at.year, time=f"{at:%H:%M}"
    )
    return written


PAGES.filters["moment"] = _moment


def speakable(languages: Iterable[str], wanted: str) -> str:
    """The language of a page: the wanted one where both the questionnaire and the page's own words have it."""
    return closest(wanted, set(languages) & WORDS.keys())


def preferred(accept_language: str | None) -> str:
    """The language of ours that a browser likes best; English for one that likes none of them."""
    return plain.preferred(accept_language, WORDS, FALLBACK)
