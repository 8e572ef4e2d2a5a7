"""What the applications room answers."""

from services.applications.schemas.applications import (
    AgreementOut,
    ApplicationOut,
    ChangeOut,
    DossierOut,
    MoveOut,
    MovesOut,
    TermChange,
    TermsOut,
)
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
    "MemberOut",
    "MoveOut",
    "MovesOut",
    "OpportunityOut",
    "PersonOut",
    "SlotOut",
    "TermChange",
    "TermsOut",
]
