"""What messages and documents say, per language: texts as data, filled with the facts of one internship.

Every text is a Jinja string that is rendered as plain text; the layouts escape it once, whatever a name contains.
An item of a list is a text, or `{when: fact, text: …, missing: …}`: without the fact it shows `missing`, or nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, StrictUndefined, Template

FOLDER = Path(__file__).parent
FALLBACK = "en"
DOSSIER = (
    "pickup_place", "pickup_on", "pickup_time", "pickup_person", "pickup_phone", "accommodation", "workplace",
    "supervisor", "emergency_contact", "departure_route",
)  # fmt: skip
FACTS = frozenset(("person", "hosting_entity", "sending_entity", "opportunity", "enabler", "link", *DOSSIER))
Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is shown; `missing` marks one that only says who will provide the fact."""

    text: str
    label: str = ""
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail in words, before any layout."""

    language: str
    subject: str
    preview: str
    greeting: str
    body: list[Line]
    facts: list[Line]
    after: list[Line]
    action: str
    closing: list[Line]
    footer: str
    attached: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document: paragraphs, labelled facts, points, and steps to tick off."""

    title: str
    lines: list[Line] = field(default_factory=list)
    rows: list[Line] = field(default_factory=list)
    points: list[Line] = field(default_factory=list)
    steps: list[Line] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.lines or self.rows or self.points or self.steps)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document in words, before it is typeset."""

    language: str
    file_name: str
    title: str
    subtitle: str
    issuer: str
    addressee: str
    intro: list[Line]
    glance: list[Line]
    sections: list[Section]
    footer: str
    page: str


@dataclass(frozen=True, slots=True)
class Words:
    """One language: how dates are written, and all its texts."""

    language: str
    months: list[str]
    weekdays: list[str]
    day: str
    clock: str
    footer: str
    attached: str
    page: str
    letters: Mapping[str, Any]
    documents: Mapping[str, Any]

    def written(self, value: date) -> str:
        """A date in full, with its weekday, as the language writes it."""
        weekday, month = self.weekdays[value.weekday()], self.months[value.month - 1]
        return self.day.format(weekday=weekday, day=value.day, month=month, year=value.year)

    def at(self, value: time) -> str:
        return value.strftime(self.clock)


@cache
def languages() -> tuple[str, ...]:
    """The languages that texts are written in."""
    return tuple(sorted(folder.parent.name for folder in FOLDER.glob("*/words.yaml")))


def choose(*tags: str | None) -> str:
    """The language to write in: the first tag whose language there is, else English."""
    for tag in tags:
        if tag and (language := tag.partition("-")[0].lower()) in languages():
            return language
    return FALLBACK


@cache
def words(language: str) -> Words:
    folder = FOLDER / language
    read = {name: yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8")) for name in ("letters", "documents")}
    return Words(language=language, **yaml.safe_load((folder / "words.yaml").read_text("utf-8")), **read)


def letter(code: str, language: str, facts: Facts, attached: str | None = None) -> Letter:
    """The e-mail of a touchpoint; `attached` is the name of the document that goes with it."""
    spoken = words(language)
    text, fill = spoken.letters[code], _Fill(language, facts)
    return Letter(
        language=language,
        subject=fill.line(text["subject"]),
        preview=fill.line(text["preview"]),
        greeting=fill.line(text["greeting"]),
        body=fill.lines(text["body"]),
        facts=fill.lines(text.get("facts", ())),
        after=fill.lines(text.get("after", ())),
        action=fill.line(text["action"]) if "link" in facts and "action" in text else "",
        closing=fill.lines(text["closing"]),
        footer=fill.line(spoken.footer),
        attached=f"{spoken.attached}: {attached}" if attached else "",
    )


def sheet(code: str, language: str, facts: Facts) -> Sheet:
    """The document of a touchpoint; a section of which nothing is known is left out."""
    spoken = words(language)
    text, fill = spoken.documents[code], _Fill(language, facts)
    return Sheet(
        language=language,
        file_name=f"{text['file']}.pdf",
        title=fill.line(text["title"]),
        subtitle=fill.line(text["subtitle"]),
        issuer=fill.line(text["issuer"]),
        addressee=fill.line(text["addressee"]),
        intro=fill.lines(text["intro"]),
        glance=fill.lines(text["glance"]),
        sections=[section for part in text["sections"] if not (section := fill.section(part)).empty],
        footer=fill.line(text["footer"]),
        page=spoken.page,
    )


class _Fill:
    """Fills texts of one language with facts."""

    def __init__(self, language: str, facts: Facts) -> None:
        self.language, self.facts = language, facts

    def text(self, source: str) -> str:
        return _template(self.language, source).render(self.facts).strip()

    def line(self, source: str) -> str:
        """A text of one line: whatever a fact contains, no control character is left."""
        return " ".join("".join(letter if letter.isprintable() else " " for letter in self.text(source)).split())

    def lines(self, items: Any) -> list[Line]:
        return [line for item in items if (line := self._item(item)) is not None]

    def section(self, part: Mapping[str, Any]) -> Section:
        kinds = {kind: self.lines(part.get(kind, ())) for kind in ("lines", "rows", "points", "steps")}
        return Section(title=self.line(part["title"]), **kinds)

    def _item(self, item: Any) -> Line | None:
        if isinstance(item, str):
            return Line(self.text(item))
        when = item.get("when", [])
        wanted = [when] if isinstance(when, str) else when
        label = self.line(item.get("label", ""))
        if all(fact in self.facts for fact in wanted):
            return Line(self.text(item["text"]), label)
        return Line(self.text(item["missing"]), label, missing=True) if "missing" in item else None


class _Unknown(StrictUndefined):
    """A fact that isn't known: a text may ask whether it is there, but never print it."""

    def __bool__(self) -> bool:
        return False


@cache
def _environment(language: str) -> Environment:
    spoken = words(language)
    made = Environment(undefined=_Unknown, autoescape=False)  # noqa: S701 – the layouts escape
    made.filters.update(day=spoken.written, clock=spoken.at)
    return made


@cache
def _template(language: str, source: str) -> Template:
    return _environment(language).from_string(source)
