"""Rows of a file become interactions: those that can be taken are, each of the others is told with its line."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from services.scoring.commands import Fault, Recorded, TakeRows
from services.scoring.handlers.consents import may_follow
from services.scoring.handlers.interactions import NOT_YOURS, foreign_people
from services.scoring.handlers.recording import record, row_of
from services.scoring.handlers.sources import Codes, codes_of
from services.scoring.handlers.visitors import hold_visitors
from services.scoring.model import Interaction
from services.scoring.policy.imports import CHANNELS, KINDS, NAMES, NEEDED, id_of, moment_of, word_of
from services.scoring.policy.interactions import OLDEST_RECORDED, VISITS, Bounds, Origin, wrong_time
from services.scoring.policy.sources import IN_WORDS
from services.scoring.policy.tables import Record, bare, columns
from services.scoring.schemas import FaultOut, ImportOut
from shared.errors import FieldError, Invalid
from shared.ids import new_id
from shared.storage.tx import Uow

Good = tuple[int, Recorded]
Row = tuple[int, Mapping[str, str]]
PORTION, MOST_REFUSED = 500, 10_000


@dataclass(slots=True)
class Taken:
    """What became of rows."""

    rows: int = 0
    taken: int = 0
    known: int = 0
    refused: int = 0
    faults: list[Fault] = field(default_factory=list)

    def add(self, other: "Taken") -> None:
        self.rows += other.rows
        self.taken += other.taken
        self.known += other.known
        self.refused += other.refused
        self.faults += other.faults

    def refuse(self, line: int, *wrong: tuple[str, str]) -> None:
        self.refused += 1
        self.faults += [Fault(line, column, reason) for column, reason in wrong]


async def take_rows(uow: Uow, command: TakeRows) -> Taken:
    """A portion of a file, in one transaction; to do it again changes nothing."""
    done = Taken(rows=len(command.rows))
    good = _read(uow, command, done)
    visitors = {one.visitor_id for _, one in good if one.visitor_id}
    await hold_visitors(uow, visitors)
    codes = await codes_of(uow, (one.code for _, one in good))
    good = _known_codes(codes, await _own_people(uow, good, done), done)
    followed = await may_follow(uow, visitors, objects=False)
    rows = [_row(uow, one, codes, followed) for _, one in good]
    done.taken = await record(uow, rows) if rows else 0
    done.known = len(rows) - done.taken
    return done


def _read(uow: Uow, command: TakeRows, done: Taken) -> list[Good]:
    """Rows that say something that can be; the others are refused with all that is wrong."""
    bounds, good = Bounds.of(uow.now, OLDEST_RECORDED), []
    for line, cells in command.rows:
        values, wrong = _values(command, cells)
        one = _checked(values, wrong)
        if one and (why := wrong_time(one.at, bounds)):
            wrong.append(("at", why))
        if one is None or wrong:
            done.refuse(line, *wrong)
        else:
            good.append((line, one))
    return good


def _values(command: TakeRows, cells: Any) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Words as ours, and what isn't one of them."""
    wrong: list[tuple[str, str]] = []
    values: dict[str, Any] = dict(cells) | {"id": id_of(command.system, cells)}
    for name, words in (("channel", CHANNELS), ("kind", KINDS)):
        if (text := cells.get(name)) is not None and (found := words.get(word_of(text))):
            values[name] = found
    try:
        values["at"] = moment_of(cells.get("at", ""), command.zone)
    except ValueError:
        wrong.append(("at", f"{cells.get('at', '')[:40]!r} is no moment such as 2026-03-01T09:30:00Z"))
        values["at"] = "2026-01-01T00:00:00Z"  # so that what else is wrong is told as well
    return values, wrong


def _checked(values: dict[str, Any], wrong: list[tuple[str, str]]) -> Recorded | None:
    try:
        return Recorded.model_validate(values)
    except ValidationError as error:
        wrong += [(".".join(map(str, one["loc"])), one["msg"].removeprefix("Value error, ")) for one in error.errors()]
        return None


