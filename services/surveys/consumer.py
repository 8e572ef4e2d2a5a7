"""What the surveys room hears."""

from services.surveys.handlers import (
    follow_experience,
    know_details,
    know_entity,
    know_member,
    know_person,
    note_application,
    note_claim,
    note_delivery,
    note_reraise,
    open_conflict_case,
)
from shared.contracts import applications as facts
from shared.contracts import parties
from shared.contracts.notifications import MailSent, StandardConflicted, StandardEvidenced, TouchpointSent

HEARS = {
    facts.EntityRegistered: know_entity,
    facts.PersonRegistered: know_person,
    facts.PersonDetails: know_details,
    facts.ApplicationSubmitted: note_application,
    facts.ApplicationApproved: follow_experience,
    facts.ExperienceDatesChanged: follow_experience,
    facts.ExperienceRealized: follow_experience,
    facts.ExperienceCompleted: follow_experience,
    parties.MemberActivated: know_member,
    parties.MemberLeft: know_member,
    parties.OpportunityReraised: note_reraise,
    MailSent: note_delivery,
    TouchpointSent: note_delivery,
    StandardConflicted: open_conflict_case,
    StandardEvidenced: note_claim,
}
