"""What the applications room says: parties, opportunities, and each step of an application."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import (
    UUID,
    Code,
    Country,
    Digest,
    Language,
    PersonalText,
    Product,
    Side,
    StrEnum,
    Zone,
    date,
    time,
)
from shared.contracts.offered import OfferedTerms


class RejectionReason(StrEnum):
    """Why an application was rejected; the last four are our side's causes, not the candidate's."""

    profile = "profile"
    background = "background"
    skills = "skills"
    experience = "experience"
    language = "language"
    citizenship = "citizenship"
    timeline = "timeline"
    ep_unresponsive = "ep_unresponsive"
    position_filled = "position_filled"
    partner_unresponsive = "partner_unresponsive"
    organisation_unresponsive = "organisation_unresponsive"
    project_cancelled = "project_cancelled"


class EntityKind(StrEnum):
    """A level of the organisation."""

    world = "world"
    national = "national"
    local = "local"


@event("applications.entity-registered.v1", key="entity_id")
class EntityRegistered(Event):
    """An entity joined the tree. Listen to know whose manager may see what: an entity and all below it."""

    entity_id: UUID
    path: list[UUID]  # from the root down to the entity itself
    kind: EntityKind
    country: Country | None
    zone: Zone


@event("applications.entity-details.v1", key="entity_id", personal=True)
class EntityDetails(Event):
    """The name and the contact of an entity, whole. Listen to show or to quote them."""

    entity_id: UUID
    name: PersonalText
    email: PersonalText
    phone: PersonalText


@event("applications.person-registered.v1", key="person_id")
class PersonRegistered(Event):
    """A visitor signed up and is a lead now (status OPEN). Listen to start a journey; the name travels apart."""

    person_id: UUID
    sending_entity_id: UUID
    country: Country
    language: Language
    zone: Zone
    referral: Code | None = None  # the code of the link by which they came, as they brought it


@event("applications.person-details.v1", key="person_id", personal=True)
class PersonDetails(Event):
    """Name and contact of a person, whole, each time they change. A tombstone means: forget this person."""

    person_id: UUID
    given_name: PersonalText
    family_name: PersonalText
    email: PersonalText
    phone: PersonalText | None
    language: Language


@event("applications.enabler-registered.v1", key="enabler_id")
class EnablerRegistered(Event):
    """A company, NGO or school became a lead on the hosting side."""

    enabler_id: UUID
    hosting_entity_id: UUID
    kind: Code


@event("applications.enabler-details.v1", key="enabler_id", personal=True)
class EnablerDetails(Event):
    """Name and contact of an enabler, whole, each time they change."""

    enabler_id: UUID
    name: PersonalText
    contact_name: PersonalText
    email: PersonalText
    phone: PersonalText | None
    language: Language


@event("applications.opportunity-posted.v1", key="opportunity_id")
class OpportunityPosted(OfferedTerms):
    """An opportunity is open: the enabler is a customer now, EPs may apply. The description travels apart."""

    opportunity_id: UUID
    enabler_id: UUID
    hosting_entity_id: UUID
    product: Product
    country: Country
    zone: Zone
    weekly_hours: int
    field: Code | None = None


@event("applications.opportunity-details.v1", key="opportunity_id", personal=True)
class OpportunityDetails(Event):
    """Title and description of an opportunity, whole, each time they change."""

    opportunity_id: UUID
    title: PersonalText
    description: PersonalText
    city: PersonalText


class ApplicationFact(Event):
    """Who is concerned by an application; the base of all its events, so that no reader needs to join."""

    application_id: UUID
    person_id: UUID
    opportunity_id: UUID
    enabler_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID


@event("applications.application-submitted.v1", key="application_id")
class ApplicationSubmitted(ApplicationFact):
    """The EP clicked *apply*: consideration begins."""

    product: Product


@event("applications.application-accepted.v1", key="application_id")
class ApplicationAccepted(ApplicationFact):
    """The opportunity manager accepted; the EP may sign the acceptance note now."""


class Verdict(StrEnum):
    """What an enabler says of a candidate."""

    shortlisted = "shortlisted"
    wanted = "wanted"
    refused = "refused"


@event("applications.candidate-judged.v1", key="application_id")
class CandidateJudged(ApplicationFact):
    """The enabler said whom it wants, or (None) took its word back; the hosting side decides. Nothing has moved."""

    verdict: Verdict | None
    reason: RejectionReason | None = None


@event("applications.application-rejected.v1", key="application_id")
class ApplicationRejected(ApplicationFact):
    """The hosting side said no, with a reason from the fixed list."""

    reason: RejectionReason
    ours: bool


@event("applications.application-withdrawn.v1", key="application_id")
class ApplicationWithdrawn(ApplicationFact):
    """The application ended without a no of the hosting side: by the EP, because another one was approved, or (with a
    `side`) because that side broke the signed acceptance note before the approval.
    """

    reason: Code
    side: Side | None = None


@event("applications.acceptance-note-signed.v1", key="application_id")
class AcceptanceNoteSigned(ApplicationFact):
    """The EP chose this one and signed its acceptance note: IN PROGRESS, both approvals are awaited."""

    terms: Digest


@event("applications.approval-given.v1", key="application_id")
class ApprovalGiven(ApplicationFact):
    """One of the two sides approved these terms; APPROVED follows only with the other one."""

    side: Side
    terms: Digest


class Experience(ApplicationFact):
    """The dates of an internship in the host's zone; `end_on` is its last day."""

    product: Product
    start_on: date
    end_on: date
    zone: Zone
    country: Country


