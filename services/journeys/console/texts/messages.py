"""Every message of the console, read from its templates and its code, and what the catalogues lack of them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from gettext import c2py  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any

from babel.messages.extract import extract_from_dir

from services.journeys.console.texts import HERE, LANGUAGES, PLURALS, SOURCE, files, merged, read

CONSOLE = HERE.parent
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "encoding": "utf-8"}}
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sd%]")
FRAME = "frame"
Id = str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `part` is whose `.po` file it belongs into."""

    id: Id
    context: str | None
    where: str
    part: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A message without a translation into `language`, which has so many plural forms."""

    language: str
    id: Id
    context: str | None
    where: str
    part: str
    forms: int


@cache
def messages() -> tuple[Message, ...]:
    """All messages, each once, in the order of the files."""
    found: dict[tuple[Any, str | None], Message] = {}
    for file, line, id_, _comments, context in _extracted():
        key = (id_, context)
        found.setdefault(key, Message(id_, context, f"{file}:{line}", part_of(file)))
    return tuple(found.values())


def _extracted() -> Iterator[tuple[Any, ...]]:
    yield from extract_from_dir(CONSOLE, METHODS, OPTIONS, keywords=KEYWORDS, strip_comment_tags=True)


def part_of(file: str) -> str:
    """`templates/figures_funnel.html`, `pages/figures.py` and `figures_charts.py` belong to `figures`; what has no part
    of its own belongs to the frame."""
    name = Path(file).stem.partition("_")[0]
    if Path(file).parts[0] == "pages" and len(Path(file).parts) > 2:
        name = Path(file).parts[1]
    if Path(file).parts[0] in PARTS:
        name = Path(file).parts[0]
    own = {path.stem for language in LANGUAGES for path in files(language)} | PARTS
    return name if name in own else FRAME


PARTS = {"figures", "blueprint", "maps", "conversation", "boards", "work", "own", "heard"}


def missing() -> list[Missing]:
    """What the catalogues lack, by language."""
    return [one for language in LANGUAGES if language != SOURCE for one in _lacking(language)]


def _lacking(language: str) -> Iterator[Missing]:
    catalogue = merged(language)
    forms = catalogue.num_plurals
    for one in messages():
        held = catalogue.get(one.id[0] if isinstance(one.id, tuple) else one.id, one.context)
        if held is None or not _whole(held.string, one.id, forms):
            yield Missing(language, one.id, one.context, one.where, one.part, forms)


def _whole(string: str | Sequence[str], id_: Id, forms: int) -> bool:
    if isinstance(id_, str):
        return bool(string) and isinstance(string, str)
    return not isinstance(string, str) and len(string) == forms and all(string)


def faults() -> list[str]:
    """Translations that name other placeholders than their message, those that nobody says any more, and files that
    count otherwise than their language."""
    said = {(one.id[0] if isinstance(one.id, tuple) else one.id, one.context): one.id for one in messages()}
    found = []
    for path in (path for language in LANGUAGES if language != SOURCE for path in files(language)):
        part = read(path)
        if not _counts_alike(part.plural_expr, PLURALS[path.parent.name]):
            found.append(f"{path.parent.name}/{path.name}: its Plural-Forms are {PLURALS[path.parent.name]!r}")
        for held in part:
            if not held.id:
                continue
            first = held.id if isinstance(held.id, str) else held.id[0]
            where = f"{path.parent.name}/{path.name}: {first!r}"
            if (first, held.context) not in said:
                found.append(f"{where} is said nowhere")
            elif not _same_placeholders(held.id, held.string):
                found.append(f"{where} has other placeholders")
    return found


def _counts_alike(expression: str, plural: str) -> bool:
    """Whether a file lists the forms of a number in its language's order."""
    wanted, given = c2py(plural.partition("plural=")[2].rstrip(";")), c2py(expression)
    return all(wanted(number) == given(number) for number in range(250))


def _same_placeholders(id_: Id, string: str | Sequence[str]) -> bool:
    """Each form names what the message names; a plural form may leave the number out (`one day`)."""
    if isinstance(id_, str):
        return isinstance(string, str) and _named(string) == _named(id_)
    wanted = _named(id_[1]) | _named(id_[0])
    optional = {"num", "n", "count"}
    return all(wanted - optional <= _named(form) <= wanted for form in string)


def _named(text: str) -> set[str]:
    return {match[1] or match[0] for match in PLACEHOLDER.finditer(text) if match[0] != "%%"}
