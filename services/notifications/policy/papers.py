"""Documents: which one is acknowledged in writing, whose each fact is, and when what is missing is asked for."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

ACKNOWLEDGED = frozenset({"policies-papers"})
SHORTEST_NAME, LONGEST_NAME = 3, 200


class Owner(StrEnum):
    """Who has to give a fact."""

    ep = "ep"
    sending = "sending"
    hosting = "hosting"
    enabler = "enabler"


# As the room that records them says; what nobody is named for is the host's: it knows the place.
OWNERS: Mapping[str, Owner] = {
    "person": Owner.ep,
    "flight_number": Owner.ep,
    "arrival_airport": Owner.ep,
    "arrival_on": Owner.ep,
    "arrival_time": Owner.ep,
    "home_contact": Owner.ep,
    "sending_entity": Owner.sending,
    "sending_emergency_contact": Owner.sending,
    "fee": Owner.sending,
    "policy_version": Owner.sending,
    "enabler": Owner.enabler,
    "workplace": Owner.enabler,
    "supervisor": Owner.enabler,
    "supervisor_phone": Owner.enabler,
    "goals": Owner.enabler,
}
# What a document should tell beyond what its message can't do without: asked for as early, but it holds up nothing.
WANTED: Mapping[str, tuple[str, ...]] = {
    "pickup-sheet": (
        "pickup_time", "pickup_person", "pickup_phone", "accommodation", "emergency_contact", "host_facts.airport",
    ),
    "preparation-booklet": ("accommodation", "emergency_contact", "workplace", "host_facts.money"),
    "departure-document": ("accommodation", "emergency_contact", "supervisor", "host_facts.departure_steps"),
    "responsibilities-and-goals": ("supervisor", "workplace", "goals"),
    "company-booklet": ("supervisor", "workplace"),
}  # fmt: skip


def owner_of(fact: str) -> Owner:
    return OWNERS.get(fact, Owner.hosting)


def by_owner(facts: Iterable[str]) -> dict[Owner, list[str]]:
    """The facts of each owner, in order."""
    found: dict[Owner, list[str]] = {}
    for fact in facts:
        found.setdefault(owner_of(fact), []).append(fact)
    return found


def lacking(wanted: Iterable[str], facts: Mapping[str, Any]) -> list[str]:
    """Which of these are not known; `host_facts.money` is a part of a fact."""
    return [name for name in wanted if not _known(name, facts)]


def _known(name: str, facts: Mapping[str, Any]) -> bool:
    found: Any = facts
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found is not None and found not in ("", [])


def look_on(due_on: date, days: int) -> date:
    """The day on which it is looked whether everything is there."""
    return due_on - timedelta(days=days)
