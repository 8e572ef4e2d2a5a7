"""Commands and heard events of the applications room: one handler, one transaction."""

from services.applications.handlers.applications import (
    accept_application,
    approve_application,
    sign_acceptance_note,
    submit_application,
)
from services.applications.handlers.dossier import patch_dossier, record_dossier
from services.applications.handlers.effects import COMPLETION
from services.applications.handlers.enablers import add_contact, change_contact, change_enabler, remove_contact
from services.applications.handlers.entities import change_entity
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
from services.applications.handlers.members import (
    activate_member,
    apply_as_member,
    erase_member,
    leave_entity,
    select_member,
)
from services.applications.handlers.opportunities import (
    change_opportunity,
    close_opportunity,
    open_opportunity,
    post_opportunity,
    re_raise_opportunity,
    remove_opportunity,
)
from services.applications.handlers.parties import erase_person, register_enabler, register_entity, register_person
from services.applications.handlers.profiles import change_person
from services.applications.handlers.requirements import (
    hear_acknowledged,
    record_requirement,
    reopen_requirement,
    waive_requirement,
)
from services.applications.handlers.slots import add_slot, change_slot, close_slot
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
from services.applications.handlers.verdicts import judge_candidate

__all__ = [
    "COMPLETION",
    "accept_application",
    "activate_member",
    "add_contact",
    "add_slot",
    "apply_as_member",
    "approve_application",
    "break_acceptance_note",
    "break_approval",
    "break_realization",
    "change_contact",
    "change_enabler",
    "change_entity",
    "change_experience_dates",
    "change_opportunity",
    "change_person",
    "change_slot",
    "close_opportunity",
    "close_slot",
    "complete_experience",
    "count_case",
    "decline_application",
    "erase_member",
    "erase_person",
    "extend_experience",
    "finish_experience_early",
    "hear_acknowledged",
    "hold_applications",
    "judge_candidate",
    "keep_score",
    "leave_entity",
    "open_opportunity",
    "patch_dossier",
    "post_opportunity",
    "postpone_experience",
    "re_raise_opportunity",
    "realize_experience",
    "record_actual_dates",
    "record_dossier",
    "record_requirement",
    "register_enabler",
    "register_entity",
    "register_person",
    "reinstate_application",
    "reject_application",
    "remove_contact",
    "remove_opportunity",
    "reopen_application",
    "reopen_requirement",
    "select_member",
    "sign_acceptance_note",
    "submit_application",
    "terms_changed",
    "unreject_application",
    "waive_requirement",
    "withdraw_application",
]
