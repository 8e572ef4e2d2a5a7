"""`enabler-rules-1`: the chance that an enabler raises an opportunity (again), in log-odds that add up.

No figure of the field is known for it: base and weights are set by hand, and say no more than a direction and a rough
size. They are the prior of the transition `reraised`, which outcomes correct.
"""

from collections.abc import Mapping

from services.scoring.policy.rules import (
    DIGITS,
    Row,
    Score,
    Weights,
    counted,
    faded,
    log_odds,
    number,
    probability,
    weigh,
)

MODEL = "enabler-rules-1"
RAISES_AGAIN = 0.30  # within a year: by hand
BASE = round(log_odds(RAISES_AGAIN), DIGITS)
NEVER_RAISED, PER_RERAISE, MOST_RERAISES = -0.40, 0.60, 3
PER_COMPLETED, PER_CONTACT = 0.30, 0.35
QUICK, LEAST_SHARE, PER_UNANSWERED, MOST_UNANSWERED = 0.30, 0.5, -0.15, 3
ANSWERED, DETRACTOR, OPEN_CASE, PER_BROKEN, MOST_BROKEN = 0.10, -0.60, -0.30, -0.40, 2
PER_SILENT_DAY, SILENT_FROM, SILENT_TO = -0.008, 30, 180


def _quick(row: Row) -> float:
    answers = number(row, "answers")
    return QUICK if answers and number(row, "quick_answers") / answers >= LEAST_SHARE else 0.0


def _silence(row: Row) -> float:
    return PER_SILENT_DAY * max(0.0, min(number(row, "silent_days"), SILENT_TO) - SILENT_FROM)


WEIGHTS: Weights = {
    "never_raised": lambda row: 0.0 if number(row, "raised") else NEVER_RAISED,
    "reraised_before": counted("reraised", PER_RERAISE, MOST_RERAISES),
    "experiences_completed": faded("completed", PER_COMPLETED),
    "answers_quickly": _quick,
    "candidates_wait": counted("unanswered", PER_UNANSWERED, MOST_UNANSWERED),
    "personal_contact": faded("contacts_weight", PER_CONTACT),
    "survey_answered": counted("surveys", ANSWERED, 1),
    "detractor": counted("detractor_answers", DETRACTOR, 1),
    "quality_case": counted("open_cases", OPEN_CASE, 1),
    "internship_broken": counted("broken", PER_BROKEN, MOST_BROKEN),
    "silence": _silence,
}
TEXTS: Mapping[str, str] = {
    "never_raised": "has posted no opportunity yet",
    "reraised_before": "raised again before: {reraised:.0f} ×",
    "experiences_completed": "experiences completed: {completed:.0f}",
    "answers_quickly": "answers most candidates within a week",
    "candidates_wait": "candidates waiting for more than a week: {unanswered:.0f}",
    "personal_contact": "talked with us in the last 30 days: {contacts:.0f} ×",
    "survey_answered": "answered a survey",
    "detractor": "would not recommend us",
    "quality_case": "quality cases open: {open_cases:.0f}",
    "internship_broken": "internships broken: {broken:.0f}",
    "silence": "no sign of life for {silent_days:.0f} days",
}


def score(row: Row) -> Score:
    """What is known (`enablers.row`), as a probability with its reasons."""
    total, reasons = weigh(BASE, WEIGHTS, row)
    return Score(probability(total), BASE, reasons, MODEL)


def in_words(code: str, share: float, row: Row) -> str:
    """A reason as a person reads it."""
    words = TEXTS[code].format_map(_Known(row)) if code in TEXTS else code.replace("_", " ")
    return f"{words} ({share:+.2f})"


class _Known(dict[str, float]):
    """The row for a text: what isn't there is nothing."""

    def __init__(self, row: Row) -> None:
        super().__init__({name: float(value) for name, value in row.items() if value is not None})

    def __missing__(self, key: str) -> float:
        return 0.0
