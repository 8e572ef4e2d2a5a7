"""Reading a file into the room: portions, each one a transaction that also says how far the file is read."""

import asyncio
import contextlib
import csv
import gc
import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

import asyncpg

from services.applications.exchange.applications import Applications
from services.applications.exchange.given import Given
from services.applications.exchange.intake import Draft, Intake, Kind, Read
from services.applications.exchange.opportunities import Opportunities
from services.applications.exchange.parties import Enablers, Entities, People
from services.applications.exchange.reading import Row, Source, fields_of, safe_cell
from services.applications.exchange.references import References
from services.applications.exchange.searching import searched
from services.applications.model import ImportRun
from services.applications.policy.year import Year
from shared.access import Caller, Role
from shared.ids import derived_id
from shared.runtime import Runtime
from shared.storage import bulk
from shared.storage.tx import Cause, Uow

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (Entities(), Enablers(), People(), Opportunities(), Applications())
}
PORTION, TRIES = 4_000, 3
EDGE = 1 << 20  # bytes at both ends of a file by which it is known again
REMARKS = """SELECT id, line, external, refused, field, reason FROM import_remark
    WHERE run_id = $1 AND (line, id) > ($2, $3) ORDER BY line, id LIMIT 5000"""
Tell = Callable[["Progress"], None]


@dataclass(slots=True)
class Progress:
    """How far a file is read, and what came of it."""

    run_id: UUID
    position: int
    taken: int
    known: int
    refused: int
    warned: int
    finished: bool
    share: float = 0.0

    @classmethod
    def of(cls, run: ImportRun) -> "Progress":
        counts = (run.position, run.taken, run.known, run.refused, run.warned)
        return cls(run.id, *counts, run.finished_at is not None)


@dataclass(slots=True)
class Begin:
    """Start reading a file, or go on with it."""

    id: UUID
    kind: str
    source: str
    file: str


@dataclass(slots=True)
class Portion:
    """So many rows of a file, drafted, from `position` on; none when the file is at its end."""

    run_id: UUID
    position: int
    kind: Kind
    refs: References
    cause: Cause = field(default_factory=Cause.new)
    drafts: list[Draft] = field(default_factory=list)


class AnotherOne(RuntimeError):
    """Somebody else reads this file at the same time."""


async def begin_import(uow: Uow, command: Begin) -> Progress:
    run = await uow.find(ImportRun, id=command.id, lock=True)
    if run is None:
        about = {"kind": command.kind, "source": command.source, "file": command.file}
        run = uow.add(ImportRun(id=command.id, started_at=uow.now, **about))
        uow.note("begin_import", run.id, after=about)
    return Progress.of(run)


async def take_portion(uow: Uow, portion: Portion) -> Progress:
    """The rows, and in the same transaction how far the file is read; without rows the file is done."""
    run = await uow.get(ImportRun, portion.run_id, lock=True)
    if run.position != portion.position or run.finished_at:
        raise AnotherOne("the file is being imported by another process: this one stops")
    if not portion.drafts:
        uow.change(run, finished_at=uow.clock.machine())
        counts = {name: getattr(run, name) for name in ("taken", "known", "refused", "warned")}
        uow.note("finish_import", run.id, after=counts)
        return Progress.of(run)
    intake = Intake(uow, portion.refs, run.id)
    await intake.take(portion.kind, portion.drafts)
    counted = {name: getattr(run, name) + getattr(intake, name) for name in ("taken", "known", "refused", "warned")}
    uow.change(run, position=run.position + len(portion.drafts), **counted)
    return Progress.of(run)


async def import_file(
    runtime: Runtime, kind: str, path: Path, *, source: str, tell: Tell = lambda _: None, **how: Any
) -> Progress:
    """Import a file; one that was broken off goes on where it was, one that is done stays done.

    `how` is what `import_rows` takes besides.
    """
    run_id = derived_id("import", kind, source, fingerprint(path))
    rows = Source(path)

    def told(progress: Progress) -> None:
        progress.share = rows.share()
        tell(progress)

    return await import_rows(runtime, Begin(run_id, kind, source, path.name), rows, tell=told, **how)


async def import_rows(
    runtime: Runtime, begin: Begin, rows: Iterable[Row], *, tell: Tell = lambda _: None, portion: int = PORTION,
    found_later: bool = False,
) -> Progress:  # fmt: skip
    """The same for rows from anywhere; they must come in the same order when it goes on.

    People can be found when it ends, unless the caller sees to that (`found_later`, inside of `searched`).
    """
    progress = await runtime.execute(begin_import, begin, caller=_caller(begin.source))
    if progress.finished:
        return progress
    waiting = iter(rows)
    await asyncio.to_thread(_skip, waiting, progress.position)
    start = Portion(begin.id, progress.position, KINDS[begin.kind], References(begin.source))
    with _by_the_thousand():
        async with contextlib.nullcontext() if found_later else searched(runtime):
            return await _portions(runtime, start, progress, waiting, portion, tell)


async def _portions(
    runtime: Runtime, start: Portion, progress: Progress, waiting: Iterator[Row], size: int, tell: Tell
) -> Progress:
    """A portion is read and drafted, in a thread, while the one before it is written."""
    desk = Desk(runtime, start)
    ahead = asyncio.create_task(desk.next(waiting, size))
    try:
        while not progress.finished:
            tell(progress)
            if drafts := await ahead:
                ahead = asyncio.create_task(desk.next(waiting, size))
            progress = await _stored(runtime, desk, replace(start, position=progress.position, drafts=drafts))
    finally:
        await asyncio.gather(ahead, return_exceptions=True)
    tell(progress)
    return progress


