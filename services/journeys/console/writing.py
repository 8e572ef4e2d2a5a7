"""What sentences of the timeline are made of, and where their writers are kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.journeys.console import words
from services.journeys.console.texts import _

Entry = Mapping[str, Any]
MAJOR, PLAIN, MINOR = "major", "plain", "minor"


@dataclass(frozen=True, slots=True)
class Known:
    """What sentences may refer to: the person's applications by id, the score before each entry, the person's zone."""

    applications: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    scores_before: Mapping[str, float] = field(default_factory=dict)
    own_zone: str | None = None

    def title(self, entry: Entry) -> str:
        """The opportunity's title in quotation marks, or what it is."""
        found = self.applications.get(entry["application_id"] or "", {})
        return words.quoted(found["opportunity"]) if found.get("opportunity") else _("an opportunity")

    def host(self, entry: Entry) -> str | None:
        return self.applications.get(entry["application_id"] or "", {}).get("hosting_entity")

    def place_in_stay(self, entry: Entry, on: date) -> str | None:
        """`two weeks before the end`, when the dates of the stay are known."""
        found = self.applications.get(entry["application_id"] or "", {})
        if not found.get("start_on"):
            return None
        return words.against(on, words.day_of(found["start_on"]), words.day_of(found["end_on"]))

    def zone(self, entry: Entry) -> str | None:
        """Where the stay is: its calendar days are counted there."""
        return self.applications.get(entry["application_id"] or "", {}).get("zone") or self.own_zone


@dataclass(frozen=True, slots=True)
class Sentence:
    """`weight` tells how loud it is: a step of the journey, an ordinary contact, or background."""

    text: str
    detail: str | None = None
    weight: str = PLAIN
    quote: str | None = None


Writer = Callable[[Entry, Known], Sentence]
WRITERS: dict[str, Writer] = {}


def of(*types: str) -> Callable[[Writer], Writer]:
    """A sentence for these types of event; versions of one fact that read alike share it."""

    def keep(writer: Writer) -> Writer:
        WRITERS.update(dict.fromkeys(types, writer))
        return writer

    return keep


def join(*parts: str | None) -> str | None:
    return " · ".join(part for part in parts if part) or None
