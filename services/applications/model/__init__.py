"""The rows of the applications room, and the predicates that say whose they are."""

from services.applications.model.applications import (
    LIVE_SIGNED,
    NOT_ENDED,
    Application,
    ApplicationState,
    DossierChange,
    Requirement,
    StatedTerms,
    applications_of,
)
from services.applications.model.exchange import ExternalId, ImportRemark, ImportRun
from services.applications.model.opportunities import Opportunity, Slot, offers_of, offers_shown_to
from services.applications.model.parties import (
    Contact,
    Enabler,
    Entity,
    Member,
    Person,
    enablers_of,
    entities_of,
    members_of,
    people_of,
)
from services.applications.model.search import (
    OpportunitySample,
    OpportunitySearch,
    PersonSample,
    PersonSearch,
    SearchCode,
)
from services.applications.model.table import Table
from services.applications.model.tracks import ApplicationTrack, scope_of
from services.applications.model.webhooks import Webhook, WebhookAttempt, WebhookDelivery, webhooks_of

__all__ = [
    "LIVE_SIGNED",
    "NOT_ENDED",
    "Application",
    "ApplicationState",
    "ApplicationTrack",
    "Contact",
    "DossierChange",
    "Enabler",
    "Entity",
    "ExternalId",
    "ImportRemark",
    "ImportRun",
    "Member",
    "Opportunity",
    "OpportunitySample",
    "OpportunitySearch",
    "Person",
    "PersonSample",
    "PersonSearch",
    "Requirement",
    "SearchCode",
    "Slot",
    "StatedTerms",
    "Table",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
    "applications_of",
    "enablers_of",
    "entities_of",
    "members_of",
    "offers_of",
    "offers_shown_to",
    "people_of",
    "scope_of",
    "webhooks_of",
]
