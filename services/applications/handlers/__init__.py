"""Commands and heard events of the applications room: one handler, one transaction."""

from services.applications.handlers.applications import (
    COMPLETION,
    accept_application,
    approve_application,
    change_experience_dates,
    complete_experience,
    realize_experience,
    record_dossier,
    reject_application,
    sign_acceptance_note,
    submit_application,
    withdraw_application,
)
from services.applications.handlers.enablers import add_contact, change_contact, change_enabler, remove_contact
from services.applications.handlers.entities import change_entity
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
from services.applications.handlers.parties import (
    erase_person,
    register_enabler,
    register_entity,
    register_person,
)
from services.applications.handlers.profiles import change_person
from services.applications.handlers.slots import add_slot, change_slot, close_slot

__all__ = [
    "COMPLETION",
    "accept_application",
    "activate_member",
    "add_contact",
    "add_slot",
    "apply_as_member",
    "approve_application",
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
    "erase_member",
    "erase_person",
    "keep_score",
    "leave_entity",
    "open_opportunity",
    "post_opportunity",
    "re_raise_opportunity",
    "realize_experience",
    "record_dossier",
    "register_enabler",
    "register_entity",
    "register_person",
    "reject_application",
    "remove_contact",
    "remove_opportunity",
    "select_member",
    "sign_acceptance_note",
    "submit_application",
    "withdraw_application",
]
