"""What wakes the scoring room: visits fade and silence grows, leads are shared out, stays and customers looked at."""

from services.scoring import handlers as h

TIMERS = {
    h.WEEKLY: h.look_weekly,
    h.RESCORE: h.rescore_lead,
    h.HAND_OVER: h.share_out,
    h.OVERDUE: h.mark_overdue,
    h.LAPSE: h.lapse_leads,
    h.LOOK: h.look_at_stay,
    h.SETTLE: h.settle,
    h.NIGHT: h.look_by_night,
    h.LOOK_EP: h.look_at_ep,
    h.LOOK_ENABLER: h.look_at_enabler,
    h.MEASURE: h.measure_actions,
}
