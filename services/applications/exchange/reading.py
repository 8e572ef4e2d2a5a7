"""Rows of a file, one after the other: CSV, JSON Lines, the exchange system's JSON; never the whole file at once."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import orjson

LONGEST = 1 << 20  # characters of one row: more is a broken file
CHUNK = 1 << 18
FORMULA = ("=", "+", "-", "@", "\t", "\r")
GUARDED = (*FORMULA, "[", "{")  # a text that looks like a list must not come back as one
_decoder = json.JSONDecoder()


class Unreadable(ValueError):
    """The file is none of what is read here, from some place on."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it stands in the file: names and values, or why it can't be read. `line` is where it begins."""

    line: int
    values: dict[str, Any] | None
    problem: str = ""


class Source:
    """A file, by what its name ends with: `.csv`, `.jsonl` / `.ndjson`, else JSON. Its rows can be read once."""

    def __init__(self, path: Path) -> None:
        self.path, self.size, self._place = path, max(1, path.stat().st_size), 0

    def share(self) -> float:
        """How much of the file is read, 0 to 1."""
        return self._place / self.size

    def __iter__(self) -> Iterator[Row]:
        read = {".csv": read_csv, ".jsonl": read_lines, ".ndjson": read_lines}.get(self.path.suffix.lower(), read_json)
        with self.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            for number, row in enumerate(read(file)):
                if not number % 1000:
                    self._place = file.buffer.tell()  # of what is read ahead: near enough
                yield row
        self._place = self.size


def lines_of(file: TextIO) -> Iterator[tuple[str, bool]]:
    """Lines of bounded length; one that is too long comes cut, and marked."""
    while line := file.readline(LONGEST):
        whole = len(line) < LONGEST or line.endswith("\n")
        end = line
        while not whole and end and not end.endswith("\n"):
            end = file.readline(LONGEST)
        yield (line, False) if whole else (line[:100] + "\n", True)


def read_csv(file: TextIO) -> Iterator[Row]:
    """Columns by the names in the first line; commas or semicolons; a cell may be a list or an object in JSON."""
    csv.field_size_limit(LONGEST)
    cut: set[int] = set()
    reader = csv.reader(_counted(file, cut), delimiter=_delimiter(file))
    names = [name.strip().lower() for name in next(reader, [])]
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(line, None, str(error))
            continue
        if cut and not cut.isdisjoint(range(line, reader.line_num + 1)):
            yield Row(line, None, f"longer than {LONGEST:,} characters")
        elif len(cells) != len(names):
            if cells:
                yield Row(line, None, f"{len(cells)} cells, but {len(names)} columns")
        else:
            yield Row(line, {name: plain_cell(cell) if cell else None for name, cell in zip(names, cells, strict=True)})


def _counted(file: TextIO, cut: set[int]) -> Iterator[str]:
    for number, (line, too_long) in enumerate(lines_of(file), 1):
        if too_long:
            cut.add(number)
        yield line


def _delimiter(file: TextIO) -> str:
    """What separates the names in the first line."""
    start = file.tell()
    head = file.readline(LONGEST)
    file.seek(start)
    return ";" if head.count(";") > head.count(",") else ","


