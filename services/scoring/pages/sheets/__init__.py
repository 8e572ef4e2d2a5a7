"""The printed sheet and the page of a market over time, in the reader's language, without scripts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from textwrap import shorten
from typing import Any, Protocol

from starlette.responses import Response

from services.scoring.pages.sheets.charts import chart, span
from services.scoring.policy.sheets.scores import Answer
from services.scoring.policy.sheets.templates import FALLBACK, NOT_ENOUGH, OURS, Template, direction, told
from services.scoring.schemas import CellOut, ColumnOut, ComparisonOut, ConditionOut, SheetDetail, TallyOut, TriggerOut
from shared.strict_yaml import shipped
from shared.web.drawing import Pages
from shared.web.plain import spoken

FOLDER = Path(__file__).parent
WORDS: Mapping[str, Mapping[str, Any]] = shipped(FOLDER / "texts.yaml")
PAGES = Pages(FOLDER)
MANY_CONDITIONS = 7
LONGEST_NAME = 30  # of a column beside the table, where it has stood whole
SIGNS = {Answer.plus: "+", Answer.minus: "−", Answer.open: "?"}
MANY_TRIGGERS = 8  # sets of answers that the page has room for; of several answers, half as many


class Shown(Protocol):
    """A sheet to be drawn."""

    @property
    def sheet(self) -> SheetDetail: ...
    @property
    def template(self) -> Template: ...
    @property
    def at(self) -> datetime: ...


class Compared(Protocol):
    """A market over time to be drawn."""

    @property
    def comparison(self) -> ComparisonOut: ...
    @property
    def template(self) -> Template: ...
    @property
    def earlier(self) -> Sequence[Template]: ...


def sheet_page(shown: Shown, language: str | None, accept_language: str | None) -> Response:
    """The sheet: criteria by column, scores, what the rule says, what was decided, and which answers decided it."""
    tongue = _tongue(shown.template, language, accept_language)
    return _draw("sheet.html", tongue, sheet=_sheet(shown, tongue))


def comparison_page(shown: Compared, language: str | None, accept_language: str | None) -> Response:
    """A small picture for the whole and for each group, the table of their figures, and what changed."""
    tongue = _tongue(shown.template, language, accept_language)
    return _draw("comparison.html", tongue, page=_comparison(shown, tongue))


def _tongue(template: Template, language: str | None, accept_language: str | None) -> str:
    """A language that both the page and the template have."""
    offered = [one for one in WORDS if one in template.languages]
    return spoken(language, accept_language, offered, FALLBACK)


def _draw(name: str, tongue: str, **values: Any) -> Response:
    return PAGES.draw(name, 200, tongue, direction(tongue), words=WORDS[tongue], **values)


def number(value: float | None, tongue: str, *, signed: bool = True) -> str:
    """A score with its sign, the decimal mark of the language, and a real minus."""
    if value is None:
        return "–"
    text = f"{value:+.2f}" if signed else f"{value:.2f}"
    return text.replace("-", "−").replace("+0.00", "0.00").replace("−0.00", "0.00").replace(".", WORDS[tongue]["mark"])


def apart(text: str) -> str:
    """A number in a sentence, kept in its own order where one reads from right to left (U+2066 … U+2069)."""
    return f"\u2066{text}\u2069"


def percent(value: float) -> str:
    """A share in whole per cent."""
    return f"{round(value * 100)} %"


# --- the sheet


def _sheet(shown: Shown, tongue: str) -> dict[str, Any]:
    sheet, template = shown.sheet, shown.template
    names = _names(sheet.columns, template, tongue)
    cells = {(cell.column, cell.criterion): cell for cell in sheet.cells}
    return {
        "title": told(template.title, tongue),
        "subject": sheet.name,
        "subject_label": WORDS[tongue]["about"][sheet.about],
        "erased": sheet.erased_at is not None,
        "facts": WORDS[tongue]["facts"].format(template=sheet.template, version=sheet.template_version, sheet=sheet.id),
        "at": _day(shown.at),
        "columns": [{"key": one.key, "name": names[one.key], "ours": one.key == OURS} for one in sheet.columns],
        "groups": [_group(shown, place, cells, tongue) for place, _ in enumerate(template.groups)],
        "totals": [_total(one, tongue, template) for one in sheet.columns],
        "verdict": _verdict(shown, names, tongue),
        "decision": _decision(sheet, template, tongue),
        "outcome": _outcome(sheet, tongue),
        "notes": list(_notes(sheet, template, names, tongue)),
    }


def _names(columns: Sequence[ColumnOut], template: Template, tongue: str) -> dict[str, str]:
    def name(column: ColumnOut) -> str:
        if column.key == OURS:
            return column.name or told(template.ours, tongue)
        return column.name or f"{told(template.rival or template.ours, tongue)} {column.key.upper()}"

    return {column.key: name(column) for column in columns}


def _group(shown: Shown, place: int, cells: Mapping[tuple[str, str], CellOut], tongue: str) -> dict[str, Any]:
    group, columns = shown.template.groups[place], shown.sheet.columns
    numbers = shown.template.numbers
    return {
        "number": str(place + 1),
        "title": told(group.title, tongue),
        "scores": [_part(column.groups[group.id], tongue) for column in columns],
        "criteria": [
            {
                "number": numbers[one.id],
                "text": told(one.text, tongue),
                "plus": told(one.plus, tongue),
                "minus": told(one.minus, tongue),
                "weight": one.weight if len({c.weight for c in shown.template.criteria}) > 1 else None,
                "cells": [_cell(cells.get((column.key, one.id)), one.plus, one.minus, tongue) for column in columns],
            }
            for one in group.criteria
        ],
    }


def _cell(cell: CellOut | None, plus: Mapping[str, str], minus: Mapping[str, str], tongue: str) -> dict[str, str]:
    answer = cell.answer if cell else Answer.open
    word = WORDS[tongue]["open"] if answer is Answer.open else told(plus if answer is Answer.plus else minus, tongue)
    return {"kind": str(answer), "sign": SIGNS[answer], "word": word}


def _part(tally: TallyOut, tongue: str) -> dict[str, str]:
    return {"score": number(tally.score, tongue), "known": percent(tally.known_share)}


def _total(column: ColumnOut, tongue: str, template: Template) -> dict[str, Any]:
    whole = column.whole
    return _part(whole, tongue) | {
        "range": WORDS[tongue]["range"].format(low=number(whole.low, tongue), high=number(whole.high, tongue)),
        "rank": str(column.rank) if column.rank else "–",
        "span": span(whole),
        "duel": WORDS[tongue]["duel"].format(**column.duel.model_dump()) if column.duel else None,
    }


def _verdict(shown: Shown, names: Mapping[str, str], tongue: str) -> dict[str, Any]:
    found, words = shown.sheet.verdict, WORDS[tongue]
    names = {key: shorten(name, LONGEST_NAME, placeholder="…") for key, name in names.items()}
    level = {code: _level(shown.template, code, tongue) for code in (found.code, found.worst, found.best)}
    if found.settled:
        settled = words["settled"]
    elif found.worst == found.best:
        settled = words["would_be"].format(level=level[found.best])
    else:
        settled = words["unsettled"].format(worst=level[found.worst], best=level[found.best])
    conditions = [one for one in (*found.needed, *found.held, *found.next) if _matters(one)]
    triggers = [*found.holds, *found.lifts, *found.missing]
    single = [one for one in triggers if len(one.cells) == 1][:MANY_TRIGGERS]
    room = max(MANY_TRIGGERS - len(single), 0) // 2
    several = [one for one in triggers if len(one.cells) > 1][:room]
    return {
        "code": found.code,
        "level": level[found.code],
        "settled": settled,
        "conditions": [_condition(one, shown, names, tongue) for one in conditions[:MANY_CONDITIONS]],
        "more_conditions": len(conditions) > MANY_CONDITIONS,
        "triggers_hint": words["missing_hint" if found.code == NOT_ENOUGH else "triggers_hint"],
        "triggers": [_trigger(one, shown, names, tongue) for one in (*single, *several)],
        "more": not found.all_triggers or len(triggers) > len(single) + len(several),
        "no_triggers": words["no_triggers"],
    }


def _matters(condition: ConditionOut) -> bool:
    """Met conditions on groups say nothing that the table doesn't."""
    return not condition.met or condition.about is None


