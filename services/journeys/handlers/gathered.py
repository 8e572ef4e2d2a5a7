"""What a batch of events leaves behind, before it is written: one row per table and key, and whose lines to count."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from services.journeys.handlers.gathered_facts import Facts, Values

LONG_AGO = "-infinity"  # PostgreSQL's; later than it is any moment


@dataclass(slots=True)
class Gathered:
    """Later events of the batch go over earlier ones; nothing here has touched the database."""

    paths: dict[UUID, list[UUID]] = field(default_factory=dict)
    entries: list[Values] = field(default_factory=list)
    rows: dict[type[SQLModel], dict[UUID, Values]] = field(default_factory=lambda: defaultdict(dict))
    forgotten: dict[type[SQLModel], set[UUID]] = field(default_factory=lambda: defaultdict(set))
    people: dict[UUID, Values] = field(default_factory=dict)
    enablers: dict[UUID, Values] = field(default_factory=dict)
    counted: set[UUID] = field(default_factory=set)
    touched: set[UUID] = field(default_factory=set)
    orphans: set[UUID] = field(default_factory=set)  # applications that tell whose enabler's a touchpoint was
    facts: Facts = field(default_factory=Facts)

    def keep(self, model: type[SQLModel], key: UUID, **values: Any) -> None:
        """Set these columns of a row."""
        self.forgotten[model].discard(key)
        self.rows[model].setdefault(key, {}).update(values)

    def forget(self, model: type[SQLModel], key: UUID) -> None:
        """There is to be no such row."""
        self.rows[model].pop(key, None)
        self.forgotten[model].add(key)

    def hold(self, person_id: UUID, at: datetime | str = LONG_AGO, **values: Any) -> None:
        """Make or lock the person's line, active at this moment; `values` are what the event itself says of it."""
        _hold(self.people, person_id, at, values)
        self.touched.add(person_id)

    def hold_enabler(self, enabler_id: UUID, at: datetime | str = LONG_AGO, **values: Any) -> None:
        """Make or lock the enabler's line, active at this moment; `values` are what the event itself says of it."""
        _hold(self.enablers, enabler_id, at, values)
        self.touched.add(enabler_id)

    def count(self, person_id: UUID) -> None:
        """The person's line follows from rows that change with this batch."""
        self.counted.add(person_id)


def _hold(lines: dict[UUID, Values], id_: UUID, at: datetime | str, values: Values) -> None:
    held = lines.setdefault(id_, {"last_at": at})
    held.update(values)
    if held["last_at"] == LONG_AGO or (at != LONG_AGO and at > held["last_at"]):
        held["last_at"] = at
