"""Take interactions that were written down elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TakeRows:
    """Rows of another system's file, each with its line and its cells by our names; wall times are those of `zone`."""

    system: str
    zone: str
    rows: Sequence[tuple[int, Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps the row on this line from being taken."""

    line: int
    column: str
    reason: str
