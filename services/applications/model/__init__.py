"""The rows of the applications room, and the predicates that say whose they are."""

from services.applications.model.applications import LIVE_SIGNED, Application, applications_of
from services.applications.model.opportunities import Opportunity
from services.applications.model.parties import Enabler, Entity, Person, enablers_of, people_of
from services.applications.model.table import Table

__all__ = [
    "LIVE_SIGNED",
    "Application",
    "Enabler",
    "Entity",
    "Opportunity",
    "Person",
    "Table",
    "applications_of",
    "enablers_of",
    "people_of",
]
