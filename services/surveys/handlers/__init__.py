"""Commands, heard events and timers of the surveys room: one handler, one transaction."""

from services.surveys.handlers.answers import BadAnswer, answer_survey
from services.surveys.handlers.asking import renew_link
from services.surveys.handlers.cases import (
    ACKNOWLEDGEMENT,
    acknowledge_case,
    close_case,
    mark_case_overdue,
    open_conflict_case,
    report_case,
)
from services.surveys.handlers.heard import follow_experience, know_details, know_entity, know_person, note_delivery

__all__ = [
    "ACKNOWLEDGEMENT",
    "BadAnswer",
    "acknowledge_case",
    "answer_survey",
    "close_case",
    "follow_experience",
    "know_details",
    "know_entity",
    "know_person",
    "mark_case_overdue",
    "note_delivery",
    "open_conflict_case",
    "renew_link",
    "report_case",
]