def plain_cell(cell: str) -> Any:
    """A cell without the quote that guards a formula; lists and objects are JSON."""
    first = cell[0]
    if first == "'" and cell.lstrip("'").startswith(GUARDED):
        return cell[1:]
    if first in "[{":
        try:
            return orjson.loads(cell)
        except orjson.JSONDecodeError:
            return cell
    return cell


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; `plain_cell` gives the text again."""
    return f"'{text}" if text and text.lstrip("'").startswith(GUARDED) else text


def read_lines(file: TextIO) -> Iterator[Row]:
    """One object a line; a line may also be a whole page of the exchange system."""
    for number, (line, too_long) in enumerate(lines_of(file), 1):
        if too_long:
            yield Row(number, None, f"longer than {LONGEST:,} characters")
            continue
        if not (text := line.strip()):
            continue
        try:
            found = orjson.loads(text)
        except (orjson.JSONDecodeError, UnicodeEncodeError):
            yield Row(number, None, "no JSON, or no UTF-8")
            continue
        for values in _listed(found):
            yield _row(number, values)


def _row(line: int, values: Any) -> Row:
    return Row(line, values) if isinstance(values, dict) else Row(line, None, "not an object")


def _listed(found: Any) -> list[Any]:
    """The rows of a page `{"data": {"…": {"data": [rows], "paging": …}}}`; anything else is a row itself."""
    inner = found
    while isinstance(inner, dict) and isinstance(inner.get("data"), dict | list):
        inner = inner["data"]
        if isinstance(inner, list):
            return inner
        if len(inner) == 1:
            (inner,) = inner.values()
    return [found]


def read_json(file: TextIO) -> Iterator[Row]:
    """Pages, lists or objects, one after the other; rows are counted, because a document may be one line."""
    scan = _Scan(file)
    number = 0
    while scan.peek():
        for values in scan.rows():
            number += 1
            yield _row(number, values)


class _Scan:
    """A cursor over a JSON text of which only the piece at hand is in memory."""

    def __init__(self, file: TextIO) -> None:
        self._file, self._text, self._at = file, "", 0

    def peek(self) -> str:
        """The next letter that isn't blank; empty at the end."""
        while True:
            while self._at < len(self._text):
                if (letter := self._text[self._at]) not in " \t\r\n":
                    return letter
                self._at += 1
            if not self._more(CHUNK):
                return ""

    def rows(self) -> Iterator[Any]:
        """The rows of the value that begins here: the first list found on the way down, or the value itself."""
        if self.peek() == "[":
            yield from self._items()
        elif self.peek() == "{" and self._is_page():
            yield from self._page()
        else:
            yield self._value()

    def _is_page(self) -> bool:
        """Whether an object's first name is `data` or `paging`."""
        while len(self._text) - self._at < 200 and self._more(CHUNK):
            pass
        name = self._text[self._at + 1 : self._at + 200].lstrip()
        return name.startswith(('"data"', '"paging"', '"errors"', '"extensions"'))

    def _page(self) -> Iterator[Any]:
        self._take("{")
        while self.peek() != "}":
            name = self._value()
            self._take(":")
            if name in ("paging", "errors", "extensions") or self.peek() not in "{[":
                self._value()
            elif self.peek() == "[":
                yield from self._items()
            else:
                yield from self._page()
            if self.peek() == ",":
                self._at += 1
        self._take("}")

    def _items(self) -> Iterator[Any]:
        self._take("[")
        while self.peek() != "]":
            yield self._value()
            if self.peek() == ",":
                self._at += 1
        self._take("]")

    def _take(self, letter: str) -> None:
        if self.peek() != letter:
            raise Unreadable(f"{letter!r} was expected instead of {self._text[self._at : self._at + 20]!r}")
        self._at += 1

    def _value(self) -> Any:
        """One whole value; as much is read as it needs, but no more than a row may have."""
        self.peek()
        while True:
            try:
                value, end = _decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                waiting = len(self._text) - self._at
                if waiting > 16 * LONGEST or not self._more(max(CHUNK, waiting)):
                    raise Unreadable(f"no JSON: {error.msg}, near {self._text[self._at : self._at + 40]!r}") from None
                continue
            if end == len(self._text) and self._more(CHUNK):
                continue  # a number may go on
            self._at = end
            return value

    def _more(self, size: int) -> bool:
        read = self._file.read(size)
        self._text, self._at = self._text[self._at :] + read, 0
        return bool(read)


def fields_of(values: dict[str, Any]) -> dict[str, Any]:
    """The same with the names of nested objects joined: `{"person": {"id": 7}}` is `person_id`."""
    if dict not in map(type, values.values()):
        return values
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if type(value) is dict:
            for inner, deep in value.items():
                flat[f"{name}_{inner}"] = deep
        else:
            flat[name] = value
    return flat
