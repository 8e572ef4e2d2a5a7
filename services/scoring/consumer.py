"""What the scoring room hears: every fact of a person, the entity tree, opportunities, and the wish to be forgotten."""

from services.scoring.handlers import keep_facts, keep_opportunity, know_entity, obey_erasure
from services.scoring.handlers.heard import STEPS
from shared.contracts.applications import EntityRegistered, OpportunityPosted, PersonDetails

HEARS = {
    EntityRegistered: know_entity,
    OpportunityPosted: keep_opportunity,
    PersonDetails: obey_erasure,
    **dict.fromkeys(STEPS, keep_facts),
}
