"""What the scoring room hears: a table for each part of the room; an event goes to every part that has it."""

from services.scoring import handlers
from services.scoring.handlers import (
    change_offer,
    end_offer,
    forget_seeker,
    forget_sheet_enabler,
    forget_stays,
    hear_people,
    hear_stays,
    keep_examples,
    keep_offer,
    keep_opportunity,
    keep_pairings,
    keep_profile,
    keep_traits,
    know_enabler,
    know_entity,
    know_person,
    know_sheet_enabler,
    know_wishes,
    obey_erasure,
    place_seeker,
)
from services.scoring.handlers.enablers import ENABLER_STEPS
from services.scoring.handlers.heard import STEPS
from services.scoring.handlers.matching_copies import STATUS
from services.scoring.handlers.referring import keep_referrals
from services.scoring.handlers.stays import HEARD
from services.scoring.policy.contacts import CONTACTS, UNDOES
from shared.contracts import applications, notifications, parties
from shared.contracts.applications import (
    ApplicationSubmitted,
    EnablerDetails,
    EnablerRegistered,
    EntityRegistered,
    OpportunityPosted,
    PersonDetails,
    PersonRegistered,
)
from shared.contracts.parties import OpportunityChanged, OpportunityClosed, OpportunityRemoved, ProfileChanged
from shared.contracts.showcasing import ReferralAttributed
from shared.messaging.together import hearing

PEOPLE = {
    EntityRegistered: know_entity,
    OpportunityPosted: keep_opportunity,
    PersonDetails: obey_erasure,
    **dict.fromkeys((*STEPS, *CONTACTS, *UNDOES), hear_people),
}
# After the people: whoever locks leads of both sides locks those of EPs first.
LEADS = {
    EnablerDetails: handlers.obey_enabler_erasure,
    parties.MemberDetails: handlers.forget_member,
    **dict.fromkeys((parties.MemberActivated, parties.MemberLeft), handlers.hear_member),
    **dict.fromkeys((notifications.ContactSuppressed, notifications.ContactRestored), handlers.hear_contact_stop),
    **dict.fromkeys(ENABLER_STEPS, handlers.keep_enablers),
}

SEGMENTS = {
    PersonDetails: know_person,
    EnablerDetails: know_enabler,
    ProfileChanged: know_wishes,
    **dict.fromkeys(STEPS, keep_traits),
}
STAYS = {
    PersonDetails: forget_stays,
    **dict.fromkeys(HEARD, hear_stays),
}

SHEETS = {
    EnablerDetails: forget_sheet_enabler,
    EnablerRegistered: know_sheet_enabler,
}

# What an application was known to be like is written down before it counts.
EXAMPLES = dict.fromkeys((ApplicationSubmitted,), keep_examples)

PAIRS = {
    PersonRegistered: place_seeker,
    ProfileChanged: keep_profile,
    PersonDetails: forget_seeker,
    OpportunityPosted: keep_offer,
    OpportunityChanged: change_offer,
    OpportunityClosed: end_offer,
    OpportunityRemoved: end_offer,
    **dict.fromkeys(STATUS, keep_pairings),
}

REQUIREMENTS = (applications.RequirementFulfilled, applications.RequirementWaived, applications.RequirementReopened)
TOUCHPOINTS = (
    notifications.TouchpointScheduled, notifications.TouchpointMoved, notifications.TouchpointSent,
    notifications.TouchpointSkipped,
)  # fmt: skip
ACTIONS = {
    EntityRegistered: handlers.keep_night,
    **dict.fromkeys((PersonDetails, EnablerDetails), handlers.forget_party),
    **dict.fromkeys(TOUCHPOINTS, handlers.keep_contact),
    **dict.fromkeys(REQUIREMENTS, handlers.keep_requirement),
    **dict.fromkeys(handlers.CHANGES, handlers.look_soon),
    notifications.SuggestionHandled: handlers.hear_handled,
}

REFERRALS = {ReferralAttributed: keep_referrals}

HEARS = hearing(
    PEOPLE,
    REFERRALS,
    LEADS,
    SEGMENTS,
    STAYS,
    SHEETS,
    EXAMPLES,
    PAIRS,
    ACTIONS,
)
