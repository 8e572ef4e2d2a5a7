"""Where a person stands: status, phase and profile."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any


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


def enabler_profile(registered: bool, met: bool, raised: bool, reraised: bool, *, completed: bool) -> Profile:
    """The stage of an enabler: registered or met it is a lead, its first opportunity makes a customer of it, the first
    completed experience, or raising an opportunity again, a promoter (`customer-flow.md`)."""
    if completed or reraised:
        return Profile.promoter
    if raised:
        return Profile.customer
    return Profile.lead if registered or met else Profile.visitor


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
