"""The unit of work that a handler gets: rows, what it says, what it notes, what it schedules – one transaction."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select
from sqlmodel import SQLModel, select

from shared.access import Caller
from shared.clock import Clock
from shared.contracts.envelope import CATALOGUE, Envelope, Event
from shared.errors import NotFound, Stale
from shared.ids import new_id
from shared.storage import due, outbox
from shared.storage.links import Link
from shared.storage.outbox import Note, Said
from shared.storage.rows import Lock, Shape, entity_of, is_changed, is_expression, selects_entities, settled, shape_of

T = TypeVar("T")
Row = TypeVar("Row", bound=SQLModel)


@dataclass(frozen=True, slots=True)
class Cause:
    """Where a change comes from: the conversation, the event or request that caused it, and the trace."""

    correlation_id: UUID
    causation_id: UUID | None = None
    traceparent: str | None = None

    @classmethod
    def new(cls, traceparent: str | None = None) -> "Cause":
        return cls(new_id(), None, traceparent)

    @classmethod
    def of(cls, envelope: Envelope) -> "Cause":
        """What is done because of this event."""
        return cls(envelope.correlation_id, envelope.id, envelope.traceparent)


@dataclass(slots=True)
class Held:
    """A row that this transaction has read or will write; `seen` is what the database holds of it, if it does."""

    row: SQLModel
    shape: Shape[Any]
    seen: dict[str, Any] | None = None


@dataclass(slots=True)
class Uow:
    """One transaction of one caller. Nothing here commits; `now` is business time and stands still."""

    link: Link
    caller: Caller
    cause: Cause
    clock: Clock
    expected: int | None = None
    now: datetime = field(init=False)
    said: list[Said] = field(default_factory=list)
    noted: list[Note] = field(default_factory=list)
    kept: outbox.Kept | None = None
    _held: dict[tuple[Any, ...], Held] = field(default_factory=dict)
    _new: list[Held] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = self.clock.now()

    def today(self, zone: str) -> date:
        """The calendar day of `now` in a named zone."""
        return self.now.astimezone(ZoneInfo(zone)).date()

    # --- rows

    def add(self, row: Row) -> Row:
        """A new row, written before the next query, or at the end of the handler."""
        self._new.append(Held(row, shape_of(type(row))))
        return row

    async def get(self, model: type[Row], id_: UUID, *where: Any, lock: bool = False) -> Row:
        """A row that must be there and match `where` (the caller's scope), else NotFound. `lock` holds it."""
        if (row := await self.find(model, *where, lock=lock, id=id_)) is None:
            raise NotFound(f"There is no {model.__name__.lower()} {id_}, or it is not yours to see.")
        return row

    async def find(self, model: type[Row], *where: Any, lock: Lock = False, **equal: Any) -> Row | None:
        """The one row whose attributes equal these values and that matches, or None; ValueError when several do."""
        shape = shape_of(model)
        if (plain := shape.plain(where)) is not None and not plain.keys() & equal.keys():
            values = equal | plain
            rows = await self._equal(shape, lock, values)
        else:
            query = select(model).where(*where).filter_by(**equal)
            rows = list(await self.rows(query.with_for_update(read=lock == "share") if lock else query))
        if len(rows) > 1:
            raise ValueError(f"{len(rows)} rows of {shape.table.name} where one was expected")
        return rows[0] if rows else None

    async def all(self, model: type[Row], *, lock: Lock = False, **equal: Any) -> list[Row]:
        """The rows whose attributes equal these values, in no order."""
        return await self._equal(shape_of(model), lock, equal)

    async def _equal(self, shape: Shape[Row], lock: Lock, values: dict[str, Any]) -> list[Row]:
        found = await self.fetch(shape.select(tuple(values), lock), *shape.bound(values))
        return [self._hold(shape, shape.values_of(tuple(record))) for record in found]

    async def refresh(self, row: Row, *, lock: bool = False) -> Row:
        """Read the row again, as others have committed it; NotFound when it is gone."""
        shape = shape_of(type(row))
        key = {name: row.__dict__[name] for name in shape.keys}
        if await self.find(type(row), lock=lock, **key) is None:
            raise NotFound(f"There is no such {shape.table.name} any more.")
        return row

    async def rows(self, query: Select[Any]) -> Sequence[Any]:
        """All rows of a query on one entity or column."""
        if (model := entity_of(query)) is None:
            return (await self.execute(query)).scalars().all()
        shape = shape_of(model)
        found = await self.execute(query.with_only_columns(*shape.table.c))
        return [self._hold(shape, dict(zip(shape.names, record, strict=True))) for record in found]

    async def scalar(self, query: Any, values: dict[str, Any] | None = None) -> Any:
        return (await self.execute(query, values)).scalar()

    async def execute(self, statement: Any, values: Any = None) -> Any:
        """A statement composed with SQLAlchemy (or its `text`); sees what this transaction has changed so far."""
        await self.flush()
        if selects_entities(statement):
            return await self.link.entities(statement, values)
        return await self.link.execute(statement, values)

    async def fetch(self, statement: str, *values: Any) -> list[Any]:
        """Rows of a statement in the driver's own words ($1, $2 …): for what must be fast."""
        if self._new or self._held:
            await self.flush()
        return await self.link.driver.fetch(statement, *values)

    async def portions(self, query: Select[Any], size: int = 1000) -> AsyncIterator[Sequence[Any]]:
        """Rows of a query on columns through a cursor, so many at a time: for what is too much to be held at once."""
        await self.flush()
        async for portion in self.link.portions(query, size):
            yield portion

    def _hold(self, shape: Shape[Row], values: dict[str, Any]) -> Row:
        """The row of this key; one that was read before is the same object with the newer values."""
        key = shape.key_of(values)
        if (held := self._held.get(key)) is None:
            held = self._held[key] = Held(shape.instance(values), shape, values)
        else:
            held.row.__dict__.update(values)
            held.seen = values
        return held.row  # type: ignore[return-value]

    def change(self, row: Row, **values: Any) -> Row:
        """Set values and count the row's version up: its ETag moves, `changed_since` shows it."""
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1  # type: ignore[attr-defined]
        row.changed_at = self.clock.machine()  # type: ignore[attr-defined]
        return row

    def expect(self, version: int) -> None:
        """Refuse when the caller has seen another version (If-Match)."""
        if self.expected is not None and self.expected != version:
            raise Stale(f"You changed version {self.expected}, but it is at version {version} now: read it again.")

    async def flush(self) -> None:
        """Write the rows so far, so that constraints speak now."""
        if self._new:
            await self._insert()
        for held in self._held.values():
            if is_changed(held.row):
                await self._update(held)

    async def _insert(self) -> None:
        """Parents before children; rows of one kind together, in the order in which they were added."""
        new, self._new = self._new, []
        for _, group in groupby(sorted(new, key=attrgetter("shape.rank")), key=attrgetter("shape")):
            waiting: dict[str, list[list[Any]]] = {}
            for held in group:
                statement, values, given = held.shape.insert(held.row)
                if given:
                    (record,) = await self.link.driver.fetch(statement, *values)
                    held.row.__dict__.update(zip(given, record, strict=True))
                else:
                    waiting.setdefault(statement, []).append(values)
                self._settle(held)
            for statement, rows in waiting.items():
                if len(rows) == 1:
                    await self.link.driver.execute(statement, *rows[0])
                else:
                    await self.link.driver.executemany(statement, rows)

    async def _update(self, held: Held) -> None:
        now, seen = held.row.__dict__, held.seen or {}
        names = [name for name in held.shape.names if is_expression(now[name]) or now[name] != seen[name]]
        if any(is_expression(now[name]) for name in names):
            record = (await self.link.execute(held.shape.composed_update(held.row, names))).one()
            now.update(zip(held.shape.names, record, strict=True))
        elif names:
            statement, values = held.shape.update(held.row, names)
            if await self.link.driver.execute(statement, *values) != "UPDATE 1":
                raise Stale(f"A row of {held.shape.table.name} that was to be changed is gone.")
        self._settle(held)

    def _settle(self, held: Held) -> None:
        values = held.row.__dict__
        held.seen = {name: values.get(name) for name in held.shape.names}
        values.update(held.seen)
        settled(held.row)
        self._held[held.shape.key_of(held.seen)] = held

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """A part that may fail alone: an exception undoes what it changed, said and noted, in the rows at hand too."""
        await self.flush()
        said, noted = len(self.said), len(self.noted)
        before = [(held, held.seen) for held in self._held.values()]
        await self.link.driver.execute("SAVEPOINT attempt")
        try:
            yield
            await self.flush()
        except Exception:
            await self.link.driver.execute("ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt")
            del self.said[said:], self.noted[noted:]
            self._new, self._held = [], {}
            for held, seen in before:
                held.row.__dict__.update(seen or {})
                self._settle(held)
            raise
        await self.link.driver.execute("RELEASE SAVEPOINT attempt")

    # --- what leaves the transaction besides rows

    def each(self, envelopes: Iterable[Envelope]) -> Iterator[Envelope]:
        """Go through events that are handled together: what is said or noted meanwhile is caused by the one at hand."""
        for envelope in envelopes:
            self.cause = Cause.of(envelope)
            yield envelope

    def say(self, event: Event, *, effective_on: date | None = None) -> None:
        """An event for everybody who listens; it goes out if, and only if, this transaction commits."""
        said = Said(
            new_id(), event.TYPE, event.TOPIC, event.key, event.model_dump_json(), effective_on or self.now.date(),
            self.cause,
        )  # fmt: skip
        self.said.append(said)

    def erase(self, event: type[Event], key: UUID) -> None:
        """A tombstone on the personal topic: everybody forgets what `event` told of `key`."""
        if not CATALOGUE[event.TYPE].PERSONAL:
            raise ValueError(f"{event.TYPE} is not personal: events are never erased")
        self.said.append(Said(new_id(), event.TYPE, event.TOPIC, key, None, self.now.date(), self.cause))

    def note(
        self, action: str, subject: UUID, *, reason: str | None = None,
        before: dict[str, Any] | None = None, after: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """An audit row: who did what to which subject, when, from what to what, and why."""
        self.noted.append(Note(action, subject, reason, before, after, self.cause))

    async def schedule(
        self,
        kind: str,
        subject: UUID,
        occurrence: str,
        local: datetime,
        zone: str,
        payload: dict[str, Any] | None = None,
    ) -> due.Scheduled:
        """A due row at a wall time of a zone. The same (kind, subject, occurrence) again moves it while it waits."""
        return await due.schedule(self, kind, subject, occurrence, local, zone, payload or {})

    async def cancel(self, kind: str, subject: UUID, occurrence: str | None = None, *, why: str) -> list[UUID]:
        """Cancel the due rows that still wait; the ids of those that did."""
        return await due.cancel(self, kind, subject, occurrence, why)

    def keep(self, kept: outbox.Kept) -> None:
        """A reply to be kept with what this transaction does."""
        self.kept = kept

    async def write(self) -> None:
        """Flush the rows, then write outbox, audit and the kept reply in one statement; before the commit."""
        await self.flush()
        if self.said or self.noted or self.kept:
            await outbox.write(self)
            self.said, self.noted, self.kept = [], [], None
