"""The designs that ship with the room: one readable file a design, read and checked on first use."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from services.journeys.policy.kinds import KINDS, faults_of
from shared.ids import derived_id
from shared.strict_yaml import plain

FOLDER = Path(__file__).parent
WORDS = {"kind", "journey", "persona", "number", "document"}


class DesignFault(Exception):
    """A file that can't be used; says which, where in it, and why."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """A design as its file says it; the same id on every machine."""

    id: UUID
    kind: str
    journey: str
    persona: str | None
    number: int
    document: dict[str, Any]


class Library:
    """Every `*.yaml` of a folder, in the order of their names."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    @cached_property
    def designs(self) -> tuple[Shipped, ...]:
        return tuple(read(file.read_text("utf-8"), file.name) for file in sorted(self._folder.glob("*.yaml")))

    @cached_property
    def by_id(self) -> Mapping[UUID, Shipped]:
        return {one.id: one for one in self.designs}

    def newest(self, kind: str, journey: str, persona: str | None = None) -> Shipped | None:
        """The one of the highest number; None when none ships."""
        same = [one for one in self.designs if (one.kind, one.journey, one.persona) == (kind, journey, persona)]
        return max(same, key=lambda one: one.number, default=None)


def read(text: str, name: str) -> Shipped:
    """A design from the text of its file; DesignFault with every place in it."""
    found = plain(text)
    if not isinstance(found, dict) or found.keys() - WORDS or not found.keys() >= WORDS - {"persona"}:
        raise DesignFault(f"{name}: it says {', '.join(sorted(WORDS))}, and nothing else")
    if found["kind"] not in KINDS:
        raise DesignFault(f"{name}: there is no kind {found['kind']}")
    if faults := faults_of(found["kind"], found["document"]):
        lines = [f"  {'/'.join(map(str, path)) or 'the whole'}: {what}" for path, what in faults]
        raise DesignFault("\n".join([f"{name}:", *lines]))
    persona = found.get("persona")
    id_ = derived_id("design", found["kind"], found["journey"], persona, found["number"])
    return Shipped(id_, found["kind"], found["journey"], persona, found["number"], found["document"])


LIBRARY = Library()
