"""The terms of an application: what signing and approving name, and how two sets of them differ."""

from collections.abc import Mapping
from typing import Any

from services.applications.policy.postings import terms_digest

STATED = ("weekly_hours", "pay", "title", "description", "accommodation")
NAMES = ("start_on", "end_on", *STATED)
Terms = Mapping[str, Any]


def stated_terms(opportunity: Any, slot: Any) -> dict[str, Any]:
    """What an EP signs and both sides approve, as JSON has it: dates of the slot, words of the opportunity."""
    dates = {"start_on": slot.start_on.isoformat(), "end_on": slot.end_on.isoformat()}
    return {"opportunity_id": str(opportunity.id), **dates} | {name: getattr(opportunity, name) for name in STATED}


def digest_of(terms: Terms) -> str:
    return terms_digest(*terms.values())


def differences(before: Terms, after: Terms) -> list[tuple[str, Any, Any]]:
    """(name, before, after) of what is not the same, in the order in which terms are stated."""
    return [(name, before.get(name), after.get(name)) for name in NAMES if before.get(name) != after.get(name)]
