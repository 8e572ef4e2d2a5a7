"""A CSV file that comes in pieces: records as they end, each with its line, and what keeps one from being read."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.cells import unguarded

LONGEST = 20_000  # letters of one record


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the file, or the reason why it can't be read. `line` is where it begins."""

    line: int
    cells: tuple[str, ...] = ()
    problem: str = ""


class Reader:
    """UTF-8 with or without a byte order mark, commas or semicolons (by the first line), quoted cells over many lines.

    `feed` gives the records that ended with these bytes, `close` the last one. ValueError for what is not UTF-8.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._rest, self._record, self._line, self._began = "", "", 0, 1
        self._skipping = False
        self._delimiter = ""

    def feed(self, data: bytes) -> Iterator[Record]:
        self._rest += self._decoder.decode(data)
        *lines, self._rest = self._rest.split("\n")
        for line in lines:
            yield from self._take(line)
        if len(self._rest) > LONGEST and not self._skipping:
            yield Record(self._line + 1, problem=f"longer than {LONGEST:,} characters")
            self._skipping = True
        if self._skipping:
            self._rest = ""

    def close(self) -> Iterator[Record]:
        self._rest += self._decoder.decode(b"", final=True)
        if self._rest and not self._skipping:
            yield from self._take(self._rest)
        if self._record:
            yield Record(self._began, problem="a quoted cell has no end")

    def _take(self, line: str) -> Iterator[Record]:
        """A line of the file: the end of a record, or the middle of a quoted cell."""
        self._line += 1
        if self._skipping:
            self._skipping, self._record = False, ""
            return
        if not self._record:
            self._began = self._line
        self._record += line + "\n"
        if len(self._record) > LONGEST:
            yield Record(self._began, problem=f"longer than {LONGEST:,} characters, or a quoted cell has no end")
            self._record = ""
        elif self._record.count('"') % 2 == 0:
            text, self._record = self._record, ""
            if text.strip():
                yield self._read(text)

    def _read(self, text: str) -> Record:
        if not self._delimiter:
            self._delimiter = ";" if text.count(";") > text.count(",") else ","
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter, strict=True))
        except csv.Error as error:
            return Record(self._began, problem=str(error))
        return Record(self._began, tuple(rows[0]) if len(rows) == 1 else (), "" if len(rows) == 1 else "no one record")


def records(pieces: Iterable[bytes]) -> Iterator[Record]:
    """The records of a file that is read in pieces; ValueError from where on it is not UTF-8."""
    reader = Reader()
    for piece in pieces:
        yield from reader.feed(piece)
    yield from reader.close()


def bare(cell: str) -> str:
    """A cell without blanks and without the apostrophe that guards a formula."""
    return unguarded(cell.strip()).strip()


def name_of(heading: str) -> str:
    """A heading as it is compared: `Person-ID ` is person_id."""
    return bare(heading).lower().replace(" ", "_").replace("-", "_")


def columns(
    headings: Sequence[str], known: Mapping[str, str], given: Mapping[str, str]
) -> tuple[dict[int, str], list[str]]:
    """Which place holds which of our fields, by what the caller says (`given`) or by the names that are known; and
    the headings that say nothing to us. Of two that mean the same the first counts."""
    found: dict[int, str] = {}
    strange = []
    said = {name_of(theirs): ours for theirs, ours in given.items()}
    for place, heading in enumerate(headings):
        ours = said.get(name_of(heading)) or known.get(name_of(heading))
        if ours is None or ours in found.values():
            strange.append(bare(heading)[:80])
        else:
            found[place] = ours
    return found, strange
