"""When to try again, and how long to wait: kinds of failure, capped back-off with jitter."""

import random
from collections.abc import Iterator
from enum import Enum

import asyncpg
from sqlalchemy import exc

from shared.errors import Transient


class Failure(Enum):
    transient = "transient"  # will pass: wait in place for as long as it takes
    doubtful = "doubtful"  # may be a race or a slow moment: some tries alone, then it counts as deterministic
    deterministic = "deterministic"  # would fail again: park


# Connection lost, resources short, operator intervention, serialization, deadlock, lock not available.
_PASSING_CLASSES = ("08", "53", "57P", "58")
_PASSING_STATES = frozenset({"40001", "40P01", "40003", "55P03", "25P03"})
# Two partitions may insert the same row at the same moment; a statement may have met a slow minute.
_DOUBTFUL_STATES = frozenset({"23505", "23503", "57014"})


def kind_of(error: BaseException) -> Failure:
    """How a handler's exception is to be met; looks through what the drivers wrap."""
    kinds = {_kind(link) for link in _chain(error)}
    for kind in (Failure.transient, Failure.doubtful):
        if kind in kinds:
            return kind
    return Failure.deterministic


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, and what the database wrapper hides in it."""
    yield error
    if isinstance(error, exc.DBAPIError) and error.orig is not None:
        yield error.orig


def _kind(error: BaseException) -> Failure:
    if isinstance(error, Transient | exc.TimeoutError | TimeoutError | ConnectionError):
        return Failure.transient
    state = getattr(error, "sqlstate", None)
    if state in _DOUBTFUL_STATES:
        return Failure.doubtful
    if state and (state in _PASSING_STATES or state.startswith(_PASSING_CLASSES)):
        return Failure.transient
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return Failure.transient
    if isinstance(error, exc.InterfaceError | asyncpg.InterfaceError) and _connection_is_gone(str(error)):
        return Failure.transient
    if isinstance(error, OSError) and error.filename is None:  # a network's; a file's carries its name
        return Failure.transient
    return Failure.deterministic


def _connection_is_gone(text: str) -> bool:
    return "clos" in text or "connection" in text


class Backoff:
    """Waiting times: the first is short, each next doubles up to the cap, all with jitter (full above half)."""

    def __init__(self, first: float = 0.05, cap: float = 10.0) -> None:
        self._first, self._cap = first, cap
        self._tries = 0

    @property
    def tries(self) -> int:
        return self._tries

    def next(self) -> float:
        delay = min(self._cap, self._first * 2 ** min(self._tries, 30))
        self._tries += 1
        return delay * (0.5 + random.random() / 2)

    def reset(self) -> None:
        self._tries = 0
