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
from services.applications.views.as_of import get_application_then, list_applications_then, stream_applications
from services.applications.views.cohorts import cohorts_report, openings_report
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
from services.applications.views.reports import exits_report, funnel_report

__all__ = [
    "DOSSIER_FACTS",
    "HISTORY",
    "application_out",
    "cohorts_report",
    "dossier_out",
    "entity_path",
    "exits_report",
    "funnel_report",
    "get_application",
    "get_application_then",
    "get_dossier",
    "get_enabler",
    "get_entity",
    "get_history",
    "get_opportunity",
    "get_person",
    "list_applications",
    "list_applications_then",
    "list_entities",
    "list_opportunities",
    "list_people",
    "openings_report",
    "person_out",
    "status_of",
    "statuses_of",
    "stream_applications",
]
