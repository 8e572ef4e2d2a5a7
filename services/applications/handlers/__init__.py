"""Commands and heard events of the applications room: one handler, one transaction."""

from services.applications.handlers.applications import (
    accept_application,
    approve_application,
    record_dossier,
    sign_acceptance_note,
    submit_application,
)
from services.applications.handlers.effects import COMPLETION
from services.applications.handlers.exits import (
    break_acceptance_note,
    break_approval,
    break_realization,
    decline_application,
    reinstate_application,
    reject_application,
    reopen_application,
    unreject_application,
    withdraw_application,
)
from services.applications.handlers.heard import count_case, keep_score
from services.applications.handlers.opportunities import post_opportunity
from services.applications.handlers.parties import (
    erase_person,
    register_enabler,
    register_entity,
    register_person,
)
from services.applications.handlers.stays import (
    change_experience_dates,
    complete_experience,
    extend_experience,
    finish_experience_early,
    postpone_experience,
    realize_experience,
    record_actual_dates,
)
from services.applications.handlers.terms import hold_applications, terms_changed

__all__ = [
    "COMPLETION",
    "accept_application",
    "approve_application",
    "break_acceptance_note",
    "break_approval",
    "break_realization",
    "change_experience_dates",
    "complete_experience",
    "count_case",
    "decline_application",
    "erase_person",
    "extend_experience",
    "finish_experience_early",
    "hold_applications",
    "keep_score",
    "post_opportunity",
    "postpone_experience",
    "realize_experience",
    "record_actual_dates",
    "record_dossier",
    "register_enabler",
    "register_entity",
    "register_person",
    "reinstate_application",
    "reject_application",
    "reopen_application",
    "sign_acceptance_note",
    "submit_application",
    "terms_changed",
    "unreject_application",
    "withdraw_application",
]
