"""What the surveys room hears."""

from services.surveys.handlers import (
    follow_experience,
    hear_contact,
    hear_opportunity,
    know_details,
    know_enabler,
    know_enabler_details,
    know_entity,
    know_member,
    know_person,
    note_application,
    note_claim,
    note_delivery,
    open_conflict_case,
)
from shared.contracts import applications as facts
from shared.contracts import parties
from shared.contracts.notifications import (
    ContactRestored,
    ContactSuppressed,
    InvitationSent,
    StandardConflicted,
    StandardEvidenced,
)

HEARS = {
    facts.EntityRegistered: know_entity,
    facts.PersonRegistered: know_person,
    facts.PersonDetails: know_details,
    facts.ApplicationSubmitted: note_application,
    facts.EnablerRegistered: know_enabler,
    facts.EnablerDetails: know_enabler_details,
    facts.OpportunityPosted: hear_opportunity,
    parties.OpportunityReraised: hear_opportunity,
    facts.ApplicationApproved: follow_experience,
    facts.ExperienceDatesChanged: follow_experience,
    facts.ExperienceRealized: follow_experience,
    facts.ExperienceCompleted: follow_experience,
    parties.MemberActivated: know_member,
    parties.MemberLeft: know_member,
    facts.ApprovalBroken: follow_experience,
    facts.RealizationBroken: follow_experience,
    facts.ApplicationReopened: follow_experience,
    InvitationSent: note_delivery,
    ContactSuppressed: hear_contact,
    ContactRestored: hear_contact,
    StandardConflicted: open_conflict_case,
    StandardEvidenced: note_claim,
}
