"""The course of one answer: who set it to what, one after the other, and what undoing goes back to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.scoring.policy.sheets.scores import Answer


@dataclass(frozen=True, slots=True)
class Entry:
    """One step in the course of a cell; `undoes` marks a step back."""

    version: int
    answer: Answer
    note: str | None
    evidence: str | None
    by: str
    at: datetime
    undoes: int | None = None


def standing_entries(course: Iterable[Entry]) -> list[Entry]:
    """Those that have not been undone, the oldest first; the last of them is what counts."""
    kept: list[Entry] = []
    for entry in sorted(course, key=lambda one: one.version):
        if entry.undoes is None:
            kept.append(entry)
        elif kept:
            kept.pop()
    return kept