class Desk:
    """Where rows become drafts, a portion at a time."""

    def __init__(self, runtime: Runtime, start: Portion) -> None:
        self.runtime, self.kind, self.refs, self.cause = runtime, start.kind, start.refs, start.cause
        self._one = asyncio.Lock()  # what was looked up must still be there when it is used

    async def next(self, waiting: Iterator[Row], size: int) -> list[Draft]:
        rows = await asyncio.to_thread(_next, self.kind, waiting, size)
        return await self.drafts(rows)

    async def drafts(self, rows: list[Read], *, anew: bool = False) -> list[Draft]:
        """The same rows as drafts; `anew` forgets what was looked up before."""
        good = [row for row in rows if row.item is not None]
        if not good:
            return [Draft(row) for row in rows]
        async with self._one:
            if anew:
                self.refs.forget()
            caller = _caller(self.refs.source)
            await self.runtime.execute(self._look_up, good, caller=caller)
            made = await asyncio.to_thread(self._draft, good, self.runtime.clock.now())
        drafted = iter(made)
        return [Draft(row) if row.item is None else next(drafted) for row in rows]

    def _draft(self, rows: list[Read], now: datetime) -> list[Draft]:
        drafts = self.kind.draft(self.refs, rows, now)
        for one in drafts:
            one.spoken = bulk.spoken(one.told, now, self.cause.correlation_id) if one.told else None
        return drafts

    async def _look_up(self, uow: Uow, rows: list[Read]) -> None:
        await self.kind.look_up(uow, self.refs, rows)


@contextlib.contextmanager
def _by_the_thousand() -> Iterator[None]:
    """Rows come and go by the thousand and hold no cycles: the collector looks seldom (it took half of the time), and
    the reading and the writing thread hand over quickly."""
    before, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(500_000, 20, 100)
    sys.setswitchinterval(0.0002)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        sys.setswitchinterval(interval)


async def _stored(runtime: Runtime, desk: Desk, portion: Portion) -> Progress:
    """Another one may have taken an address or an opening between our look and our writing: then we look again."""
    caller = _caller(portion.refs.source)
    for attempt in range(1, TRIES + 1):
        try:
            return await runtime.execute(take_portion, portion, caller=caller, cause=portion.cause)
        except (asyncpg.IntegrityConstraintViolationError, asyncpg.DeadlockDetectedError):
            if attempt == TRIES:
                raise
            portion.drafts = await desk.drafts([one.row for one in portion.drafts], anew=True)
    raise AssertionError("unreachable")


def _caller(source: str) -> Caller:
    return Caller(f"import:{source}", Role.service)


def _skip(rows: Iterator[Row], count: int) -> None:
    next(islice(rows, count, count), None)


def _next(kind: Kind, rows: Iterator[Row], count: int) -> list[Read]:
    return [read_row(kind, row) for row in islice(rows, count)]


def read_row(kind: Kind, row: Row) -> Read:
    """A row as an item, or the reasons why it is none; whatever the values are."""
    if row.values is None:
        return Read(row.line, "", None, [("", row.problem)])
    given = Given(fields_of(row.values))
    item = kind.read(given)
    if given.errors or item is None:
        return Read(row.line, _shown(given.values.get("id")), None, given.errors)
    return Read(row.line, item.external, item, (), given.warnings)


def _shown(name: Any) -> str:
    """An id in a report, whatever it is."""
    text = "" if name is None else str(name).strip()[:100]
    return text if text.isprintable() else ascii(text)


def fingerprint(path: Path) -> str:
    """By what a file is known again: its size and both of its ends."""
    size = path.stat().st_size
    with path.open("rb") as file:
        found = hashlib.sha256(f"{size}:".encode() + file.read(EDGE))
        file.seek(max(0, size - EDGE))
        found.update(file.read(EDGE))
    return found.hexdigest()


async def import_year(runtime: Runtime, year: Year, kind: str, **how: Any) -> Progress:
    """One kind of rows of a made-up year; a seeding that was broken off goes on where it was."""
    source = f"seed-{year.year}-{year.seed}-{year.applications}"
    rows = (Row(number, values) for number, values in enumerate(year.rows(kind), 1))
    begin = Begin(derived_id("seed", source, kind), kind, source, source)
    return await import_rows(runtime, begin, rows, **how)


async def write_report(runtime: Runtime, run_id: UUID, to: TextIO) -> int:
    """Every refused row and every warning as CSV, in the order of the file; how many lines."""
    caller = Caller.system(runtime.service.name)
    sheet = csv.writer(to, lineterminator="\n")
    sheet.writerow(("line", "id", "verdict", "field", "reason"))
    line, last, count = 0, 0, 0
    while rows := await runtime.read(_remarks, run_id, line, last, caller=caller):
        for row in rows:
            verdict = "refused" if row["refused"] else "warning"
            sheet.writerow((row["line"], *map(safe_cell, (row["external"], verdict, row["field"], row["reason"]))))
        line, last, count = rows[-1]["line"], rows[-1]["id"], count + len(rows)
    return count


async def _remarks(uow: Uow, run_id: UUID, line: int, last: int) -> list[Any]:
    return await uow.fetch(REMARKS, run_id, line, last)
