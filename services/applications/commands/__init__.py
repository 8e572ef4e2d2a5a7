"""What the applications room can be told to do. The bodies of requests are their own commands."""

from services.applications.commands.applications import (
    AcceptApplication,
    ApproveApplication,
    ChangeExperienceDates,
    Dates,
    Digest,
    RealizeExperience,
    Reason,
    RejectApplication,
    SignAcceptanceNote,
    SubmitApplication,
    Terms,
    WithdrawApplication,
)
from services.applications.commands.dossier import Dossier, PatchDossier, RecordDossier
from services.applications.commands.opportunities import PostOpportunity
from services.applications.commands.parties import ErasePerson, RegisterEnabler, RegisterEntity, RegisterPerson
from services.applications.commands.requirements import (
    Facts,
    RecordRequirement,
    ReopenRequirement,
    WaiveRequirement,
    Why,
)

__all__ = [
    "AcceptApplication",
    "ApproveApplication",
    "ChangeExperienceDates",
    "Dates",
    "Digest",
    "Dossier",
    "ErasePerson",
    "Facts",
    "PatchDossier",
    "PostOpportunity",
    "RealizeExperience",
    "Reason",
    "RecordDossier",
    "RecordRequirement",
    "RegisterEnabler",
    "RegisterEntity",
    "RegisterPerson",
    "RejectApplication",
    "ReopenRequirement",
    "SignAcceptanceNote",
    "SubmitApplication",
    "Terms",
    "WaiveRequirement",
    "Why",
    "WithdrawApplication",
]
