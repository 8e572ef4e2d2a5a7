"""Commands, heard events and timers of the surveys room: one handler, one transaction."""

from services.surveys.handlers.answers import BadAnswer, answer_survey, save_draft
from services.surveys.handlers.asking import renew_link
from services.surveys.handlers.case_clocks import (
    ACKNOWLEDGEMENT,
    ANSWER,
    DECISION,
    end_level,
    mark_case_overdue,
    note_silent_boards,
)
from services.surveys.handlers.case_opening import (
    open_conflict_case,
    report_case,
)
from services.surveys.handlers.case_refunds import (
    record_refund,
)
from services.surveys.handlers.case_talk import (
    attach_file,
    judge_file,
    write_message,
)
from services.surveys.handlers.cases import (
    acknowledge_case,
    answer_as_board,
    close_case,
    contest_case,
    hand_over_case,
    reopen_case,
    solve_case,
)
from services.surveys.handlers.claims import note_claim
from services.surveys.handlers.deeds import note_reraise
from services.surveys.handlers.heard import (
    know_details,
    know_enabler,
    know_enabler_details,
    know_entity,
    know_person,
)
from services.surveys.handlers.occasions import ask_now
from services.surveys.handlers.offices import (
    set_working_time,
)
from services.surveys.handlers.programmes import ASK
from services.surveys.handlers.pulse import (
    PULSE_ASKING,
    PULSE_CLOSING,
    PULSE_OPENING,
    answer_pulse,
    ask_committee,
    close_round,
    know_member,
    open_by_calendar,
    open_round,
)
from services.surveys.handlers.questionnaires import publish_questionnaire
from services.surveys.handlers.reaching import hear_contact, note_delivery
from services.surveys.handlers.referrals import note_application
from services.surveys.handlers.reminders import REMINDER, remind, resend_invitation
from services.surveys.handlers.showcasing import (
    ASKING,
    BadTestimonial,
    ask_promoter,
    give_testimonial,
    judge_testimonial,
    withdraw_own,
    withdraw_testimonial,
)
from services.surveys.handlers.stays import follow_experience, hear_opportunity
from services.surveys.handlers.steps import StepTaken, take_step
from services.surveys.handlers.switches import switch_programme
from services.surveys.handlers.tournaments import CONTEST, ask_tournament, hold_tournament
from services.surveys.handlers.verbatims import READING, correct_verbatim, read_later, read_verbatim

__all__ = [
    "ACKNOWLEDGEMENT",
    "ANSWER",
    "ASK",
    "ASKING",
    "CONTEST",
    "DECISION",
    "PULSE_ASKING",
    "PULSE_CLOSING",
    "PULSE_OPENING",
    "READING",
    "REMINDER",
    "BadAnswer",
    "BadTestimonial",
    "StepTaken",
    "acknowledge_case",
    "answer_as_board",
    "answer_pulse",
    "answer_survey",
    "ask_committee",
    "ask_now",
    "ask_promoter",
    "ask_tournament",
    "attach_file",
    "close_case",
    "close_round",
    "contest_case",
    "correct_verbatim",
    "end_level",
    "follow_experience",
    "give_testimonial",
    "hand_over_case",
    "hear_contact",
    "hear_opportunity",
    "hold_tournament",
    "judge_file",
    "judge_testimonial",
    "know_details",
    "know_enabler",
    "know_enabler_details",
    "know_entity",
    "know_member",
    "know_person",
    "mark_case_overdue",
    "note_application",
    "note_claim",
    "note_delivery",
    "note_reraise",
    "note_silent_boards",
    "open_by_calendar",
    "open_conflict_case",
    "open_round",
    "publish_questionnaire",
    "read_later",
    "read_verbatim",
    "record_refund",
    "remind",
    "renew_link",
    "reopen_case",
    "report_case",
    "resend_invitation",
    "save_draft",
    "set_working_time",
    "solve_case",
    "switch_programme",
    "take_step",
    "withdraw_own",
    "withdraw_testimonial",
    "write_message",
]
