"""Declared columns as those of a table: words for codes, names for ids, roads to other pages."""

from collections.abc import Callable, Mapping
from typing import Any

from services.journeys.console import tables, words
from services.journeys.console.heard import heard
from services.journeys.console.session import HOME
from services.journeys.console.texts import _
from services.journeys.console.work.declare import Column, Json
from services.journeys.console.work.names import Names, value_of

ROADS = {"person": "people", "opportunity": "opportunities", "application": "applications", "enabler": "enablers"}
ADDRESSES = ("link", "road")
KINDS: Mapping[str, tables.Kind] = {
    "code": "code", "pill": "pill", "day": "date", "moment": "moment", "number": "number", "percent": "share",
    "score": "number", "grade": "number", "rate": "share", "portion": "share",
}  # fmt: skip
DIGITS = {"score": 1, "grade": 2}


def cell_of(column: Column, names: Names, link: Callable[[Json], str | None] | None = None) -> tables.Column:
    """The column of a table. `link` is where the first cell of a row leads."""

    def value(item: Json) -> Any:
        if column.show == "rate":
            return tables.Share(
                value_of(column, item), item.get("low"), item.get("high"), item.get("n") or item.get("asked")
            )
        if column.show == "portion":
            return tables.Share.of(value_of(column, item))
        if column.show == "road":
            return _(column.words) if value_of(column, item) else None
        return _shown(column.show, value_of(column, item), names)

    def road(item: Json) -> str | None:
        return (link(item) if link else None) or _road(_kind_of(column.show, item), value_of(column, item))

    kind, digits = KINDS.get(column.show, "text"), DIGITS.get(column.show, 0)
    return tables.Column(column.name, _(column.label), kind, value, road, digits=digits, pill_class="state-")


def _kind_of(show: str, item: Json) -> str:
    """A party is a person or an enabler, as the item says."""
    if show != "party":
        return show
    return "enabler" if "enabler" in (item.get("party"), item.get("side")) else "person"


def _shown(show: str, value: Any, names: Names) -> Any:
    """What the table writes; names and words are texts, the rest is written by the table in its own way."""
    if value is None or value == "" or value == []:
        return None
    if show in KINDS:
        return value
    return _TEXTS[show](value, names) if show in _TEXTS else str(value)


def _road(show: str, value: Any) -> str | None:
    if value is None or show not in {*ROADS, *ADDRESSES}:
        return None
    return str(value) if show in ADDRESSES else f"{HOME}/{ROADS[show]}/{value}"


def _named(value: Any, names: Names) -> str:
    return names.get(str(value)) or _("name unknown")


_TEXTS: Mapping[str, Callable[[Any, Names], str]] = {
    "person": _named, "opportunity": _named, "enabler": _named, "entity": _named, "member": _named, "party": _named,
    "segment": _named, "named": _named,
    "group": lambda value, names: names.get(str(value)) or words.plain(value),
    "application": lambda value, names: names.get(str(value)) or _("Open it"),
    "yes": lambda value, names: _("yes") if value else _("no"),
    "codes": lambda value, names: ", ".join(words.plain(one) for one in value),
    "told": lambda value, names: "\n".join(map(heard, value if isinstance(value, list) else [str(value)])),
    "lines": lambda value, names: "\n".join(str(one) for one in value),
    "language": lambda value, names: words.language(value),
    "time": lambda value, names: str(value)[:5],
    "country": lambda value, names: words.country(value),
}  # fmt: skip
