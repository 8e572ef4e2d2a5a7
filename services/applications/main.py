"""The applications room on one page: what it owns, hears and says."""

from services.applications.api import ROUTERS
from services.applications.consumer import HEARS
from services.applications.exchange.searching import keep_searching
from services.applications.model import Table
from services.applications.policy import states_page
from services.applications.sender import send_webhooks
from services.applications.settings import ApplicationsSettings
from services.applications.timers import TIMERS
from shared.contracts import applications as said
from shared.contracts import parties
from shared.service import Service

service = Service(
    name="applications",
    title="Applications and status",
    summary="People, entities, enablers and opportunities; an application from open to completed.",
    tables=Table.metadata,
    settings=ApplicationsSettings,
    routers=ROUTERS,
    says=(
        said.EntityRegistered,
        said.EntityDetails,
        said.PersonRegistered,
        said.PersonDetails,
        said.EnablerRegistered,
        said.EnablerDetails,
        said.OpportunityPosted,
        said.OpportunityDetails,
        said.ApplicationSubmitted,
        said.ApplicationAccepted,
        said.CandidateJudged,
        said.ApplicationRejected,
        said.ApplicationWithdrawn,
        said.ApplicationDeclined,
        said.ApplicationReopened,
        said.TermsChanged,
        said.AcceptanceNoteSigned,
        said.ApprovalGiven,
        said.ApplicationApproved,
        said.ApprovalBroken,
        said.ExperienceDatesChanged,
        said.ExperienceRealized,
        said.RealizationBroken,
        said.ExperienceCompleted,
        said.ExperienceDossier,
        *parties.SAID,
        said.DossierChanged,
        said.RequirementFulfilled,
        said.RequirementWaived,
        said.RequirementReopened,
    ),
    hears=HEARS,
    timers=TIMERS,
    documents={"states.md": states_page},
    loops=(send_webhooks, keep_searching),
)
