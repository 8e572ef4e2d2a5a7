"""How far a customer is: phase and profile of EPs and enablers, derived and never stored."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.applications.policy.moves import Status, person_status


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


PROFILES = {
    Phase.attraction: Profile.lead,  # whoever is a row here has signed up
    Phase.consideration: Profile.lead,
    Phase.value_delivery: Profile.customer,
    Phase.brand_advocacy: Profile.promoter,
}
DELIVERED = frozenset({Status.approved, Status.realized})


@dataclass(frozen=True, slots=True)
class Standing:
    """Status, phase and profile of an EP."""

    status: Status
    phase: Phase
    profile: Profile


def person_standing(applications: Sequence[Status]) -> Standing:
    """From the person's applications, those that have ended in the order in which they did."""
    status = person_status(applications)
    phase = _phase(status) if applications else Phase.attraction
    return Standing(status, phase, PROFILES[phase])


def _phase(status: Status) -> Phase:
    if status is Status.completed:
        return Phase.brand_advocacy
    return Phase.value_delivery if status in DELIVERED else Phase.consideration


def enabler_standing(offers: bool, raised_again: bool, applications: Collection[Status]) -> tuple[Phase, Profile]:
    """Lead when registered, customer with an open opportunity, promoter from the first that completed or was re-raised.

    Value is delivered from the first approval on.
    """
    if raised_again or Status.completed in applications:
        return Phase.brand_advocacy, Profile.promoter
    if DELIVERED & set(applications):
        return Phase.value_delivery, Profile.customer
    return (Phase.consideration, Profile.customer) if offers else (Phase.attraction, Profile.lead)
