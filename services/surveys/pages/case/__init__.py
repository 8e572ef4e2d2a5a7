"""The customer's page of a quality case, without scripts: what happens, by when, the conversation, what one can do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import Response

from services.surveys.policy.cases import CaseState
from services.surveys.policy.escalation import ORDER
from services.surveys.policy.questionnaire import FALLBACK, direction
from services.surveys.policy.talk import FileState, MessageKind
from services.surveys.schemas import CaseDetail, FileOut, MessageOut
from shared.strict_yaml import shipped
from shared.web import plain
from shared.web.drawing import Pages

FOLDER = Path(__file__).parent
WORDS: Mapping[str, Mapping[str, Any]] = shipped(FOLDER / "texts.yaml")
STANDARDS: Mapping[str, Mapping[str, str]] = shipped(FOLDER / "standards.yaml")
PAGES = Pages(FOLDER)


@dataclass(frozen=True, slots=True)
class CasePage:
    """What the page shows: the case as its customer may see it, in their language and the zone of their stay."""

    case: CaseDetail
    language: str
    zone: str
    token: str = field(repr=False)
    file_megabytes: int
    may_contest: bool
    reopen_until: datetime | None
    given_out: frozenset[FileState]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A field (`text`, `files`, `contest`, `reopen`) and what is wrong with it, a key of the texts' `errors`."""

    field: str
    what: str


def spoken(language: str | None, accept_language: str | None) -> str:
    """The person's language or its base where the page has it, else what the browser likes, else English."""
    return plain.spoken(language, accept_language, WORDS, FALLBACK)


def case_page(
    page: CasePage, wrong: Wrong | None = None, given: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    """The case; with `wrong` what is wrong stands beside its field, and what was `given` is kept."""
    words = WORDS[page.language]
    error = {"field": wrong.field, "text": words["errors"].get(wrong.what, wrong.what)} if wrong else None
    kept = {"text": "", "contest": "", "reopen": "", **(given or {})}
    return _page("case.html", status, page.language, page=_shown(page), error=error, given=kept)


def note_page(status: int, language: str) -> Response:
    """A friendly no for a link that opens nothing."""
    words = WORDS[language]
    return _page("note.html", status, language, title=words["unknown_title"], text=words["unknown"])


def _page(template: str, status: int, language: str, **values: Any) -> Response:
    return PAGES.draw(template, status, language, direction(language), words=WORDS[language], **values)


def _shown(page: CasePage) -> dict[str, Any]:
    words, case = WORDS[page.language], page.case
    names = STANDARDS[page.language]
    return {
        "status": _status(page),
        "outcome": words["outcomes"][case.outcome] if case.outcome else None,
        "note": case.note,
        "levels": list(_levels(page)),
        "zone": words["zone"].format(zone=page.zone),
        "report": case.report,
        "standards": [names.get(code, code.replace("_", " ")) for code in case.standards],
        "messages": [_message(page, message) for message in case.messages],
        "files": [_file(page, file) for file in case.files],
        "may_write": case.state is not CaseState.closed,
        "attach_hint": words["attach_hint"].format(size=page.file_megabytes),
        "moves": list(_moves(page)),
    }


def _status(page: CasePage) -> str:
    words, case = WORDS[page.language], page.case
    late = {CaseState.open: case.overdue, CaseState.acknowledged: case.late}.get(case.state, False)
    moments = {name: getattr(case, name) for name in ("acknowledge_by", "decide_by", "closed_at")}
    told = {name: _when(page, at)["words"] if at else "–" for name, at in moments.items()}
    level = words["levels"][case.level]
    return words["states"][f"{case.state}_late" if late else str(case.state)].format(level=level, **told)


def _levels(page: CasePage) -> Any:
    """Every level: those that had the case, the one that has it, those that may come."""
    words, case = WORDS[page.language], page.case
    now = ORDER.index(case.level)
    rose = {step.level: words["rose"][step.rose] for step in case.steps if step.rose}
    here = {CaseState.answered: words["level_answered"], CaseState.closed: words["level_closed"]}
    for place, level in enumerate(ORDER):
        if place > now:
            text = words["level_then"]
        elif place < now:
            text = " – ".join(part for part in (words["level_done"], rose.get(level)) if part)
        elif case.state in here or case.decide_by is None:
            text = here.get(case.state, "–")
        else:
            text = words["level_now"].format(by=_when(page, case.decide_by)["words"])
        yield {"name": words["levels"][level], "text": text, "now": place == now and case.state != CaseState.closed}


def _message(page: CasePage, message: MessageOut) -> dict[str, Any]:
    words = WORDS[page.language]
    label = None if message.kind is MessageKind.message else words["kinds"][message.kind]
    shown = {"author": words["authors"][message.author], "at": _when(page, message.written_at), "label": label}
    return shown | {"kind": str(message.kind), "text": message.text}


def _file(page: CasePage, file: FileOut) -> dict[str, Any]:
    words, name = WORDS[page.language], file.name or "–"
    if file.state in page.given_out:
        return {"path": f"{page.token}/files/{file.id}", "text": words["download"].format(name=name)}
    state = FileState.waiting if file.state is FileState.unscanned else file.state
    return {"path": None, "text": f"{name}: {words['file_states'].get(state, state)}"}


def _moves(page: CasePage) -> Any:
    """Taking the case higher, or opening it again: what the customer can do now."""
    words = WORDS[page.language]
    if page.may_contest:
        yield {"do": "contest", "label": words["contest"], "hint": words["contest_hint"], "button": words["contest_do"]}
    if page.reopen_until:
        hint = words["reopen_hint"].format(until=_when(page, page.reopen_until)["words"])
        yield {"do": "reopen", "label": words["reopen"], "hint": hint, "button": words["reopen_do"]}


def _when(page: CasePage, at: datetime) -> dict[str, str]:
    """A moment in words, in the zone of the page, and for machines."""
    words, local = WORDS[page.language], at.astimezone(ZoneInfo(page.zone))
    parts = {"day": local.day, "month": words["months"][local.month - 1], "year": local.year}
    told = words["when"].format(**parts, clock=f"{local:%H:%M}")
    return {"words": told, "utc": at.astimezone(UTC).isoformat(timespec="seconds")}