@event("applications.application-approved.v1", key="application_id")
class ApplicationApproved(Experience):
    """Both sides approved: the person is a customer, value delivery begins, touchpoints get their dates."""

    terms: Digest


@event("applications.experience-dates-changed.v1", key="application_id")
class ExperienceDatesChanged(Experience):
    """Extension, early finish or postponement: everything that hangs on the dates has to move."""

    move: Code


@event("applications.experience-realized.v1", key="application_id")
class ExperienceRealized(Experience):
    """The first day of work has happened; effective on the start date of the form, whenever it was clicked."""


@event("applications.experience-completed.v1", key="application_id")
class ExperienceCompleted(Experience):
    """One day after the end, by itself: the experience is over and the person may become a promoter."""


@event("applications.experience-dossier.v1", key="application_id", personal=True)
class ExperienceDossier(Event):
    """The facts of one stay, whole, each time they change: what pick-up and departure documents are made of."""

    application_id: UUID
    person_id: UUID
    pickup_place: PersonalText | None
    pickup_on: date | None
    pickup_time: time | None
    pickup_person: PersonalText | None
    pickup_phone: PersonalText | None
    accommodation: PersonalText | None
    workplace: PersonalText | None
    supervisor: PersonalText | None
    emergency_contact: PersonalText | None
    departure_route: PersonalText | None
    flight_number: PersonalText | None = None
    arrival_airport: PersonalText | None = None
    arrival_on: date | None = None
    arrival_time: time | None = None
    home_contact: PersonalText | None = None
    sending_emergency_contact: PersonalText | None = None
    buddy: PersonalText | None = None
    buddy_phone: PersonalText | None = None
    host_family: PersonalText | None = None
    host_family_phone: PersonalText | None = None
    supervisor_phone: PersonalText | None = None


@event("applications.dossier-changed.v1", key="application_id")
class DossierChanged(ApplicationFact):
    """Facts of a stay were recorded, corrected or taken back: their names; `complete` are the documents that have all
    they need. Listen to know what is still missing; what the facts say travels apart."""

    names: list[Code]
    complete: list[Code]


class RequirementFact(ApplicationFact):
    """Something that an application needs: what, whose it is to do, and until when."""

    kind: Code
    owner: Code
    due_on: date | None


@event("applications.requirement-fulfilled.v1", key="application_id")
class RequirementFulfilled(RequirementFact):
    """It is done, with the day on which it was; `late` when that was after its due date. Listen to close a task."""

    done_on: date
    late: bool


@event("applications.requirement-waived.v1", key="application_id")
class RequirementWaived(RequirementFact):
    """It is not needed this time; the manager of its owner's side said so. Listen to close a task."""


@event("applications.requirement-reopened.v1", key="application_id")
class RequirementReopened(RequirementFact):
    """It was done or waived and is open again: a payment that bounced, or an insurance that new dates outgrew."""


@event("applications.application-declined.v1", key="application_id")
class ApplicationDeclined(ApplicationFact):
    """The EP refused an application that the hosting side had accepted."""

    reason: Code


@event("applications.terms-changed.v1", key="application_id")
class TermsChanged(ApplicationFact):
    """Dates or job description changed before the approval: other terms stand, the approvals in `lapsed` are void."""

    terms: Digest
    former: Digest
    lapsed: list[Side]


@event("applications.approval-broken.v1", key="application_id")
class ApprovalBroken(Experience):
    """An approved internship will not begin: the opening is free again, and all that was planned for it falls away."""

    reason: Code
    refund: bool
    side: Side | None = None  # who broke it; None: the EP


@event("applications.realization-broken.v1", key="application_id")
class RealizationBroken(Experience):
    """An internship ended before its time and doesn't count as done."""

    reason: Code
    side: Side


@event("applications.application-reopened.v1", key="application_id")
class ApplicationReopened(ApplicationFact):
    """An application that had ended is live again: it went from `former` to `status`, on terms of today."""

    former: Code
    status: Code
    terms: Digest
    side: Side | None = None  # who did it; None: the EP
