"""The unit of work that a handler gets: rows, what it says, what it notes, what it schedules – one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, select

from shared.access import Caller
from shared.clock import Clock
from shared.contracts.envelope import CATALOGUE, Event
from shared.errors import NotFound, Stale
from shared.ids import new_id
from shared.storage import due
from shared.storage.outbox import WRITE, Note, Said, parameters

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


@dataclass(slots=True)
class Uow:
    """One transaction of one caller. Nothing here commits; `now` is business time and stands still."""

    session: AsyncSession
    caller: Caller
    cause: Cause
    clock: Clock
    expected: int | None = None
    now: datetime = field(init=False)
    said: list[Said] = field(default_factory=list)
    noted: list[Note] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = self.clock.now()

    def today(self, zone: str) -> date:
        """The calendar day of `now` in a named zone."""
        return self.now.astimezone(ZoneInfo(zone)).date()

    # --- rows

    def add(self, row: Row) -> Row:
        """A new row, written at the end of the handler (or at `flush`)."""
        self.session.add(row)
        return row

    async def get(self, model: type[Row], id_: UUID, *where: Any, lock: bool = False) -> Row:
        """A row that must be there and match `where` (the caller's scope), else NotFound. `lock` holds it."""
        if (row := await self.find(model, model.id == id_, *where, lock=lock)) is None:  # type: ignore[attr-defined]
            raise NotFound(f"There is no {model.__name__.lower()} {id_}, or it is not yours to see.")
        return row

    async def find(self, model: type[Row], *where: Any, lock: bool = False) -> Row | None:
        """The one row that matches, or None."""
        query = select(model).where(*where)
        return (await self.session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()

    async def rows(self, query: Select[Any]) -> Sequence[Any]:
        """All rows of a query on one entity or column."""
        return (await self.session.execute(query)).scalars().all()

    async def scalar(self, query: Any, values: dict[str, Any] | None = None) -> Any:
        return (await self.session.execute(query, values)).scalar()

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
        await self.session.flush()

    # --- what leaves the transaction besides rows

    def say(self, event: Event, *, effective_on: date | None = None) -> None:
        """An event for everybody who listens; it goes out if, and only if, this transaction commits."""
        said = Said(
            new_id(), event.TYPE, event.TOPIC, event.key, event.model_dump_json(), effective_on or self.now.date()
        )
        self.said.append(said)

    def erase(self, event: type[Event], key: UUID) -> None:
        """A tombstone on the personal topic: everybody forgets what `event` told of `key`."""
        if not CATALOGUE[event.TYPE].PERSONAL:
            raise ValueError(f"{event.TYPE} is not personal: events are never erased")
        self.said.append(Said(new_id(), event.TYPE, event.TOPIC, key, None, self.now.date()))

    def note(
        self, action: str, subject: UUID, *, reason: str | None = None,
        before: dict[str, Any] | None = None, after: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """An audit row: who did what to which subject, when, from what to what, and why."""
        self.noted.append(Note(action, subject, reason, before, after))

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
        return await due.schedule(self.session, kind, subject, occurrence, local, zone, payload or {})

    async def cancel(self, kind: str, subject: UUID, occurrence: str | None = None, *, why: str) -> list[UUID]:
        """Cancel the due rows that still wait; the ids of those that did."""
        return await due.cancel(self.session, kind, subject, occurrence, why)

    async def write(self) -> None:
        """Flush the rows, then write outbox and audit in one statement. Called by the transaction before it commits."""
        await self.session.flush()
        if self.said or self.noted:
            await self.session.execute(text(WRITE), parameters(self))
            self.said, self.noted = [], []
