"""Fills texts of one language with facts; whatever a fact contains, it stays a fact.

In a language written from right to left every fact is isolated, so that a phone number keeps its digits' order.
"""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined, Template, Undefined
from jinja2.exceptions import UndefinedError

from services.notifications.texts.shapes import Line, Section

if TYPE_CHECKING:
    from services.notifications.texts import Words

Facts = Mapping[str, Any]
ISOLATE, END = "\u2068", "\u2069"
# What turns the reading direction of the text round it: a fact has no say in that.
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_BREAKS = {"\r\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n", "\x85": "\n", "\t": " "}


def clean(value: Any) -> Any:
    """A fact without control characters, direction marks and lone surrogates; its line breaks are kept."""
    if isinstance(value, str):
        for old, new in _BREAKS.items():
            value = value.replace(old, new)
        return "".join(letter for letter in value if letter == "\n" or _kept(letter))
    if isinstance(value, Mapping):
        return {name: clean(inner) for name, inner in value.items()}
    return [clean(inner) for inner in value] if isinstance(value, list | tuple) else value


def _kept(letter: str) -> bool:
    return letter not in _TURNS and unicodedata.category(letter) not in ("Cc", "Cs", "Cn", "Co")


class Fill:
    """The texts of one language and the facts of one message."""

    def __init__(self, spoken: "Words", facts: Facts) -> None:
        self.spoken, self.facts = spoken, clean(facts)

    def text(self, source: str) -> str:
        return _template(self.spoken, source).render(self.facts).strip()

    def line(self, source: str) -> str:
        """A text of one line."""
        return " ".join(self.text(source).split())

    def lines(self, items: Any) -> list[Line]:
        """Each item is a text, `{when, text, missing}`, or `{each: fact, text}`: a line per element, as `item`."""
        return [line for item in items for line in self._item(item)]

    def section(self, part: Mapping[str, Any]) -> Section:
        kinds = {kind: self.lines(part.get(kind, ())) for kind in ("lines", "rows", "points", "steps", "fields")}
        return Section(title=self.line(part["title"]), **kinds)

    def _item(self, item: Any) -> list[Line]:
        if isinstance(item, str):
            return [Line(self.text(item))]
        if "each" in item and (elements := self._found(item["each"])):
            return [self._each(item, element) for element in elements]
        when = item.get("when") or item.get("each", [])
        wanted = [when] if isinstance(when, str) else when
        label = self.line(item.get("label", ""))
        if all(self._known(fact) for fact in wanted):
            return [Line(self.text(item.get("text", "")), label)]
        return [Line(self.text(item["missing"]), label, missing=True)] if "missing" in item else []

    def _each(self, item: Mapping[str, Any], element: Any) -> Line:
        inner = Fill.__new__(Fill)
        inner.spoken, inner.facts = self.spoken, {**self.facts, "item": element}
        return Line(inner.text(item["text"]), inner.line(item.get("label", "")))

    def _found(self, fact: str) -> Any:
        """A fact, or a part of it: `host_facts.money`."""
        found: Any = self.facts
        for name in fact.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def _known(self, fact: str) -> bool:
        return (found := self._found(fact)) is not None and found not in ("", [])


class _Unknown(StrictUndefined):
    """A fact that isn't known: a text may ask whether it is there, but never print it."""

    def __bool__(self) -> bool:
        return False


@cache
def _environment(spoken: "Words") -> Environment:
    def isolated(value: Any) -> Any:
        if isinstance(value, Undefined):
            str(value)  # says that it isn't known
        if value is None:
            raise UndefinedError("a fact is known to be nothing")
        return f"{ISOLATE}{value}{END}" if spoken.direction == "rtl" else value

    made = Environment(undefined=_Unknown, autoescape=False, finalize=isolated)  # noqa: S701 – the layouts escape
    made.filters.update(day=spoken.written, clock=spoken.at, reason=spoken.reason, moment=_moment(spoken))
    made.filters.update(survey_title=spoken.survey_title, survey_why=spoken.survey_why)
    return made


def _moment(spoken: "Words") -> Any:
    def written(value: datetime) -> str:
        return f"{spoken.written(value.date())}, {spoken.at(value.timetz())}"

    return written


@cache
def _template(spoken: "Words", source: str) -> Template:
    return _environment(spoken).from_string(source)
