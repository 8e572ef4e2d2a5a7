"""The rows of the applications room, and the predicates that say whose they are."""

from services.applications.model.applications import (
    LIVE_SIGNED,
    Application,
    ApplicationState,
    Requirement,
    applications_of,
)
from services.applications.model.exchange import ExternalId, ImportRemark, ImportRun
from services.applications.model.opportunities import Opportunity, Slot
from services.applications.model.parties import Contact, Enabler, Entity, Member, Person, enablers_of, people_of
from services.applications.model.table import Table

__all__ = [
    "LIVE_SIGNED",
    "Application",
    "ApplicationState",
    "Contact",
    "Enabler",
    "Entity",
    "ExternalId",
    "ImportRemark",
    "ImportRun",
    "Member",
    "Opportunity",
    "Person",
    "Requirement",
    "Slot",
    "Table",
    "applications_of",
    "enablers_of",
    "people_of",
]
