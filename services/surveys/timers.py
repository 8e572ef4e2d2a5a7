"""What wakes the surveys room: the clocks of quality cases."""

from services.surveys.handlers import (
    ACKNOWLEDGEMENT,
    ANSWER,
    DECISION,
    end_level,
    mark_case_overdue,
    note_silent_boards,
)

TIMERS = {ACKNOWLEDGEMENT: mark_case_overdue, ANSWER: note_silent_boards, DECISION: end_level}
