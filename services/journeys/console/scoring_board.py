"""A benchmark sheet as it is drawn: questions by columns, what each is worth, what the rule says and which answers
decide. The words of questions and levels are the template's own, in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.journeys.console import words
from services.journeys.console.session import HOME
from services.journeys.console.texts import N_, _
from services.journeys.console.words import told

Json = dict[str, Any]
OURS, NOT_ENOUGH = "ours", "not_enough_known"
MOST_TRIGGERS = 8
SIGNS = {"plus": "+", "minus": "−", "open": "?"}
CONDITIONS = {
    "known": N_("Known: %(found)s of at least %(wanted)s"),
    "known_of": N_("Known of %(about)s: %(found)s of at least %(wanted)s"),
    "score": N_("Score %(found)s, at least %(wanted)s"),
    "group": N_("Each group: %(found)s, at least %(wanted)s"),
    "group_of": N_("%(about)s %(found)s, at least %(wanted)s"),
    "lead_of": N_("Ahead of %(about)s by %(found)s, at least %(wanted)s"),
    "must_of": N_("%(about)s must not be −"),
}


@dataclass(frozen=True, slots=True)
class Head:
    """A column: ours, or a competitor's."""

    key: str
    name: str
    whole: Json
    rank: int | None

    @property
    def ours(self) -> bool:
        return self.key == OURS


@dataclass(frozen=True, slots=True)
class Square:
    """An answer: its sign, what it says in the question's own words, and where it is changed."""

    kind: str
    sign: str
    words: str
    noted: bool
    address: str


@dataclass(frozen=True, slots=True)
class Question:
    """A criterion with its answers, one a column."""

    id: str
    number: str
    text: str
    plus: str
    minus: str
    weight: int
    must: bool
    squares: list[Square]


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that are scored together, and what they come to in each column."""

    number: int
    title: str
    tallies: list[Json | None]
    questions: list[Question]


@dataclass(frozen=True, slots=True)
class Board:
    """All of it."""

    heads: list[Head]
    groups: list[Group]
    level: str
    outlook: str
    conditions: list[tuple[bool, str]]
    triggers: list[str]
    more: bool
    hint: str


def level_of(content: Json, code: str) -> str:
    """What a level is called."""
    if code == NOT_ENOUGH:
        return _("Not enough known")
    titles = {one["code"]: told(one["title"]) for one in content.get("levels", ())}
    return titles.get(code) or words.plain(code)


def questions_of(content: Json) -> dict[str, Json]:
    """The criteria of a template by their ids."""
    return {one["id"]: one for group in content.get("groups", ()) for one in group["criteria"]}


def name_of(column: Json, content: Json) -> str:
    """What a column is called on this sheet."""
    if column["name"]:
        return str(column["name"])
    if column["key"] == OURS:
        return told(content.get("ours"))
    return f"{told(content.get('rival'))} {column['key'].upper()}"


def board(sheet: Json, found: Json) -> Board:
    """A sheet by the version of the template that it has."""
    content, verdict = found["content"], sheet["verdict"]
    cells = {(one["column"], one["criterion"]): one for one in sheet["cells"]}
    heads = [Head(one["key"], name_of(one, content), one["whole"], one["rank"]) for one in sheet["columns"]]

    def asked(one: Json) -> Question:
        squares = [_square(sheet, head.key, one, cells.get((head.key, one["id"]))) for head in heads]
        return Question(
            one["id"], found["numbers"][one["id"]], told(one["text"]), told(one["plus"]), told(one["minus"]),
            one.get("weight", 1), one.get("must", False), squares,
        )  # fmt: skip

    groups = [
        Group(place, told(one["title"]), [column["groups"].get(one["id"]) for column in sheet["columns"]],
              [asked(criterion) for criterion in one["criteria"]])
        for place, one in enumerate(content.get("groups", ()), 1)
    ]  # fmt: skip
    names = {head.key: head.name for head in heads}
    hint, triggers = _triggers(verdict, found, names)
    return Board(
        heads, groups, level_of(content, verdict["code"]), _outlook(verdict, content),
        _conditions(verdict, content, names), triggers[:MOST_TRIGGERS],
        len(triggers) > MOST_TRIGGERS or not verdict["all_triggers"], hint,
    )  # fmt: skip


def _square(sheet: Json, column: str, one: Json, cell: Json | None) -> Square:
    kind = cell["answer"] if cell else "open"
    said = _("not known") if kind == "open" else told(one[kind])
    noted = bool(cell and (cell["note"] or cell["evidence"]))
    return Square(kind, SIGNS[kind], said, noted, f"{HOME}/sheets/{sheet['id']}/cells/{column}/{one['id']}")


def _outlook(verdict: Json, content: Json) -> str:
    """Whether open questions may still turn it."""
    if verdict["settled"]:
        return _("No open answer can turn this any more.")
    worst, best = level_of(content, verdict["worst"]), level_of(content, verdict["best"])
    if worst == best:
        return _("Whatever the open answers are, it would be: %(level)s.", level=worst)
    return _("The open answers could still make it: %(worst)s … %(best)s.", worst=worst, best=best)


def _conditions(verdict: Json, content: Json, names: Mapping[str, str]) -> list[tuple[bool, str]]:
    """What is met and what isn't: of what has to be known, of the level that holds, of the next one."""
    lacking = verdict["code"] == NOT_ENOUGH
    every = verdict["needed"] if lacking else [*verdict["held"], *verdict["next"]]
    called = {**names, **{one["id"]: told(one["title"]) for one in content.get("groups", ())}}
    called |= {id_: told(one["text"]) for id_, one in questions_of(content).items()}
    return list(dict.fromkeys((one["met"], _condition(one, called)) for one in every))


def _condition(one: Json, called: Mapping[str, str]) -> str:
    kind = f"{one['code']}_of" if one["about"] else one["code"]
    write = words.percent if one["code"] == "known" else lambda value: words.signed(value, 2)
    found = "–" if one["found"] is None else write(one["found"])
    values = {"found": found, "wanted": write(one["wanted"])}
    if one["about"]:
        values["about"] = words.quoted(called.get(one["about"], one["about"]))
    message = CONDITIONS.get(kind)
    return _(message, **values) if message else words.plain(one["code"])


def _triggers(verdict: Json, found: Json, names: Mapping[str, str]) -> tuple[str, list[str]]:
    """The answers that decide, and what it means to turn them."""
    if verdict["code"] == NOT_ENOUGH:
        return _("Known, these would be enough:"), [_trigger(one, found, names) for one in verdict["missing"]]
    every = [_trigger(one, found, names) for one in (*verdict["holds"], *verdict["lifts"])]
    return _("If one of these were the other way round, the rule would say otherwise:"), every


def _trigger(one: Json, found: Json, names: Mapping[str, str]) -> str:
    asked, content = questions_of(found["content"]), found["content"]
    cells: Iterable[Json] = one["cells"]
    parts = [
        f"{found['numbers'].get(cell['criterion'], '')} {told(asked.get(cell['criterion'], {}).get('text'))}".strip()
        + ("" if cell["column"] == OURS else f" ({names.get(cell['column'], cell['column'])})")
        for cell in cells
    ]
    turned = f" → {level_of(content, one['turns_to'])}" if one["turns_to"] else ""
    return " & ".join(parts) + turned