def _level(template: Template, code: str, tongue: str) -> str:
    titles = {level.code: told(level.title, tongue) for level in template.levels}
    return titles.get(code, WORDS[tongue]["not_enough"])


def _condition(one: ConditionOut, shown: Shown, names: Mapping[str, str], tongue: str) -> dict[str, Any]:
    words, share = WORDS[tongue]["conditions"], one.code == "known"

    def told_(value: float) -> str:
        return apart(percent(value) if share else number(value, tongue))

    kind = one.code if one.about is None else f"{one.code}_of"
    about = _about(one.about, shown, names, tongue)
    found = "–" if one.found is None else told_(one.found)
    return {"met": one.met, "text": words[kind].format(about=about, wanted=told_(one.wanted), found=found)}


def _about(about: str | None, shown: Shown, names: Mapping[str, str], tongue: str) -> str:
    groups = {group.id: told(group.title, tongue) for group in shown.template.groups}
    criteria = {one.id: told(one.text, tongue) for one in shown.template.criteria}
    return (names | criteria | groups).get(about or "", about or "")


def _trigger(one: TriggerOut, shown: Shown, names: Mapping[str, str], tongue: str) -> dict[str, Any]:
    texts, numbers = {c.id: told(c.text, tongue) for c in shown.template.criteria}, shown.template.numbers
    cells = [
        {
            "number": numbers[cell.criterion],
            "text": texts[cell.criterion],
            "column": None if cell.column == OURS else names[cell.column],
        }
        for cell in one.cells
    ]
    turns = _level(shown.template, one.turns_to, tongue) if one.turns_to else None
    return {"cells": cells, "turns_to": turns}


