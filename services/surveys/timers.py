"""What wakes the surveys room: the clocks of quality cases, texts to be read, promoters, the team pulse, contests."""

from services.surveys.handlers import (
    ACKNOWLEDGEMENT,
    ANSWER,
    ASKING,
    CONTEST,
    DECISION,
    PULSE_ASKING,
    PULSE_CLOSING,
    PULSE_OPENING,
    READING,
    ask_committee,
    ask_promoter,
    close_round,
    end_level,
    hold_tournament,
    mark_case_overdue,
    note_silent_boards,
    open_by_calendar,
    read_verbatim,
)

TIMERS = {
    ACKNOWLEDGEMENT: mark_case_overdue,
    ANSWER: note_silent_boards,
    DECISION: end_level,
    READING: read_verbatim,
    ASKING: ask_promoter,
    PULSE_OPENING: open_by_calendar,
    PULSE_ASKING: ask_committee,
    PULSE_CLOSING: close_round,
    CONTEST: hold_tournament,
}
