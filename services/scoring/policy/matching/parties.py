"""Who is matched with what: an EP who looks for an internship, and an opportunity, each as far as codes tell it.

None of a fact means that nobody has stated it; nothing here takes that for a no.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

LEVELS = ("a1", "a2", "b1", "b2", "c1", "c2", "native")
Codes = frozenset[str]
NONE: Codes = frozenset()


class OfferStatus(StrEnum):
    """Only an open one is matched."""

    open = "open"
    closed = "closed"
    removed = "removed"


@dataclass(frozen=True, slots=True)
class Slot:
    """Dates on which interns are taken: how many still are, and the last day on which one may apply."""

    start_on: date
    end_on: date
    close_on: date
    openings: int = 1

    def takes(self, today: date) -> bool:
        return self.openings > 0 and self.close_on >= today


@dataclass(frozen=True, slots=True)
class Seeker:
    """An EP. `languages` are spoken ones with their level, where it is known; an empty list says nothing.

    `past_fields`, `past_countries` and `past_enablers` count earlier applications; `decided` of them were decided by
    the hosting side, `accepted` with a yes. `signed`: an acceptance note is signed and no stay has begun from it yet;
    `busy_until` is the last day of an approved stay. `views` are those of the last days, faded by age.
    """

    id: UUID
    study_field: str | None = None
    study_level: str | None = None
    languages: Mapping[str, str | None] = made(default_factory=dict)
    skills: Codes = NONE
    available_from: date | None = None
    available_to: date | None = None
    wanted_products: Codes = NONE
    wanted_fields: Codes = NONE
    wanted_countries: Codes = NONE
    looking: bool = True
    signed: bool = False
    busy_until: date | None = None
    past_fields: Mapping[str, int] = made(default_factory=dict)
    past_countries: Mapping[str, int] = made(default_factory=dict)
    past_enablers: Mapping[UUID, int] = made(default_factory=dict)
    refused_by: frozenset[UUID] = frozenset()
    decided: int = 0
    accepted: int = 0
    views: Mapping[UUID, float] = made(default_factory=dict)

    @property
    def stated(self) -> float:
        """The share of what a host looks at that is there, 0 to 1."""
        facts = (self.study_field, self.study_level, self.languages, self.skills, self.available_from)
        return sum(bool(fact) for fact in facts) / len(facts)

    @property
    def wishes(self) -> bool:
        """Whether the EP has said anything of what it wants."""
        return bool(self.wanted_products or self.wanted_fields or self.wanted_countries)


@dataclass(frozen=True, slots=True)
class Offer:
    """An opportunity. What is asked for is None where it was never told, and empty where nothing is asked for.

    `openings` are left, `waiting` applications wait for a decision, `popularity` counts applications faded by age,
    `exposed` is how many applications the lists of the last weeks may still bring. `decided` and `accepted` are those
    of its enabler.
    """

    id: UUID
    enabler_id: UUID
    product: str
    field: str | None = None
    country: str | None = None
    zone: str = "UTC"
    status: OfferStatus = OfferStatus.open
    weekly_hours: int | None = None
    languages: Codes | None = None
    levels: Mapping[str, str] = made(default_factory=dict)
    skills: Codes | None = None
    study_fields: Codes | None = None
    study_levels: Codes | None = None
    slots: tuple[Slot, ...] | None = None
    openings: int | None = None
    posted_at: datetime | None = None
    waiting: int = 0
    popularity: float = 0.0
    exposed: float = 0.0
    decided: int = 0
    accepted: int = 0

    def first_slot(self, seeker: Seeker, today: date) -> Slot | None:
        """The first that takes applications and lies within the days on which the EP is free, as far as known."""
        fitting = (slot for slot in self.slots or () if slot.takes(today) and within(slot, seeker))
        return min(fitting, key=lambda slot: (slot.start_on, slot.end_on), default=None)


def within(slot: Slot, seeker: Seeker) -> bool:
    first, last = seeker.available_from, seeker.available_to
    return (first is None or slot.start_on >= first) and (last is None or slot.end_on <= last)


def level_of(spoken: Mapping[str, str | None], language: str) -> tuple[bool, str | None]:
    """Whether a language is spoken, and how well as far as known; `pt-BR` speaks `pt`."""
    plain = primary(language)
    found = [level for name, level in spoken.items() if primary(name) == plain]
    known = [level for level in found if level in LEVELS]
    return bool(found), max(known, key=LEVELS.index, default=None)


def primary(language: str) -> str:
    return language.partition("-")[0]
