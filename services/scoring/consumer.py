"""What the scoring room hears: a table for each part of the room; an event goes to every part that has it."""

from services.scoring.handlers import (
    forget_stays,
    hear_stays,
    keep_facts,
    keep_opportunity,
    keep_traits,
    know_entity,
    know_person,
    know_wishes,
    obey_erasure,
)
from services.scoring.handlers.heard import STEPS
from services.scoring.handlers.stays import HEARD
from shared.contracts.applications import EntityRegistered, OpportunityPosted, PersonDetails
from shared.contracts.parties import ProfileChanged
from shared.messaging.together import hearing

PEOPLE = {
    EntityRegistered: know_entity,
    OpportunityPosted: keep_opportunity,
    PersonDetails: obey_erasure,
    **dict.fromkeys(STEPS, keep_facts),
}
SEGMENTS = {
    PersonDetails: know_person,
    ProfileChanged: know_wishes,
    **dict.fromkeys(STEPS, keep_traits),
}
STAYS = {
    PersonDetails: forget_stays,
    **dict.fromkeys(HEARD, hear_stays),
}

HEARS = hearing(
    PEOPLE,
    SEGMENTS,
    STAYS,
)
