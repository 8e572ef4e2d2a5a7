"""Whose each fact of a stay is, and which document needs which facts (A11, A16)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.applications.policy.requirements import Owner
from shared.access import Role

PICKUP, DEPARTURE = "pickup", "departure"
# A side's committee writes for its customer too: not every EP and not every company writes itself.
WRITERS = {
    Owner.ep: frozenset({Role.participant, Role.sending_manager}),
    Owner.sending: frozenset({Role.sending_manager}),
    Owner.hosting: frozenset({Role.hosting_manager}),
    Owner.enabler: frozenset({Role.enabler, Role.hosting_manager}),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a stay: who owns it, and the documents that are not complete without it."""

    owner: Owner
    documents: frozenset[str] = frozenset()


def _fact(owner: Owner, *documents: str) -> Fact:
    return Fact(owner, frozenset(documents))


FACTS: Mapping[str, Fact] = {
    "flight_number": _fact(Owner.ep),
    "arrival_airport": _fact(Owner.ep),
    "arrival_on": _fact(Owner.ep),
    "arrival_time": _fact(Owner.ep),
    "home_contact": _fact(Owner.ep),
    "sending_emergency_contact": _fact(Owner.sending),
    "pickup_place": _fact(Owner.hosting, PICKUP),
    "pickup_on": _fact(Owner.hosting, PICKUP),
    "pickup_time": _fact(Owner.hosting, PICKUP),
    "pickup_person": _fact(Owner.hosting, PICKUP),
    "pickup_phone": _fact(Owner.hosting, PICKUP),
    "buddy": _fact(Owner.hosting),
    "buddy_phone": _fact(Owner.hosting),
    "host_family": _fact(Owner.hosting),
    "host_family_phone": _fact(Owner.hosting),
    "accommodation": _fact(Owner.hosting, PICKUP, DEPARTURE),
    "emergency_contact": _fact(Owner.hosting, PICKUP, DEPARTURE),
    "departure_route": _fact(Owner.hosting, DEPARTURE),
    "workplace": _fact(Owner.enabler),
    "supervisor": _fact(Owner.enabler, DEPARTURE),
    "supervisor_phone": _fact(Owner.enabler),
}


def may_write(name: str, role: Role) -> bool:
    return role in WRITERS[FACTS[name].owner]


def missing(facts: Mapping[str, Any], names: Iterable[str] = FACTS) -> list[str]:
    """Which of these are not known."""
    return [name for name in names if facts.get(name) is None]


def of_owner(owner: Owner) -> list[str]:
    return [name for name, fact in FACTS.items() if fact.owner is owner]


def of_document(document: str) -> list[str]:
    return [name for name, fact in FACTS.items() if document in fact.documents]


def complete_documents(facts: Mapping[str, Any]) -> list[str]:
    """The documents that have all they need."""
    return [document for document in (PICKUP, DEPARTURE) if not missing(facts, of_document(document))]
