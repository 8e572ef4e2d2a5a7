"""Made-up experiences for a simulation: the same seed makes the same cohort, on any machine."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from services.notifications.policy import Heard, Status

ZONES = (
    "Europe/Stockholm", "Europe/Bucharest", "Asia/Kolkata", "America/Sao_Paulo", "Africa/Cairo", "Asia/Tokyo",
    "Pacific/Auckland", "America/Los_Angeles", "Africa/Nairobi", "Asia/Kathmandu", "America/Bogota", "Europe/Istanbul",
)  # fmt: skip
LANGUAGES = ("en", "ro", "sv")
AT_ONCE = frozenset({"person", "hosting_entity", "sending_entity", "opportunity", "enabler", "link"})
EXACT = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Cohort:
    """What experiences to make up. Shares lie between 0 and 1; `months` is the time over which they start."""

    __pydantic_config__ = EXACT
    size: int = 200
    seed: int = 1
    first_start: date = date(2026, 3, 1)
    months: int = 6
    weeks: tuple[int, ...] = (6, 8, 12, 26)
    entities: int = 12
    zones: tuple[str, ...] = ZONES
    languages: tuple[str, ...] = LANGUAGES
    extended: float = 0.1
    shortened: float = 0.05
    broken: float = 0.06
    late_approval: float = 0.1
    late_facts: float = 0.15


@dataclass(frozen=True, slots=True)
class Life:
    """One experience: what is heard of it and when, and from when on each fact is known.

    `diligence` lies between 0 and 1: how soon those who have tasks do them.
    """

    number: int
    entity: int | str
    zone: str
    language: str
    heard: tuple[tuple[datetime, Heard], ...]
    known: Mapping[str, datetime] = field(default_factory=dict)
    later: datetime | None = None  # from when on every fact that `known` doesn't name is known
    values: Mapping[str, Any] = field(default_factory=dict)
    diligence: float = 0.5


def lives(cohort: Cohort, numbers: range | None = None) -> Iterator[Life]:
    """The experiences of a cohort, one by one: none depends on another."""
    for number in numbers or range(cohort.size):
        yield _life(cohort, number)


def _life(cohort: Cohort, number: int) -> Life:
    chance = Random(f"{cohort.seed}/{number}")
    entity = chance.randrange(cohort.entities)
    zone = cohort.zones[entity % len(cohort.zones)]
    start = cohort.first_start + timedelta(days=chance.randrange(max(1, cohort.months * 30)))
    start -= timedelta(days=start.weekday())
    end = start + timedelta(weeks=chance.choice(cohort.weeks)) - timedelta(days=3)
    lead = chance.randrange(1, 7) if chance.random() < cohort.late_approval else chance.randrange(21, 90)
    approved = _moment(start - timedelta(days=lead), chance, zone)
    told: list[tuple[datetime, Heard]] = []

    def tell(at: datetime, status: Status | None, dated: bool = True) -> None:
        dates = {"start_on": start, "end_on": end, "zone": zone} if dated else {}
        told.append((at, Heard(len(told) + 1, at, status, **dates)))

    before = [approved - timedelta(days=days, hours=chance.randrange(5)) for days in (21, 9, 4)]
    for moment, status in zip(before, (Status.submitted, Status.accepted, Status.signed), strict=True):
        tell(moment, status, dated=False)
    tell(approved, Status.approved)
    if chance.random() < cohort.broken:
        gone = approved + timedelta(days=chance.randrange(1, max(2, lead)))
        tell(gone, chance.choice((Status.approval_broken, Status.withdrawn)), dated=False)
    else:
        tell(_moment(start, chance, zone), Status.realized)
        end = _moved(cohort, chance, start, end)
        if end != told[-1][1].end_on:
            tell(_moment(start + (end - start) * chance.uniform(0.3, 0.8), chance, zone), None)
        ended = datetime.combine(end + timedelta(days=1), time(0, 5), ZoneInfo(zone))
        tell(ended.astimezone(UTC), Status.completed, dated=False)
    late = chance.random() < cohort.late_facts
    facts_on = start - timedelta(days=chance.randrange(-10, 3) if late else chance.randrange(7, 30))
    later = max(approved, _moment(facts_on, chance, zone))
    known = dict.fromkeys(AT_ONCE, before[0])
    return Life(
        number, entity, zone, chance.choice(cohort.languages), tuple(sorted(told, key=lambda one: one[0])), known,
        later, {}, chance.random(),
    )  # fmt: skip


def _moved(cohort: Cohort, chance: Random, start: date, end: date) -> date:
    dice = chance.random()
    if dice < cohort.extended:
        return end + timedelta(weeks=chance.choice((2, 4, 8)))
    if dice < cohort.extended + cohort.shortened:
        return max(start + timedelta(weeks=2), end - timedelta(weeks=chance.choice((1, 2, 3))))
    return end


def _moment(day: date, chance: Random, zone: str) -> datetime:
    """Some time in the office hours of a day."""
    local = datetime.combine(day, time(9), ZoneInfo(zone)) + timedelta(minutes=chance.randrange(480))
    return local.astimezone(UTC)
