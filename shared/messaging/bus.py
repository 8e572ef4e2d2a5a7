"""The port every bus passes: publish in order per key, subscribe by partition, commit what is done."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from shared.contracts.message import Message
from shared.contracts.topics import Topic
from shared.errors import Transient


class Partition(NamedTuple):
    topic: str
    number: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive messages of one partition; `epoch` tells under which assignment they were handed out."""

    partition: Partition
    messages: tuple[Message, ...]
    epoch: int = 0

    @property
    def next_offset(self) -> int:
        return self.messages[-1].offset + 1


Presses = Callable[[Message], bool]


def everything(_: Message) -> bool:
    """Every message presses."""
    return True


class BusUnavailable(Transient):
    """The bus did not answer in time. `acknowledged` are the indexes of the messages that are safe nevertheless."""

    def __init__(self, why: str, acknowledged: Iterable[int] = ()) -> None:
        super().__init__(why)
        self.acknowledged = frozenset(acknowledged)


class Refused(Exception):
    """The bus will never take the message at `index` (too big, not allowed); the `acknowledged` ones are safe."""

    def __init__(self, why: str, index: int, acknowledged: Iterable[int] = ()) -> None:
        super().__init__(why)
        self.index = index
        self.acknowledged = frozenset(acknowledged)


class Revoked(Exception):
    """The partition belongs to another member now: it will hear the batch again, the inbox makes that harmless."""


@dataclass(slots=True)
class TopicReport:
    """What `ensure_topics` made and what it found to differ from the declaration (it changes nothing that exists)."""

    created: list[str] = field(default_factory=list)
    drift: list[str] = field(default_factory=list)


class Subscription(Protocol):
    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def batches(self) -> AsyncIterator[Batch]:
        """Batches as they come, one at a time of a partition: the next after `commit` or `abandon`.

        Endless for a group; a reading without a group ends where the topics ended when it started.
        """
        ...

    def another(self) -> Batch | None:
        """A further batch, of another partition, that is ready now."""
        ...

    async def commit(self, batch: Batch) -> None:
        """Done up to the end of the batch. Raises Revoked, or BusUnavailable within a deadline (then try again).

        The bus may learn of it a moment later: after a crash in between, the batch is heard again.
        """
        ...

    def abandon(self, batch: Batch) -> None:
        """Not done: it is handed out again, here or to the partition's new owner."""
        ...

    def revoked(self, batch: Batch) -> bool:
        """The partition is leaving or has left: finish and commit what runs, start and repeat nothing."""
        ...

    def connected(self) -> bool:
        """An assignment is in hand (which may be empty)."""
        ...

    def assigned(self) -> frozenset[Partition]:
        """The partitions that this member hears at the moment."""
        ...

    def rebuild(self) -> None:
        """Throw the client away and connect anew; for the watchdog."""
        ...


class Bus(Protocol):
    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def publish(self, messages: Sequence[Message]) -> None:
        """Returns when all are safe on all in-sync replicas, in the given order per key.

        Raises BusUnavailable within a deadline; sending the unacknowledged rest again may double, never reorder.
        Raises Refused for a message that can't ever be sent.
        """
        ...

    def subscription(
        self, group: str, topics: Sequence[str], member: str, *, presses: Presses = everything
    ) -> Subscription:
        """A member of a group; `member` is stable over restarts, so that a successor takes over at once.

        What doesn't press may be handed out a moment later, together with what comes behind it.
        """
        ...

    def reading(self, topics: Sequence[str]) -> Subscription:
        """All there is on the topics from offset zero to the present end, without a group; for replays."""
        ...

    async def ensure_topics(self, topics: Iterable[Topic]) -> TopicReport: ...

    async def lag(self, group: str, topics: Sequence[str]) -> dict[Partition, int]:
        """Messages that the group has not committed yet, per partition; asked of the bus, not of a subscription."""
        ...

    async def healthy(self) -> bool: ...

    def feeds(self, drain: Callable[[], Awaitable[None]]) -> None:
        """A relay says how to empty its outbox; only the in-memory bus uses it, to know when all has settled."""
        ...
