"""What wakes the room: a touchpoint, a task, a plan to apply, a standard, a session, a broken stay, a question."""

from services.notifications import handlers as h
from services.notifications.handlers.radius import APPLY, MEASURE, apply_plan, measure_due

TIMERS = {
    h.TOUCHPOINT: h.start_delivery,
    h.TASK: h.wake_task,
    APPLY: apply_plan,
    MEASURE: measure_due,
    h.LOOK: h.look,
    h.STANDARDS: h.standards_due,
    h.SESSION_CHANGE: h.tell_changes,
    h.SESSION_END: h.end_session,
    h.SEAT_FOLLOW: h.follow_stay,
    h.DUE: h.question_overdue,
    h.REMINDER: h.question_reminder,
    h.FACT_REVIEW: h.review_fact_section,
}
