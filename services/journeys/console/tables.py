"""Tables of the console: drawn by `ui.table`, sorted by the address, and the same as CSV at `?format=csv`.

    columns = (Column("name", _("Name"), "link", href=lambda row: …), Column("score", _("Score"), "share"))
    table = Table("people", _("People"), columns, rows)

The order is the address's `sort=<table>.<column>` (a minus before it turns it round), so that it can be shared. A page
hands its tables to `page(...)` like any other value; with several on a page `?format=csv&table=<name>` says which.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from starlette.responses import Response

from services.journeys.console import here, words
from services.journeys.policy import folded
from shared.cells import guarded

Kind = Literal["text", "number", "share", "date", "moment", "link", "code", "pill"]
Row = Mapping[str, Any]
CSV = "text/csv; charset=utf-8"
RIGHT = ("number", "share")


@dataclass(frozen=True, slots=True)
class Share:
    """A share of `n` with its interval, all of 0 to 1; without a number where there is not enough to say one."""

    share: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None

    @classmethod
    def of(cls, rate: Any) -> "Share":
        """From anything with `rate` (or `share`), `low`, `high` and `n`, as the rooms answer them."""
        if rate is None:
            return cls(None)
        read = rate.get if isinstance(rate, Mapping) else lambda name, default=None: getattr(rate, name, default)
        found = read("rate", None)
        return cls(
            read("share", None) if found is None else found, read("low", None), read("high", None), read("n", None)
        )


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `value` reads a row's cell (else it is the row's `key`); `href` makes a link of it.

    Kinds: text; number (`digits` behind the point); share (a Share or 0 to 1); date; moment (in `zone`, or in that of
    the row's `zone`); link; code (a code in words); pill (the same, as a mark of the class `pill_class` ~ code).
    `wide` columns are left out on a phone.
    """

    key: str
    title: str
    kind: Kind = "text"
    value: Callable[[Row], Any] | None = None
    href: Callable[[Row], str | None] | None = None
    sortable: bool = True
    digits: int = 0
    zone: str | None = None
    pill_class: str = "status-"
    wide: bool = False

    @property
    def right(self) -> bool:
        return self.kind in RIGHT

    def cell(self, row: Row) -> Any:
        return self.value(row) if self.value is not None else row.get(self.key)

    def shown(self, row: Row) -> str:
        """The cell as text in the reader's language."""
        value = self.cell(row)
        if value is None or value == "":
            return ""
        match self.kind:
            case "number":
                return words.number(value, self.digits)
            case "share":
                return words.percent(value.share if isinstance(value, Share) else value)
            case "date":
                return words.day(value)
            case "moment":
                return words.at(value, self.zone or row.get("zone"))
            case "code" | "pill":
                return words.plain(value)
        return str(value)

    def rank(self, row: Row) -> Any:
        """What rows are sorted by; rows without a value come last."""
        value = self.cell(row)
        value = value.share if isinstance(value, Share) else value
        return folded(value) if isinstance(value, str) and self.kind not in ("date", "moment") else value


@dataclass(frozen=True, slots=True)
class Table:
    """`whole` tells that all rows are here, so that they can be sorted; a page of a longer list keeps its order.
    `empty` is said when there are no rows. `note` stands below, for what the figures mean."""

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    whole: bool = True
    empty: str | None = None
    note: str | None = None
    order: str | None = None
    hide_caption: bool = True

    @property
    def sort(self) -> tuple[str, bool]:
        """The column that the address asks to sort by, and whether it is turned round."""
        table, __, asked = here.query().get("sort", "").rpartition(".")
        chosen = asked if table == self.name else (self.order or "")
        key = chosen.removeprefix("-")
        known = any(one.key == key and one.sortable for one in self.columns)
        return (key, chosen.startswith("-")) if known and self.whole else ("", False)

    def lines(self) -> Sequence[Row]:
        """The rows in the order that is asked for."""
        key, turned = self.sort
        column = next((one for one in self.columns if one.key == key), None)
        if column is None:
            return self.rows
        known = [row for row in self.rows if column.rank(row) is not None]
        rest = [row for row in self.rows if column.rank(row) is None]
        return [*sorted(known, key=column.rank, reverse=turned), *rest]

    def order_of(self, column: Column) -> str | None:
        """`ascending` or `descending` for the column that rows are sorted by."""
        key, turned = self.sort
        return ("descending" if turned else "ascending") if key == column.key else None

    def sort_address(self, column: Column) -> str:
        """This page, sorted by that column; once more turns it round."""
        minus = "-" if self.order_of(column) == "ascending" else ""
        return here.address(sort=f"{self.name}.{minus}{column.key}", cursor=None)

    @property
    def csv_address(self) -> str:
        return here.address(format="csv", table=self.name)

    def csv(self) -> Response:
        """All columns as CSV (UTF-8 with a mark, so that spreadsheets see it); no cell is run as a formula."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow([guarded(name) for column in self.columns for name in _names(column)])
        for row in self.lines():
            writer.writerow([_plain(value) for column in self.columns for value in _values(column, row)])
        headers = {"Content-Disposition": f'attachment; filename="{self.name}.csv"', "Cache-Control": "no-store"}
        return Response(out.getvalue().encode("utf-8-sig"), headers=headers, media_type=CSV)


def asked_as_csv(values: Iterable[Any]) -> Response | None:
    """The table among the values of a page that the address asks for as CSV."""
    query = here.query()
    if query.get("format") != "csv":
        return None
    every = [one for value in values for one in (value if isinstance(value, list | tuple) else (value,))]
    tables = [one for one in every if isinstance(one, Table)]
    found = [table for table in tables if table.name == query.get("table", table.name)]
    return found[0].csv() if found else None


def _names(column: Column) -> list[str]:
    if column.kind != "share":
        return [column.title]
    return [column.title, *(f"{column.title}: {part}" for part in ("low", "high", "n"))]


def _values(column: Column, row: Row) -> list[Any]:
    value = column.cell(row)
    if column.kind != "share":
        return [words.plain(value) if column.kind in ("code", "pill") and value else value]
    share = value if isinstance(value, Share) else Share(value)
    return [share.share, share.low, share.high, share.n]


def _plain(value: Any) -> Any:
    """Numbers as they are (a minus is no formula), everything else as a guarded text."""
    if value is None:
        return ""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else guarded(str(value))
