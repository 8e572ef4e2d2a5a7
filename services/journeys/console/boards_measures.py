"""Measures and states of scorecards in words, and their figures as each is written."""

from services.journeys.console import words
from services.journeys.console.texts import N_, _

MEASURES = {
    "nps_ep": N_("NPS of EPs"),
    "nps_enabler": N_("NPS of enablers"),
    "ces_ep": N_("Ease for EPs (1–7)"),
    "ces_enabler": N_("Ease for enablers (1–7)"),
    "response_ep": N_("Response of EPs"),
    "response_enabler": N_("Response of enablers"),
    "touchpoints_in_time": N_("Touchpoints in time"),
    "standards_kept": N_("Standards kept"),
    "accepted": N_("Applications accepted"),
    "signed": N_("Acceptance notes signed"),
    "approved": N_("Signed ones approved"),
    "realized": N_("Approved ones realized"),
    "days_to_approval": N_("Days to the approval"),
    "cases_in_time": N_("Cases seen in time"),
    "approvals": N_("Approvals"),
    "realizations": N_("Realizations"),
}
STATES = {
    "met": N_("Met"),
    "not_met": N_("Not met"),
    "too_early": N_("Too early to say"),
    "too_few": N_("Too few to say"),
    "no_target": N_("No target"),
}
DIGITS = {"nps": 0, "mean": 1, "days": 1, "count": 0}


def measure_name(measure: str) -> str:
    text = MEASURES[measure]
    return _(text)


def state_name(state: str) -> str:
    text = STATES[state]
    return _(text)


def shown(kind: str, value: float | None) -> str:
    """A figure of its kind: a share in per cent, days with their unit."""
    if value is None:
        return ""
    if kind == "share":
        return words.percent(value)
    number = words.number(value, DIGITS[kind])
    return _("%(days)s days", days=number) if kind == "days" else number
