"""The facts of a history; plain data, so that a test can write one by hand and spoil it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID, uuid4

from shared.ids import new_id


class Key(NamedTuple):
    """A stream of events: whose sequence counts 1, 2, 3 …"""

    topic: str
    id: UUID


@dataclass(slots=True)
class Command:
    """One command as its client knows it: what was asked, what a success means, and what came back.

    `says` counts the events, by type, and `notes` the audit rows, by action, that a success leaves. `refusal` is the
    problem's code if the command must be refused. `status` None is no final answer: it may have happened or not.
    Seconds: `began` since the epoch, `took` until the answer.
    """

    operation: str
    says: Mapping[str, int]
    notes: Mapping[str, int]
    refusal: str | None = None
    correlation: UUID = field(default_factory=new_id)
    key: str = field(default_factory=lambda: str(uuid4()))
    status: int | None = None
    problem: str | None = None
    tries: int = 0
    replayed: bool = False
    began: float = 0.0
    took: float = 0.0

    @property
    def done(self) -> bool:
        """The client was told that it happened."""
        return self.status is not None and self.status < 300

    @property
    def as_wanted(self) -> bool:
        """Done, or refused for the reason that was meant to be met."""
        return self.done if self.refusal is None else not self.done and self.problem == self.refusal


@dataclass(frozen=True, slots=True)
class Effect:
    """An audit row of the room that was commanded."""

    action: str
    subject: UUID
    correlation: UUID


@dataclass(frozen=True, slots=True)
class Record:
    """A record on a topic. The same event may lie there again, later: it is delivered at least once."""

    key: Key
    sequence: int
    event: UUID
    type: str
    correlation: UUID
    causation: UUID | None
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Hearing:
    """A row of the witness: this event was handled now."""

    key: Key
    sequence: int
    event: UUID
    type: str


@dataclass(slots=True)
class Inbox:
    """How far a room has heard each key of the topics that it hears."""

    topics: frozenset[str]
    last: dict[Key, int]


@dataclass(frozen=True, slots=True)
class Leftover:
    """A row that a settled system doesn't have: `what` is `outbox row`, `gap` or `parked event`."""

    room: str
    what: str
    detail: str


@dataclass(slots=True)
class History:
    """`commanded` are the topics on which nothing but commands speaks; `witnessed` the types that the witness hears.

    `hearings` are in the order in which they were committed.
    """

    commands: list[Command] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    streams: dict[Key, int] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    hearings: list[Hearing] = field(default_factory=list)
    inboxes: dict[str, Inbox] = field(default_factory=dict)
    leftovers: list[Leftover] = field(default_factory=list)
    commanded: frozenset[str] = frozenset()
    witnessed: frozenset[str] = frozenset()
