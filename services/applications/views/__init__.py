"""Reads of the applications room; every query carries the caller's scope."""

from services.applications.views.applications import (
    HISTORY,
    Order,
    Wanted,
    application_out,
    get_application,
    get_history,
    list_applications,
)
from services.applications.views.as_of import get_application_then, list_applications_then, stream_applications
from services.applications.views.cohorts import cohorts_report, openings_report
from services.applications.views.dossier import dossier_out, get_dossier, list_fact_changes
from services.applications.views.enablers import list_contacts, list_enablers
from services.applications.views.members import get_member, list_members, member_out
from services.applications.views.moves import get_moves, get_terms, situation_of
from services.applications.views.opportunities import (
    OfferWanted,
    get_opportunity,
    list_opportunities,
    opportunity_out,
    slots_of,
)
from services.applications.views.opportunity_search import search_opportunities
from services.applications.views.parties import (
    NEW_PERSON,
    enabler_out,
    enabler_standings,
    entity_path,
    get_enabler,
    get_entity,
    get_person,
    list_entities,
    list_people,
    person_out,
    standing_of,
    standings_of,
)
from services.applications.views.people_search import search_people
from services.applications.views.reports import exits_report, funnel_report

__all__ = [
    "HISTORY",
    "NEW_PERSON",
    "OfferWanted",
    "Order",
    "Wanted",
    "application_out",
    "cohorts_report",
    "dossier_out",
    "enabler_out",
    "enabler_standings",
    "entity_path",
    "exits_report",
    "funnel_report",
    "get_application",
    "get_application_then",
    "get_dossier",
    "get_enabler",
    "get_entity",
    "get_history",
    "get_member",
    "get_moves",
    "get_opportunity",
    "get_person",
    "get_terms",
    "list_applications",
    "list_applications_then",
    "list_contacts",
    "list_enablers",
    "list_entities",
    "list_fact_changes",
    "list_members",
    "list_opportunities",
    "list_people",
    "member_out",
    "openings_report",
    "opportunity_out",
    "person_out",
    "search_opportunities",
    "search_people",
    "situation_of",
    "slots_of",
    "standing_of",
    "standings_of",
    "stream_applications",
]
