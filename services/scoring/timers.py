"""What wakes the scoring room: visits fade and silence grows, so open leads are looked at again each week."""

from services.scoring.handlers import RESCORE, rescore_lead

TIMERS = {RESCORE: rescore_lead}
