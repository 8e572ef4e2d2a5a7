"""Commands and heard events of the applications room: one handler, one transaction."""

from services.applications.handlers.applications import (
    COMPLETION,
    accept_application,
    approve_application,
    change_experience_dates,
    complete_experience,
    realize_experience,
    reject_application,
    sign_acceptance_note,
    submit_application,
    withdraw_application,
)
from services.applications.handlers.dossier import patch_dossier, record_dossier
from services.applications.handlers.heard import count_case, keep_score
from services.applications.handlers.opportunities import post_opportunity
from services.applications.handlers.parties import (
    erase_person,
    register_enabler,
    register_entity,
    register_person,
)
from services.applications.handlers.requirements import (
    record_requirement,
    reopen_requirement,
    waive_requirement,
)

__all__ = [
    "COMPLETION",
    "accept_application",
    "approve_application",
    "change_experience_dates",
    "complete_experience",
    "count_case",
    "erase_person",
    "keep_score",
    "patch_dossier",
    "post_opportunity",
    "realize_experience",
    "record_dossier",
    "record_requirement",
    "register_enabler",
    "register_entity",
    "register_person",
    "reject_application",
    "reopen_requirement",
    "sign_acceptance_note",
    "submit_application",
    "waive_requirement",
    "withdraw_application",
]
