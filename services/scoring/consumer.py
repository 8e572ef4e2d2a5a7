"""What the scoring room hears: a table for each part of the room; an event goes to every part that has it."""

from services.scoring import handlers
from services.scoring.handlers import (
    forget_sheet_enabler,
    forget_stays,
    hear_stays,
    keep_facts,
    keep_opportunity,
    keep_traits,
    know_enabler,
    know_entity,
    know_person,
    know_sheet_enabler,
    know_wishes,
    obey_erasure,
)
from services.scoring.handlers.enablers import ENABLER_STEPS
from services.scoring.handlers.heard import STEPS
from services.scoring.handlers.stays import HEARD
from shared.contracts import notifications, parties
from shared.contracts.applications import (
    EnablerDetails,
    EnablerRegistered,
    EntityRegistered,
    OpportunityPosted,
    PersonDetails,
)
from shared.contracts.parties import ProfileChanged
from shared.messaging.together import hearing

PEOPLE = {
    EntityRegistered: know_entity,
    OpportunityPosted: keep_opportunity,
    PersonDetails: obey_erasure,
    **dict.fromkeys(STEPS, keep_facts),
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

HEARS = hearing(
    PEOPLE,
    LEADS,
    SEGMENTS,
    STAYS,
    SHEETS,
)
