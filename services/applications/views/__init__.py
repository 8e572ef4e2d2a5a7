"""Reads of the applications room; every query carries the caller's scope."""

from services.applications.views.applications import (
    DOSSIER_FACTS,
    HISTORY,
    application_out,
    dossier_out,
    get_application,
    get_dossier,
    get_history,
    list_applications,
)
from services.applications.views.opportunities import get_opportunity, list_opportunities
from services.applications.views.opportunity_search import search_opportunities
from services.applications.views.parties import (
    entity_path,
    get_enabler,
    get_entity,
    get_person,
    list_entities,
    list_people,
    person_out,
    status_of,
    statuses_of,
)
from services.applications.views.people_search import search_people

__all__ = [
    "DOSSIER_FACTS",
    "HISTORY",
    "application_out",
    "dossier_out",
    "entity_path",
    "get_application",
    "get_dossier",
    "get_enabler",
    "get_entity",
    "get_history",
    "get_opportunity",
    "get_person",
    "list_applications",
    "list_entities",
    "list_opportunities",
    "list_people",
    "person_out",
    "search_opportunities",
    "search_people",
    "status_of",
    "statuses_of",
]