async def _own_people(uow: Uow, good: Sequence[Good], done: Taken) -> list[Good]:
    foreign = set(await foreign_people(uow, [one for _, one in good]))
    for place in sorted(foreign):
        line, one = good[place]
        done.refuse(line, ("person_id" if one.person_id else "visitor_id", NOT_YOURS))
    return [row for place, row in enumerate(good) if place not in foreign]


def _known_codes(codes: Codes, good: Sequence[Good], done: Taken) -> list[Good]:
    left = []
    for line, one in good:
        if why := codes.read(one.code, one.at, own=True)[1]:
            done.refuse(line, ("code", IN_WORDS[why]))
        else:
            left.append((line, one))
    return left


def _row(uow: Uow, one: Recorded, codes: Codes, followed: Collection[UUID]) -> Interaction:
    visitor = one.visitor_id if one.kind not in VISITS or one.visitor_id in followed else None
    source, _ = codes.read(one.code, one.at)
    return row_of(uow, one, Origin.imported, visitor_id=visitor, person_id=one.person_id, source=source)


@dataclass(slots=True)
class Importing:
    """A file that is read record by record and taken in portions; `take` runs a command in a transaction of its own.

    The first record is the headings: `given` says what the caller calls our fields. Invalid when a row could never be
    told by them."""

    system: str
    zone: str
    given: Mapping[str, str]
    take: Callable[[TakeRows], Awaitable[Taken]]
    done: Taken = field(default_factory=Taken)
    strange: list[str] = field(default_factory=list)
    _places: dict[int, str] = field(default_factory=dict)
    _waiting: list[Row] = field(default_factory=list)

    async def add(self, record: Record) -> bool:
        """The next record; False when so many rows were wrong that the rest is better not read."""
        if not self._places:
            self._places, self.strange = headings(record, self.given)
            return True
        cells = {name: bare(record.cells[n]) for n, name in self._places.items() if n < len(record.cells)}
        if record.problem or len(cells) < len(self._places):
            self.done.rows += 1
            self.done.refuse(record.line, ("", record.problem or f"{len(record.cells)} cells, fewer than headings"))
        else:
            self._waiting.append((record.line, {name: text for name, text in cells.items() if text}))
        if len(self._waiting) == PORTION:
            await self._flush()
        return self.done.refused <= MOST_REFUSED

    async def end(self, *, whole: bool = True) -> "EndImport":
        """What waits, and then the report of it all."""
        if not self._places:
            raise Invalid(errors=[FieldError("#", "The file is empty.")])
        await self._flush()
        return EndImport(new_id(), self.system, self.done, self.strange, whole)

    async def _flush(self) -> None:
        rows, self._waiting = self._waiting, []
        if rows:
            self.done.add(await self.take(TakeRows(self.system, self.zone, rows)))


def headings(record: Record, given: Mapping[str, str]) -> tuple[dict[int, str], list[str]]:
    """What stands where, and which headings say nothing to us."""
    places, strange = columns(record.cells, NAMES, given)
    missing = [name for name in NEEDED if name not in places.values()]
    if not {"person_id", "visitor_id"} & set(places.values()):
        missing.append("person_id or visitor_id")
    if record.problem or missing:
        lack = record.problem or f"no column for {', '.join(missing)}: say which it is"
        raise Invalid("The first line must hold the headings.", errors=[FieldError("#", lack)])
    return places, strange


@dataclass(frozen=True, slots=True)
class EndImport:
    """A file was read to its end, or as far as it made sense."""

    import_id: UUID
    system: str
    done: Taken
    strange: Sequence[str]
    whole: bool


async def end_import(uow: Uow, command: EndImport) -> ImportOut:
    """Note that it was done, and by whom."""
    done = command.done
    counts = {name: getattr(done, name) for name in ("rows", "taken", "known", "refused")}
    uow.note("import_interactions", command.import_id, after={"system": command.system, **counts})
    faults = [FaultOut.model_validate(fault) for fault in sorted(done.faults, key=lambda fault: fault.line)]
    return ImportOut(**counts, faults=faults, ignored_columns=list(command.strange), whole=command.whole)
