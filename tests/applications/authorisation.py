"""Who may do what with whose: one line an operation, one column a role. A new route has no line until somebody adds it.

    -     refused: 403
    any   let in; there is nobody's object in the address
    own   what is theirs is there, what is somebody else's or nobody's is not: 404, or no row of a list
    all   everybody's is there
    none  let in, but nothing of this kind is theirs: 404, or an empty list

Opportunities are tried open, as everybody sees them; drafts are in test_offers.py, what reports count in
test_reports.py, whose names a search shows in test_search.py.
"""

from shared.access import Role

COLUMNS = {
    "ep": Role.participant,
    "en": Role.enabler,
    "se": Role.sending_manager,
    "he": Role.hosting_manager,
    "na": Role.national_manager,
    "gl": Role.global_manager,
    "sv": Role.service,
    "au": Role.auditor,
}
TABLE = """
                           ep   en   se   he   na   gl   sv   au
search_opportunities       all  all  all  all  all  all  all  all
search_people              -    all  own  all  all  all  all  all
register_entity            -    -    -    -    -    any  -    -
list_entities              all  all  all  all  all  all  all  all
get_entity                 all  all  all  all  all  all  all  all
change_entity              -    -    -    -    own  all  -    -
register_person            any  -    any  -    -    -    -    -
list_people                -    -    own  own  own  all  all  all
get_person                 own  none own  own  own  all  all  all
change_person              own  -    own  -    -    -    -    -
register_enabler           -    any  -    any  -    -    -    -
list_enablers              none own  none own  own  all  all  all
get_enabler                none own  none own  own  all  all  all
change_enabler             -    own  -    own  -    -    -    -
post_opportunity           -    any  -    any  -    -    -    -
list_opportunities         all  all  all  all  all  all  all  all
get_opportunity            all  all  all  all  all  all  all  all
change_opportunity         -    own  -    own  -    -    -    -
submit_application         any  -    -    -    -    -    -    -
list_applications          own  own  own  own  own  all  all  all
get_application            own  own  own  own  own  all  all  all
get_application_history    own  own  own  own  own  all  all  all
accept_application         -    -    -    own  -    -    -    -
judge_candidate            -    own  -    own  -    -    -    -
reject_application         -    -    -    own  -    -    -    -
withdraw_application       own  -    -    -    -    -    -    -
sign_acceptance_note       own  -    -    -    -    -    -    -
approve_application        -    -    own  own  -    -    -    -
change_experience_dates    -    -    -    own  -    -    -    -
realize_experience         -    -    -    own  -    -    -    -
get_moves                  own  own  own  own  own  all  all  all
get_terms                  own  own  own  own  own  all  all  all
decline_application        own  -    -    -    -    -    -    -
break_acceptance_note      -    -    own  own  -    -    -    -
break_approval             own  -    own  own  -    -    -    -
break_realization          -    -    own  own  -    -    -    -
unreject_application       -    -    -    own  -    -    -    -
reopen_application         own  -    -    -    -    -    -    -
reinstate_application      -    -    own  own  -    -    -    -
extend_experience          -    -    -    own  -    -    -    -
finish_experience_early    -    -    -    own  -    -    -    -
postpone_experience        -    -    -    own  -    -    -    -
record_actual_dates        -    -    -    own  -    -    -    -
list_contacts              none own  none own  own  all  all  all
add_contact                -    own  -    own  -    -    -    -
change_contact             -    own  -    own  -    -    -    -
remove_contact             -    own  -    own  -    -    -    -
apply_as_member            any  -    -    -    -    -    -    -
list_members               own  -    own  own  own  all  all  all
get_member                 own  -    own  own  own  all  all  all
select_member              -    -    own  own  own  all  -    -
activate_member            -    -    own  own  own  all  -    -
leave_entity               own  -    own  own  own  all  -    -
open_opportunity           -    own  -    own  -    -    -    -
close_opportunity          -    own  -    own  -    -    -    -
remove_opportunity         -    own  -    own  -    -    -    -
re_raise_opportunity       -    own  -    own  -    -    -    -
add_slot                   -    own  -    own  -    -    -    -
change_slot                -    own  -    own  -    -    -    -
close_slot                 -    own  -    own  -    -    -    -
list_requirements          own  own  own  own  own  all  all  all
get_requirement            own  own  own  own  own  all  all  all
record_requirement         own  own  own  own  -    -    -    -
waive_requirement          -    -    own  own  -    -    -    -
reopen_requirement         -    -    own  own  -    -    -    -
list_all_requirements      own  own  own  own  own  all  all  all
list_requirement_kinds     any  any  any  any  any  any  any  any
get_dossier                own  own  own  own  own  all  all  all
record_dossier             -    -    -    own  -    -    -    -
patch_dossier              own  own  own  own  -    -    -    -
list_dossier_history       own  own  own  own  own  all  all  all
read_inbox                 own  own  own  own  own  all  -    -
move_applications          -    -    -    any  -    -    -    -
list_webhook_types         -    -    -    -    any  any  any  any
register_webhook           -    -    -    -    any  any  any  -
list_webhooks              -    -    -    -    own  all  own  all
get_webhook                -    -    -    -    own  all  own  all
change_webhook             -    -    -    -    own  all  own  -
delete_webhook             -    -    -    -    own  all  own  -
pause_webhook              -    -    -    -    own  all  own  -
resume_webhook             -    -    -    -    own  all  own  -
rotate_webhook_secret      -    -    -    -    own  all  own  -
test_webhook               -    -    -    -    own  all  own  -
list_webhook_deliveries    -    -    -    -    own  all  own  all
get_webhook_delivery       -    -    -    -    own  all  own  all
retry_webhook_delivery     -    -    -    -    own  all  own  -
replay_webhook             -    -    -    -    own  all  own  -
report_funnel              -    any  any  any  any  any  any  any
report_cohorts             -    any  any  any  any  any  any  any
report_exits               -    any  any  any  any  any  any  any
report_openings            -    any  -    any  any  any  any  any
erase_person               own  -    own  -    -    all  -    -
erase_member               own  -    own  own  own  all  -    -
"""


def lines() -> dict[str, dict[Role, str]]:
    """The verdict of each role by operation."""
    head, *read = [line.split() for line in TABLE.strip().splitlines()]
    roles = [COLUMNS[column] for column in head]
    return {name: dict(zip(roles, verdicts, strict=True)) for name, *verdicts in read}
