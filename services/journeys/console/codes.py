"""Codes of the rooms in plain English; `words.plain` and `words.inside` say them in the reader's language."""

from services.journeys.console.texts import N_

# Codes whose words are not the code itself with spaces in it.
CODES = {
    "in_progress": N_("in progress"),
    "value_delivery": N_("value delivery"),
    "brand_advocacy": N_("brand advocacy"),
    "pickup-information": N_("pick-up information"),
    "first-day-reminder": N_("first-day reminder"),
    "survey-invitation": N_("survey invitation"),
    "arrival_pickup": N_("arrival and pick-up"),
    "departure_info": N_("departure information"),
    "late": N_("its time had passed"),
    "too_late": N_("its time had passed"),
    "waits_for_facts": N_("facts are missing"),
    "approved_elsewhere": N_("another application was approved"),
    "ep_unresponsive": N_("the candidate didn't answer"),
    "partner_unresponsive": N_("the partner didn't answer"),
    "organisation_unresponsive": N_("the organisation didn't answer"),
    "high_effort": N_("high effort"),
    "not_confirmed": N_("not confirmed"),
    "nps": N_("NPS"),
    "ces1": N_("effort (CES 1.0)"),
    "ces2": N_("effort (CES)"),
    "csat": N_("satisfaction (CSAT)"),
    "email": N_("e-mail"),
}
