"""What the applications room says of parties and offers as they change: profiles, members, opportunities."""

from shared.contracts.applications import Product
from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code, Country, Language, PersonalText, Zone, date
from shared.contracts.offered import OfferedTerms


@event("applications.profile-changed.v1", key="person_id")
class ProfileChanged(Event):
    """What an EP has studied, can and wants, whole, in codes, each time it changes. Listen to match or to score."""

    person_id: UUID
    country: Country
    zone: Zone
    study_field: Code | None
    study_level: Code | None
    languages: list[Language]
    available_from: date | None
    available_to: date | None
    wanted_products: list[Product]
    wanted_fields: list[Code]
    wanted_countries: list[Country]
    looking: bool
    levels: dict[Language, Code] | None = None  # how well each language is spoken: a1 … c2, native
    skills: list[Code] | None = None


class MemberFact(Event):
    """Whose membership it is; `person_id` is empty for somebody who never signed up as an EP."""

    member_id: UUID
    entity_id: UUID
    person_id: UUID | None
    role: Code


@event("applications.member-applied.v1", key="member_id")
class MemberApplied(MemberFact):
    """Somebody wants to work for a committee: the member's own journey begins."""


@event("applications.member-selected.v1", key="member_id")
class MemberSelected(MemberFact):
    """The committee took the applicant; the work has not begun."""


@event("applications.member-activated.v1", key="member_id")
class MemberActivated(MemberFact):
    """The member works in this role from `from_on`, until `to_on` where an end was agreed."""

    from_on: date
    to_on: date | None


@event("applications.member-left.v1", key="member_id")
class MemberLeft(MemberFact):
    """It ended, from the state `was`; `to_on` is the last day of who had been active. `alumna`: who left stays in
    touch as one of the alumni; empty where that was not asked.
    """

    was: Code
    to_on: date | None
    alumna: bool | None = None


@event("applications.member-details.v1", key="member_id", personal=True)
class MemberDetails(Event):
    """Name and address of a member, whole. A tombstone means: forget who this was."""

    member_id: UUID
    given_name: PersonalText
    family_name: PersonalText
    email: PersonalText


class OfferFact(Event):
    """Which opportunity it is, and whose."""

    opportunity_id: UUID
    enabler_id: UUID
    hosting_entity_id: UUID


@event("applications.opportunity-changed.v1", key="opportunity_id")
class OpportunityChanged(OfferFact, OfferedTerms):
    """An opportunity that was posted has other terms, texts or dates; `changed` names what. Texts travel apart."""

    changed: list[Code]
    product: Product
    weekly_hours: int
    field: Code | None
    openings: int
    start_on: date
    end_on: date


@event("applications.opportunity-closed.v1", key="opportunity_id")
class OpportunityClosed(OfferFact):
    """It takes no more applications; those that it has go on."""


@event("applications.opportunity-removed.v1", key="opportunity_id")
class OpportunityRemoved(OfferFact):
    """It is on offer no more and nobody waits for it; what it led to stays."""


@event("applications.opportunity-reraised.v1", key="opportunity_id")
class OpportunityReraised(OfferFact):
    """The enabler raised an earlier opportunity again: it is a promoter. The new one was posted in the same step."""

    raised_from: UUID
    product: Product
    start_on: date
    end_on: date
    openings: int


SAID = (
    ProfileChanged, MemberApplied, MemberSelected, MemberActivated, MemberLeft, MemberDetails,
    OpportunityChanged, OpportunityClosed, OpportunityRemoved, OpportunityReraised,
)  # fmt: skip
