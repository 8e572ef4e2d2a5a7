"""What the applications room can be told to do. The bodies of requests are their own commands."""

from services.applications.commands.applications import (
    AcceptApplication,
    ApproveApplication,
    ChangeExperienceDates,
    Dates,
    Digest,
    Dossier,
    RealizeExperience,
    Reason,
    RecordDossier,
    RejectApplication,
    SignAcceptanceNote,
    SubmitApplication,
    Terms,
    WithdrawApplication,
)
from services.applications.commands.opportunities import PostOpportunity
from services.applications.commands.parties import ErasePerson, RegisterEnabler, RegisterEntity, RegisterPerson

__all__ = [
    "AcceptApplication",
    "ApproveApplication",
    "ChangeExperienceDates",
    "Dates",
    "Digest",
    "Dossier",
    "ErasePerson",
    "PostOpportunity",
    "RealizeExperience",
    "Reason",
    "RecordDossier",
    "RegisterEnabler",
    "RegisterEntity",
    "RegisterPerson",
    "RejectApplication",
    "SignAcceptanceNote",
    "SubmitApplication",
    "Terms",
    "WithdrawApplication",
]
