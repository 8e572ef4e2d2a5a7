"""How a journey is read, pure: status, phase and profile of a person, who acted, and when shares are fair."""

import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from shared.contracts.fields import Side


class Status(StrEnum):
    """Status of an application, in the words of the exchange system; the last five are exits."""

    open = "open"
    accepted = "accepted"
    in_progress = "in_progress"
    approved = "approved"
    realized = "realized"
    completed = "completed"
    rejected = "rejected"
    withdrawn = "withdrawn"
    declined = "declined"
    approval_broken = "approval_broken"
    realization_broken = "realization_broken"


class Phase(StrEnum):
    """The four phases of the customer flow."""

    attraction = "attraction"
    consideration = "consideration"
    value_delivery = "value_delivery"
    brand_advocacy = "brand_advocacy"


class Profile(StrEnum):
    """The stage of the funnel; `promoter` here is its last stage, not the NPS group."""

    stranger = "stranger"
    visitor = "visitor"
    lead = "lead"
    customer = "customer"
    promoter = "promoter"


LIVE = (Status.open, Status.accepted, Status.in_progress, Status.approved, Status.realized)
PHASES = {
    Status.open: Phase.consideration,
    Status.accepted: Phase.consideration,
    Status.in_progress: Phase.consideration,
    Status.approved: Phase.value_delivery,
    Status.realized: Phase.value_delivery,
    Status.completed: Phase.brand_advocacy,
}
EXITS = frozenset(Status) - PHASES.keys()
WAITING = ("scheduled", "moved")  # states of a touchpoint that is still to come
FAIR = 30  # fewer than this, and a share says more about chance than about people


def person_status(applications: Iterable[Status]) -> Status:
    """A person's status: the furthest live application; with none live, completed if the last that ended did, or open.

    Those that have ended come in the order in which they did.
    """
    found = list(applications)
    if live := [status for status in LIVE if status in found]:
        return live[-1]
    return Status.completed if found and found[-1] is Status.completed else Status.open


def person_phase(applications: Iterable[Status]) -> Phase:
    """The phase of a person: attraction until the first *apply*, then what the status says."""
    found = list(applications)
    return PHASES[person_status(found)] if found else Phase.attraction


def profile_of(phase: Phase, *, registered: bool, visited: bool) -> Profile:
    """The stage of the funnel: signing up makes a lead, an approval a customer, a completed experience a promoter."""
    match phase:
        case Phase.brand_advocacy:
            return Profile.promoter
        case Phase.value_delivery:
            return Profile.customer
        case Phase.consideration:
            return Profile.lead
    if registered:
        return Profile.lead
    return Profile.visitor if visited else Profile.stranger


# What an application's own events move it to; events that are not here leave its status alone.
MOVES = {
    "applications.application-submitted.v1": Status.open,
    "applications.application-accepted.v1": Status.accepted,
    "applications.application-rejected.v1": Status.rejected,
    "applications.application-withdrawn.v1": Status.withdrawn,
    "applications.application-declined.v1": Status.declined,
    "applications.approval-broken.v1": Status.approval_broken,
    "applications.realization-broken.v1": Status.realization_broken,
    "applications.acceptance-note-signed.v1": Status.in_progress,
    "applications.application-approved.v1": Status.approved,
    "applications.experience-realized.v1": Status.realized,
    "applications.experience-completed.v1": Status.completed,
}
REOPENED = "applications.application-reopened.v1"  # it says itself to which status
ACTORS = {
    "applications.person-registered.v1": "customer",
    "applications.application-submitted.v1": "customer",
    "applications.application-accepted.v1": Side.hosting,
    "applications.application-rejected.v1": Side.hosting,
    "applications.application-declined.v1": "customer",
    "applications.application-reopened.v1": "customer",
    "applications.approval-broken.v1": "customer",
    "applications.terms-changed.v1": Side.hosting,
    "applications.acceptance-note-signed.v1": "customer",
    "applications.experience-dates-changed.v1": Side.hosting,
    "applications.experience-realized.v1": Side.hosting,
    "surveys.survey-answered.v1": "customer",
    "surveys.survey-answered.v2": "customer",
    "scoring.visitor-identified.v1": "customer",
}


# One transaction says several things at one moment; these follow from what the others of their moment say.
FOLLOWS = {
    "applications.application-withdrawn.v1": 1,
    "notifications.standard-evidenced.v1": 1,
    "notifications.standard-evidenced.v2": 1,
    "scoring.lead-qualified.v1": 1,
    "surveys.detractor-found.v1": 1,
    "surveys.detractor-found.v2": 1,
    "surveys.quality-case-opened.v1": 2,
    "surveys.quality-case-opened.v2": 2,
}


def step_of(type_: str) -> int:
    """An event's place among those of the same moment; events of one key never go back in it."""
    return FOLLOWS.get(type_, 0)


def side_of(type_: str, facts: Mapping[str, Any]) -> str | None:
    """Who acted: the customer, a side, or (None) the system itself."""
    if type_ == "applications.application-withdrawn.v1":
        return None if facts.get("reason") == "approved_elsewhere" else facts.get("side") or "customer"
    return facts.get("side") or facts.get("owner") or ACTORS.get(type_)


def status_told(type_: str, facts: Mapping[str, Any]) -> Status | None:
    """The status that an application has from this event on; None when the event leaves it alone."""
    return Status(facts["status"]) if type_ == REOPENED else MOVES.get(type_)


def phase_begun(type_: str) -> Phase | None:
    """The phase that an application is in from this event on; None when the event says nothing of it."""
    if type_ == "applications.person-registered.v1":
        return Phase.attraction
    if type_ == REOPENED:
        return Phase.consideration
    return PHASES.get(MOVES[type_]) if type_ in MOVES else None


def folded(text: str) -> str:
    """A name as one searches for it: no case, no accents (“Șerban” is found by “serban”)."""
    plain = text.translate(_STROKES)
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c)).casefold()


_STROKES = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "æ": "ae", "Æ": "Ae"})


def share(count: int, n: int) -> float | None:
    """A part of the whole, or None while there are too few to speak of shares."""
    return round(count / n, 4) if n >= FAIR else None
