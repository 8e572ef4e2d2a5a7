"""What the surveys room hears."""

from services.surveys.handlers import (
    follow_experience,
    know_details,
    know_entity,
    know_person,
    note_application,
    note_claim,
    note_delivery,
    open_conflict_case,
)
from shared.contracts import applications as facts
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
    MailSent: note_delivery,
    TouchpointSent: note_delivery,
    StandardConflicted: open_conflict_case,
    StandardEvidenced: note_claim,
}
