"""Documents: which one is acknowledged in writing, whose each fact is, and when what is missing is asked for."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from shared.contracts.fields import Side

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

# What is recorded of an application as a whole, and the facts of the stay that it stands for.
RECORDED: Mapping[str, frozenset[str]] = {
    "dossier:pickup": frozenset({"pickup_place", "pickup_on"}),
    "dossier:departure": frozenset({"departure_route"}),
}


def asked_side(owner: Owner) -> Side:
    """Whose committee sees to it that the facts come: the EP's is the sending one, the enabler's the hosting one."""
    return Side.sending if owner in (Owner.ep, Owner.sending) else Side.hosting


def covered(closed_by: Iterable[str]) -> set[str]:
    """The facts that are there when a task ends by one of these."""
    return {fact for name in closed_by for fact in RECORDED.get(name, ())}


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
