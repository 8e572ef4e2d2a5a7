"""What the applications room answers."""

from services.applications.schemas.applications import ApplicationOut, ChangeOut, DossierOut
from services.applications.schemas.members import MemberOut
from services.applications.schemas.opportunities import OpportunityOut, SlotOut
from services.applications.schemas.parties import ContactOut, EnablerOut, EntityOut, PersonOut

__all__ = [
    "ApplicationOut",
    "ChangeOut",
    "ContactOut",
    "DossierOut",
    "EnablerOut",
    "EntityOut",
    "MemberOut",
    "OpportunityOut",
    "PersonOut",
    "SlotOut",
]
