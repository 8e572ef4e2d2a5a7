"""What the applications room answers."""

from services.applications.schemas.applications import (
    AgreementOut,
    ApplicationOut,
    ChangeOut,
    MoveOut,
    MovesOut,
    TermChange,
    TermsOut,
)
from services.applications.schemas.dossier import DossierOut, FactChangeOut
from services.applications.schemas.members import MemberOut
from services.applications.schemas.opportunities import OpportunityOut, SlotOut
from services.applications.schemas.parties import ContactOut, EnablerOut, EntityOut, PersonOut

__all__ = [
    "AgreementOut",
    "ApplicationOut",
    "ChangeOut",
    "ContactOut",
    "DossierOut",
    "EnablerOut",
    "EntityOut",
    "FactChangeOut",
    "MemberOut",
    "MoveOut",
    "MovesOut",
    "OpportunityOut",
    "PersonOut",
    "SlotOut",
    "TermChange",
    "TermsOut",
]