def _decision(sheet: SheetDetail, template: Template, tongue: str) -> dict[str, Any] | None:
    if (row := sheet.decision) is None:
        return None
    return {
        "level": _level(template, row.decision, tongue),
        "rule": _level(template, row.rule, tongue),
        "differs": row.rule != row.decision,
        "reason": row.reason,
        "by": row.by,
        "at": _day(row.at),
        "number": row.number,
    }


def _outcome(sheet: SheetDetail, tongue: str) -> dict[str, Any] | None:
    if (row := sheet.outcome) is None:
        return None
    return {"ending": WORDS[tongue]["endings"][row.ending], "on": row.on.isoformat(), "reason": row.reason}


def _notes(sheet: SheetDetail, template: Template, names: Mapping[str, str], tongue: str) -> Any:
    for cell in sheet.cells:
        if (cell.note or cell.evidence) and cell.criterion in template.numbers:
            yield {
                "number": template.numbers[cell.criterion],
                "column": names[cell.column],
                "sign": SIGNS[cell.answer],
                "note": cell.note,
                "evidence": cell.evidence,
                "by": cell.by,
                "at": _day(cell.at) if cell.at else "",
            }


def _day(at: datetime) -> str:
    return at.date().isoformat()


# --- a market over time


def _comparison(shown: Compared, tongue: str) -> dict[str, Any]:
    found, template, words = shown.comparison, shown.template, WORDS[tongue]
    titles: dict[str, str] = {}
    for one in (*reversed(shown.earlier), template):
        titles |= {group.id: told(group.title, tongue) for group in one.groups}
    questions = {c.id: told(c.text, tongue) for one in (*reversed(shown.earlier), template) for c in one.criteria}
    moments = [one.at for one in found.measured]
    parts = [("whole", words["whole"], [one.whole for one in found.measured])]
    parts += [(name, titles.get(name, name), [one.groups.get(name) for one in found.measured]) for name in found.groups]  # type: ignore[misc]
    return {
        "title": told(template.title, tongue),
        "entity": str(found.entity_id),
        "days": [_day(at) for at in moments],
        "pictures": [
            {"id": name, "title": title, "chart": chart(moments, tallies, rtl=direction(tongue) == "rtl"),
             "words": _course(tallies, tongue)}
            for name, title, tallies in parts
        ],
        "rows": [
            {
                "title": title,
                "cells": [_measured(one, tongue) if one else None for one in tallies],
            }
            for _, title, tallies in parts
        ],
        "levels": [_level(template, one.level, tongue) for one in found.measured],
        "versions": [one.template_version for one in found.measured],
        "changes": [
            {
                "day": _day(one.at),
                "criteria": words["compared_on"].format(n=one.criteria),
                "better": [questions.get(name, name) for name in one.better],
                "worse": [questions.get(name, name) for name in one.worse],
                "new": [questions.get(name, name) for name in one.new_questions],
                "gone": [questions.get(name, name) for name in one.gone_questions],
            }
            for one in found.changes
        ],
    }  # fmt: skip


def _measured(tally: TallyOut, tongue: str) -> dict[str, str]:
    low, high = number(tally.low, tongue), number(tally.high, tongue)
    return _part(tally, tongue) | {"range": WORDS[tongue]["range"].format(low=low, high=high)}


def _course(tallies: Sequence[TallyOut | None], tongue: str) -> str:
    scores = [apart(number(one.score, tongue)) for one in tallies if one]
    return WORDS[tongue]["course"].format(first=scores[0], last=scores[-1], n=len(scores))
