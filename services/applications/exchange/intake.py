"""One portion of a file on its way into the tables: what is known already, what is refused, what is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import orjson

from services.applications.exchange.given import Given
from services.applications.exchange.references import References
from shared.contracts.envelope import Event
from shared.storage import bulk
from shared.storage.bulk import Spoken, Telling
from shared.storage.tx import Uow

EXTERNAL = ("source", "kind", "external", "id", "reserved")
REMARK = ("run_id", "line", "external", "refused", "field", "reason")


class Item(Protocol):
    """A row that could be read."""

    external: str


@dataclass(slots=True)
class Read:
    """A row of the file, read: an item, or the reasons why it is none."""

    line: int
    external: str
    item: Any
    errors: Sequence[tuple[str, str]] = ()
    warnings: Sequence[tuple[str, str]] = ()


@dataclass(slots=True)
class Draft:
    """A row as it would be written, made before its portion's transaction begins; or the `reasons` why it can't be."""

    row: Read
    reasons: Sequence[tuple[str, str]] = ()
    warnings: Sequence[tuple[str, str]] = ()
    id: str = ""
    record: tuple[Any, ...] = ()
    told: list[Telling] = field(default_factory=list)
    spoken: Spoken | None = None  # what is told, as rows
    more: Any = None  # what else the kind writes, and what it checks before that

    def say(self, event: type[Event], key: str, data: dict[str, Any], effective_on: Any) -> None:
        """An event of a new aggregate, from values that the border has checked."""
        self.told.append(Telling(event, key, orjson.dumps(data).decode(), effective_on))


class Kind(Protocol):
    """What is imported. A portion is read, looked up and drafted while the one before it is stored."""

    name: str

    def read(self, given: Given) -> Any:
        """An item, or None when something is wrong that keeps it from being made. No database."""

    async def look_up(self, uow: Uow, refs: References, rows: list[Read]) -> None:
        """Find what the rows name, in a transaction of its own: nothing that another portion of the file makes."""

    def draft(self, refs: References, rows: list[Read], now: datetime) -> list[Draft]:
        """The rows as they would be written. No database."""

    async def store(self, intake: "Intake", drafts: list[Draft]) -> None:
        """Check what only the portion's own transaction can tell, and write what holds."""


@dataclass(slots=True)
class Intake:
    """The portion's transaction, and what it has come to so far."""

    uow: Uow
    refs: References
    run_id: UUID
    taken: int = 0
    known: int = 0
    refused: int = 0
    warned: int = 0
    _spoken: list[Spoken] = field(default_factory=list)
    _remarks: list[tuple[Any, ...]] = field(default_factory=list)
    _external: list[tuple[Any, ...]] = field(default_factory=list)

    async def take(self, kind: Kind, drafts: Sequence[Draft]) -> None:
        """All of it: refusals from reading, what is known, what is new."""
        names = [one.row.external for one in drafts if one.row.item is not None]
        seen = await self.refs.known(self.uow, kind.name, names)
        new: list[Draft] = []
        for one in drafts:
            if one.row.item is None:
                self.refuse(one, *one.row.errors)
            elif one.row.external in seen:
                self.known += 1
            else:
                seen.add(one.row.external)
                if one.reasons:
                    self.refuse(one, *one.reasons)
                else:
                    new.append(one)
        await kind.store(self, new)
        await bulk.copy(self.uow, "external_id", EXTERNAL, self._external)
        await bulk.say_spoken(self.uow, self._spoken)
        await bulk.copy(self.uow, "import_remark", REMARK, self._remarks)

    def refuse(self, draft: Draft, *reasons: tuple[str, str]) -> None:
        self.refused += 1
        self._remark(draft.row, True, reasons)

    def taking(self, kind: str, draft: Draft) -> None:
        """The row is written under this id, and its events are told."""
        self.taken += 1
        self._spoken.append(draft.spoken or bulk.spoken(draft.told, self.uow.now, self.uow.cause.correlation_id))
        self.called(kind, draft.row.external, draft.id)
        if warnings := [*draft.row.warnings, *draft.warnings]:
            self.warned += 1
            self._remark(draft.row, False, warnings)

    def called(self, kind: str, external: str, id_: str, reserved: int = 0) -> None:
        """Remember under which id the other system knows it."""
        self._external.append((self.refs.source, kind, external, id_, reserved))

    def _remark(self, row: Read, refused: bool, reasons: Sequence[tuple[str, str]]) -> None:
        for name, reason in reasons:
            self._remarks.append((self.run_id, row.line, row.external, refused, name, reason))
