"""What wakes the surveys room: the clocks of quality cases, and texts to be read."""

from services.surveys.handlers import (
    ACKNOWLEDGEMENT,
    ANSWER,
    ASKING,
    DECISION,
    READING,
    ask_promoter,
    end_level,
    mark_case_overdue,
    note_silent_boards,
    read_verbatim,
)

TIMERS = {
    ACKNOWLEDGEMENT: mark_case_overdue,
    ANSWER: note_silent_boards,
    DECISION: end_level,
    READING: read_verbatim,
    ASKING: ask_promoter,
}
