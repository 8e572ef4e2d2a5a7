"""Reads of the applications room; every query carries the caller's scope."""

from services.applications.views.applications import (
    HISTORY,
    application_out,
    get_application,
    get_history,
    list_applications,
)
from services.applications.views.dossier import dossier_out, get_dossier, list_fact_changes
from services.applications.views.opportunities import get_opportunity, list_opportunities
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

__all__ = [
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
    "list_fact_changes",
    "list_opportunities",
    "list_people",
    "person_out",
    "status_of",
    "statuses_of",
]
