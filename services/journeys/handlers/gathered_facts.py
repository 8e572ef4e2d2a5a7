"""What a batch leaves behind for figures, before it is written: rows of facts, and whose course they move."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

Values = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(slots=True)
class Courses:
    """Courses of one kind of customer by id: what this batch says of each, and what is to be looked up for it."""

    rows: dict[UUID, Values] = field(default_factory=dict)
    after: set[UUID] = field(default_factory=set)  # promoted and again follow from rows of other topics
    visits: set[UUID] = field(default_factory=set)

    def of(self, id_: UUID) -> Values:
        """The row of this customer; made when it is the first look."""
        return self.rows.setdefault(id_, {})

    def know(self, id_: UUID, **values: Any) -> None:
        """What one key's events say, the last word of a batch; nothing is known by None."""
        self.of(id_).update({name: value for name, value in values.items() if value is not None})

    def reach(self, id_: UUID, stage: str, at: datetime, **with_it: Any) -> None:
        """A stage was reached; the earliest moment stays, with what goes with it (ties: the least)."""
        row, new = self.of(id_), (at, *with_it.values())
        if (former := row.get(stage)) is None or new < (former, *(row[name] for name in with_it)):
            row.update({stage: at} | with_it)

    def last(self, id_: UUID, stage: str, at: datetime, **with_it: Any) -> None:
        """The latest moment stays, with what goes with it (ties: the greatest)."""
        row, new = self.of(id_), (at, *with_it.values())
        if (former := row.get(stage)) is None or new > (former, *(row[name] for name in with_it)):
            row.update({stage: at} | with_it)


@dataclass(slots=True)
class Facts:
    """Rows of facts by key; later events of a key go over earlier ones."""

    milestones: list[Values] = field(default_factory=list)
    products: dict[UUID, str] = field(default_factory=dict)
    answers: list[Values] = field(default_factory=list)
    occasions: dict[UUID, Values] = field(default_factory=dict)
    contacts: dict[UUID, Values] = field(default_factory=dict)
    undone: set[UUID] = field(default_factory=set)
    lapses: list[Values] = field(default_factory=list)
    members: dict[Key, Values | None] = field(default_factory=dict)
    people: Courses = field(default_factory=Courses)
    enablers: Courses = field(default_factory=Courses)

    def occasion(self, touchpoint_id: UUID) -> Values:
        """The row of this touchpoint; made when it is the first look. Its counts are those of this batch."""
        return self.occasions.setdefault(touchpoint_id, {"moves": 0, "bounced": 0})

    def meet(self, id_: UUID, **values: Any) -> None:
        """A contact took place; what had been undone under this id before is taken away first."""
        self.contacts[id_] = {"id": id_, **values}

    def unmeet(self, ids: Iterable[UUID]) -> None:
        """It had not taken place."""
        for id_ in ids:
            self.contacts.pop(id_, None)
            self.undone.add(id_)
