"""Heard events, due times and steps of the sender: one handler, one transaction."""

from services.notifications.handlers.arrivals import (
    LostBox,
    hold_postbox,
    pass_over,
    set_aside,
    take_letter,
    take_report,
)
from services.notifications.handlers.asked_here import ask_question
from services.notifications.handlers.asking import (
    DUE,
    REMINDER,
    forget_questions,
)
from services.notifications.handlers.attendance import check_in, tick_presence, undo_presence
from services.notifications.handlers.calendar import TASK, TOUCHPOINT
from services.notifications.handlers.calendar_addresses import renew_calendar_address
from services.notifications.handlers.choices import choose, choose_own, unsubscribe
from services.notifications.handlers.claims import claim_deliveries
from services.notifications.handlers.coming import preflight
from services.notifications.handlers.deliveries import (
    file_documents,
    note_acceptance,
    release_leases,
    settle_deliveries,
    settle_delivery,
)
from services.notifications.handlers.evidence import (
    hear_answer,
    hear_facts,
    hear_posting,
    hear_requirement,
    prove,
    prove_touchpoint,
)
from services.notifications.handlers.experiences import hear_experience
from services.notifications.handlers.fact_sheets import (
    FACT_REVIEW,
    publish_fact_sheet,
    put_section,
    revert_fact_sheet,
    review_fact_section,
)
from services.notifications.handlers.feed import mark_read, post_to_feed
from services.notifications.handlers.happenings import hear_happening
from services.notifications.handlers.heard import (
    keep_contact,
    keep_dossier,
    keep_enabler,
    keep_entity,
    keep_entity_details,
    keep_new_enabler,
    keep_opportunity,
    keep_opportunity_details,
    keep_person,
)
from services.notifications.handlers.leads import hear_hand_over
from services.notifications.handlers.matches import hear_matches
from services.notifications.handlers.members import hear_member_step, keep_member, keep_member_details
from services.notifications.handlers.notices import SESSION_CHANGE, tell_changes
from services.notifications.handlers.papers import acknowledge_document, open_document, record_goals
from services.notifications.handlers.preflight import LOOK, look
from services.notifications.handlers.quality_cases import hear_case
from services.notifications.handlers.questions import (
    answer_question,
    assign_question,
    claim_answers,
    close_question,
    question_overdue,
    question_reminder,
    release_answers,
    reopen_question,
    settle_answer,
)
from services.notifications.handlers.returnees import hear_returnee
from services.notifications.handlers.risks import hear_risk
from services.notifications.handlers.rulings import demand_standard, evaluate_standards, state_standard, waive_standard
from services.notifications.handlers.seats import (
    SEAT_FOLLOW,
    answer_session,
    follow_later,
    follow_stay,
    invite_to_session,
    remove_seat,
)
from services.notifications.handlers.sessions import (
    SESSION_END,
    cancel_session,
    change_session,
    close_session,
    end_session,
    open_session,
    plan_session,
)
from services.notifications.handlers.standards import STANDARDS, standards_due
from services.notifications.handlers.starting import start_delivery
from services.notifications.handlers.suggestions import hear_settled, hear_suggestion
from services.notifications.handlers.suppressions import lift_suppression, suppress, suppress_contact
from services.notifications.handlers.survey_letters import hear_invitation, hear_pulse, hear_reminder, stop_letters
from services.notifications.handlers.tasks import wake_task
from services.notifications.handlers.ticking import take_task, tick_task, undo_task

__all__ = [
    "DUE",
    "FACT_REVIEW",
    "LOOK",
    "REMINDER",
    "SEAT_FOLLOW",
    "SESSION_CHANGE",
    "SESSION_END",
    "STANDARDS",
    "TASK",
    "TOUCHPOINT",
    "LostBox",
    "acknowledge_document",
    "answer_question",
    "answer_session",
    "ask_question",
    "assign_question",
    "cancel_session",
    "change_session",
    "check_in",
    "choose",
    "choose_own",
    "claim_answers",
    "claim_deliveries",
    "close_question",
    "close_session",
    "demand_standard",
    "end_session",
    "evaluate_standards",
    "file_documents",
    "follow_later",
    "follow_stay",
    "forget_questions",
    "hear_answer",
    "hear_case",
    "hear_experience",
    "hear_facts",
    "hear_hand_over",
    "hear_happening",
    "hear_invitation",
    "hear_matches",
    "hear_member_step",
    "hear_posting",
    "hear_pulse",
    "hear_reminder",
    "hear_requirement",
    "hear_returnee",
    "hear_risk",
    "hear_settled",
    "hear_suggestion",
    "hold_postbox",
    "invite_to_session",
    "keep_contact",
    "keep_dossier",
    "keep_enabler",
    "keep_entity",
    "keep_entity_details",
    "keep_member",
    "keep_member_details",
    "keep_new_enabler",
    "keep_opportunity",
    "keep_opportunity_details",
    "keep_person",
    "lift_suppression",
    "look",
    "mark_read",
    "note_acceptance",
    "open_document",
    "open_session",
    "pass_over",
    "plan_session",
    "post_to_feed",
    "preflight",
    "prove",
    "prove_touchpoint",
    "publish_fact_sheet",
    "put_section",
    "question_overdue",
    "question_reminder",
    "record_goals",
    "release_answers",
    "release_leases",
    "remove_seat",
    "renew_calendar_address",
    "reopen_question",
    "revert_fact_sheet",
    "review_fact_section",
    "set_aside",
    "settle_answer",
    "settle_deliveries",
    "settle_delivery",
    "standards_due",
    "start_delivery",
    "state_standard",
    "stop_letters",
    "suppress",
    "suppress_contact",
    "take_letter",
    "take_report",
    "take_task",
    "tell_changes",
    "tick_presence",
    "tick_task",
    "undo_presence",
    "undo_task",
    "unsubscribe",
    "waive_standard",
    "wake_task",
]
