"""The answer page, page by page."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Go(StrEnum):
    """Where somebody wants to go from a page."""

    next = "next"
    back = "back"
    stay = "stay"


@dataclass(frozen=True, slots=True)
class TakeStep:
    """What was answered on one page, `step`; it replaces what was answered there before.

    `shown` are the questions that stood on it. Only who goes on must have answered what is required.
    """

    token: str = field(repr=False)
    step: str
    answers: dict[str, Any] = field(repr=False)
    shown: tuple[str, ...]
    go: Go
