"""One portion of a file on its way into the tables: what is known already, what is refused, what is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

import orjson

from services.applications.exchange.given import Given
from services.applications.exchange.references import References
from shared.contracts.envelope import Event
from shared.storage import bulk
from shared.storage.bulk import Telling
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


class Kind(Protocol):
    """What is imported: how a row is read, without a database, and how a portion of them is written."""

    name: str

    def read(self, given: Given) -> Any:
        """An item, or None when something is wrong that keeps it from being made."""

    async def store(self, intake: "Intake", found: list[Read]) -> None:
        """Check what needs the database, and write what holds."""


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
    told: list[Telling] = field(default_factory=list)
    _remarks: list[tuple[Any, ...]] = field(default_factory=list)
    _external: list[tuple[Any, ...]] = field(default_factory=list)

    async def take(self, kind: Kind, rows: Sequence[Read]) -> None:
        """All of it: refusals from reading, what is known, what is new."""
        names = [row.external for row in rows if row.item is not None]
        seen = await self.refs.known(self.uow, kind.name, names)
        new: list[Read] = []
        for row in rows:
            if row.item is None:
                self.refuse(row, *row.errors)
            elif row.external in seen:
                self.known += 1
            else:
                seen.add(row.external)
                new.append(row)
        await kind.store(self, new)
        await bulk.copy(self.uow, "external_id", EXTERNAL, self._external)
        await bulk.say_new(self.uow, self.told)
        await bulk.copy(self.uow, "import_remark", REMARK, self._remarks)

    def refuse(self, row: Read, *reasons: tuple[str, str]) -> None:
        self.refused += 1
        self._remark(row, True, reasons)

    def taking(self, kind: str, row: Read, id_: str) -> None:
        """The row is written under this id."""
        self.taken += 1
        self.called(kind, row.external, id_)
        if row.warnings:
            self.warned += 1
            self._remark(row, False, row.warnings)

    def called(self, kind: str, external: str, id_: str, reserved: int = 0) -> None:
        """Remember under which id the other system knows it."""
        self._external.append((self.refs.source, kind, external, id_, reserved))

    def _remark(self, row: Read, refused: bool, reasons: Sequence[tuple[str, str]]) -> None:
        for name, reason in reasons:
            self._remarks.append((self.run_id, row.line, row.external, refused, name, reason))

    def say(self, event: type[Event], key: str, data: dict[str, Any], effective_on: Any) -> None:
        """An event of a new aggregate, from values that the border has checked."""
        self.told.append(Telling(event, key, orjson.dumps(data).decode(), effective_on))
