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
from services.applications.schemas.opportunities import OpportunityOut
from services.applications.schemas.parties import EnablerOut, EntityOut, PersonOut

__all__ = [
    "AgreementOut",
    "ApplicationOut",
    "ChangeOut",
    "DossierOut",
    "EnablerOut",
    "EntityOut",
    "MoveOut",
    "MovesOut",
    "OpportunityOut",
    "PersonOut",
    "TermChange",
    "TermsOut",
]
