"""What the applications room answers."""

from services.applications.schemas.applications import ApplicationOut, ChangeOut
from services.applications.schemas.dossier import DossierOut, FactChangeOut
from services.applications.schemas.opportunities import OpportunityOut
from services.applications.schemas.parties import EnablerOut, EntityOut, PersonOut

__all__ = [
    "ApplicationOut",
    "ChangeOut",
    "DossierOut",
    "EnablerOut",
    "EntityOut",
    "FactChangeOut",
    "OpportunityOut",
    "PersonOut",
]
