"""What wakes the scoring room: visits fade and silence grows, so open leads are looked at again each week."""

from services.scoring.handlers import LOOK, RESCORE, SETTLE, look_at_stay, rescore_lead, settle

TIMERS = {
    RESCORE: rescore_lead,
    LOOK: look_at_stay,
    SETTLE: settle,
}
