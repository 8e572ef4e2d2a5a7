"""What the notifications room hears: who is who, how far each application is, and what else starts touchpoints."""

from services.notifications import handlers as h
from shared.contracts import applications as said
from shared.contracts import cases, leads, parties, returnees, risks, suggestions, surveys
from shared.contracts.envelope import Envelope
from shared.contracts.scoring import MatchesFound
from shared.contracts.showcasing import PromoterFound
from shared.messaging.together import is_together
from shared.service import EventHandler
from shared.storage.tx import Uow


def each(*handlers: EventHandler) -> EventHandler:
    """One event, several handlers, in this order and in one transaction."""

    async def hear(uow: Uow, envelope: Envelope) -> None:
        for handler in handlers:
            await handler(uow, [envelope] if is_together(handler) else envelope)  # type: ignore[arg-type]

    return hear


STEPS = (
    said.ApplicationSubmitted, said.ApplicationAccepted, said.AcceptanceNoteSigned, said.ApprovalGiven,
    said.TermsChanged, said.ApplicationApproved, said.ExperienceDatesChanged, said.ExperienceRealized,
    said.ExperienceCompleted, said.ApplicationWithdrawn, said.ApplicationDeclined, said.ApplicationRejected,
    said.ApprovalBroken, said.RealizationBroken, said.ApplicationReopened, said.DossierChanged,
)  # fmt: skip
REQUIREMENTS = (said.RequirementFulfilled, said.RequirementWaived, said.RequirementReopened)
CASES = (surveys.QualityCaseOpened, surveys.QualityCaseClosed, surveys.StayCaseOpened, surveys.StayCaseClosed)
CASES += (cases.QualityCaseReopened, cases.QualityCaseAnswered, cases.QualityCaseEscalated)
HAND_OVERS = (leads.LeadHandedOver, leads.LeadContacted, leads.LeadOverdue, leads.LeadReturned)
HEARS = {
    said.EntityRegistered: h.keep_entity,
    said.EntityDetails: h.keep_entity_details,
    said.PersonRegistered: h.keep_person,
    said.PersonDetails: h.keep_contact,
    said.EnablerRegistered: h.keep_new_enabler,
    said.EnablerDetails: h.keep_enabler,
    said.OpportunityPosted: each(h.keep_opportunity, h.hear_posting),
    said.OpportunityDetails: h.keep_opportunity_details,
    parties.OpportunityClosed: h.hear_happening,
    parties.OpportunityReraised: h.hear_happening,
    parties.MemberApplied: h.hear_member_step,
    **dict.fromkeys(
        (parties.MemberSelected, parties.MemberActivated, parties.MemberLeft), each(h.keep_member, h.hear_member_step)
    ),
    parties.MemberDetails: h.keep_member_details,
    said.ExperienceDossier: each(h.keep_dossier, h.hear_facts),
    **dict.fromkeys(STEPS, h.hear_experience),
    **dict.fromkeys(REQUIREMENTS, each(h.hear_experience, h.hear_requirement)),
    **dict.fromkeys((surveys.SurveyInvited, surveys.StayAsked), h.hear_invitation),
    PromoterFound: h.hear_happening,
    surveys.SurveyReminded: h.hear_reminder,
    surveys.PulseAsked: h.hear_pulse,
    **dict.fromkeys((surveys.SurveyAnswered, surveys.StayAnswered), each(h.hear_answer, h.stop_letters)),
    **dict.fromkeys(CASES, h.hear_case),
    **dict.fromkeys(HAND_OVERS, h.hear_hand_over),
    **dict.fromkeys(risks.SAID, h.hear_risk),
    suggestions.ActionSuggested: h.hear_suggestion,
    suggestions.ActionSettled: h.hear_settled,
    **dict.fromkeys(returnees.SAID, h.hear_returnee),
    MatchesFound: h.hear_matches,
}
