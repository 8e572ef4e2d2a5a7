"""What the notifications room hears: who is who, how far each application is, and who is to be asked."""

from services.notifications import handlers as h
from shared.contracts import applications as said
from shared.contracts.surveys import SurveyInvited

HEARS = {
    said.EntityRegistered: h.keep_entity,
    said.EntityDetails: h.keep_entity_details,
    said.PersonRegistered: h.keep_person,
    said.PersonDetails: h.keep_contact,
    said.EnablerDetails: h.keep_enabler,
    said.OpportunityPosted: h.keep_opportunity,
    said.OpportunityDetails: h.keep_opportunity_details,
    said.ExperienceDossier: h.keep_dossier,
    said.ApplicationApproved: h.hear_experience,
    said.ExperienceDatesChanged: h.hear_experience,
    said.ExperienceRealized: h.hear_experience,
    said.ExperienceCompleted: h.hear_experience,
    said.ApplicationWithdrawn: h.hear_experience,
    said.ApplicationRejected: h.hear_experience,
    said.ApprovalBroken: h.hear_experience,
    said.RealizationBroken: h.hear_experience,
    said.ApplicationReopened: h.hear_experience,
    SurveyInvited: h.hear_invitation,
}
