"""What wakes the surveys room: a quality case that not both sides acknowledged in time."""

from services.surveys.handlers import ACKNOWLEDGEMENT, mark_case_overdue

TIMERS = {ACKNOWLEDGEMENT: mark_case_overdue}
