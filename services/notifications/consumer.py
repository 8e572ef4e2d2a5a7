"""What the notifications room hears: who is who, how far each application is, and who is to be asked."""

from services.notifications import handlers as h
from shared.contracts import applications as said
from shared.contracts.envelope import Envelope
from shared.contracts.surveys import SurveyAnswered, SurveyInvited
from shared.service import EventHandler
from shared.storage.tx import Uow


def each(*handlers: EventHandler) -> EventHandler:
    """One event, several handlers, in this order and in one transaction."""

    async def hear(uow: Uow, envelope: Envelope) -> None:
        for handler in handlers:
            await handler(uow, envelope)

    return hear


HEARS = {
    said.EntityRegistered: h.keep_entity,
    said.EntityDetails: h.keep_entity_details,
    said.PersonRegistered: h.keep_person,
    said.PersonDetails: h.keep_contact,
    said.EnablerDetails: h.keep_enabler,
    said.OpportunityPosted: each(h.keep_opportunity, h.hear_posting),
    said.OpportunityDetails: h.keep_opportunity_details,
    said.ExperienceDossier: each(h.keep_dossier, h.hear_facts),
    said.ApplicationApproved: h.hear_experience,
    said.ExperienceDatesChanged: h.hear_experience,
    said.ExperienceRealized: h.hear_experience,
    said.ExperienceCompleted: h.hear_experience,
    said.ApplicationWithdrawn: h.hear_experience,
    said.ApplicationRejected: h.hear_experience,
    said.ApprovalBroken: h.hear_experience,
    said.RealizationBroken: h.hear_experience,
    said.ApplicationReopened: h.hear_experience,
    said.RequirementFulfilled: h.hear_requirement,
    said.RequirementWaived: h.hear_requirement,
    said.RequirementReopened: h.hear_requirement,
    SurveyInvited: h.hear_invitation,
    SurveyAnswered: h.hear_answer,
}
