"""`rules-1`: the chance that a lead gets approved, in log-odds that add up; needs no outcome of our own.

The base and three of the four rungs are the field's own figures; all other weights are set by hand and say no more
than a direction and a rough size, until outcomes teach better.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import exp, fsum, log
from typing import Any
from zoneinfo import ZoneInfo

from services.scoring.policy.features import Features, Stage

MODEL, TRANSITION = "rules-1", "approved"
DIGITS = 4  # of a term in log-odds: what is shown is what is added
LEAST_MOVE = 0.005
LOOK_EVERY = timedelta(days=7)
Row = Mapping[str, Any]  # features by name; None or absent is unknown
Weights = Mapping[str, Callable[[Row], float]]  # what each reason is worth in log-odds, of a row


def log_odds(probability: float) -> float:
    return log(probability / (1 - probability))


def probability(odds: float) -> float:
    return 1 / (1 + exp(-odds))


# The field: approved per sign-up 22–26 %, approved per accepted 39–58 %, approved per signed acceptance note 88.5 %.
APPROVED_PER_SIGN_UP, APPROVED_PER_ACCEPTED, APPROVED_PER_SIGNED = 0.24, 0.485, 0.885
# By hand: some who sign up never apply, so those who do stand above the base; one approval of two is nearly there.
APPROVED_PER_APPLICANT, APPROVED_PER_HALF_APPROVED = 0.30, 0.94

BASE = round(log_odds(APPROVED_PER_SIGN_UP), DIGITS)
RUNGS: Mapping[Stage, tuple[str, float]] = {
    Stage.applied: ("applied", APPROVED_PER_APPLICANT),
    Stage.accepted: ("accepted", APPROVED_PER_ACCEPTED),
    Stage.signed: ("acceptance_note_signed", APPROVED_PER_SIGNED),
    Stage.half_approved: ("approved_by_one_side", APPROVED_PER_HALF_APPROVED),
}
PER_VISIT, PER_OPPORTUNITY, PER_FORM, PER_MAIL, PER_CONTACT = 0.20, 0.35, 0.25, 0.10, 0.35
PER_APPLICATION = 0.25
PER_REJECTION, PER_REJECTION_BY_US, PER_WITHDRAWAL, MOST_ENDS = -0.35, -0.05, -0.25, 3
PER_SILENT_DAY, SILENT_FROM = -0.03, 7
ANSWERED, DETRACTOR, OPEN_CASE = 0.10, -0.40, -0.30


@dataclass(frozen=True, slots=True)
class Term:
    """One reason: its code and its share of the log-odds."""

    code: str
    log_odds: float


@dataclass(frozen=True, slots=True)
class Score:
    """`log_odds(score)` is `base_log_odds` plus the log-odds of all reasons; the heaviest reason comes first."""

    score: float
    base_log_odds: float
    reasons: tuple[Term, ...]
    model: str = MODEL


def score(features: Features) -> Score:
    """What is known, as a probability with its reasons; a term that is nothing is no reason."""
    total, reasons = weigh(BASE, WEIGHTS, features.row)
    return Score(probability(total), BASE, reasons)


def weigh(base: float, weights: Weights, row: Row) -> tuple[float, tuple[Term, ...]]:
    """The log-odds, and the reasons that they are made of besides the base; the heaviest first."""
    terms = [Term(code, round(weight(row), DIGITS)) for code, weight in weights.items()]
    reasons = sorted((term for term in terms if term.log_odds), key=lambda term: (-abs(term.log_odds), term.code))
    return fsum([base, *(term.log_odds for term in reasons)]), tuple(reasons)


def number(row: Row, name: str) -> float:
    """A number of the row; what is not known counts as nothing."""
    value = row.get(name)
    return float(value) if value is not None else 0.0


def faded(name: str, each: float) -> Callable[[Row], float]:
    """So much times the logarithm of one more than the number: what comes on top is worth less and less."""
    return lambda row: each * log(1 + number(row, name))


def counted(name: str, each: float, most: int) -> Callable[[Row], float]:
    """So much log-odds for each, up to `most` of them."""
    return lambda row: each * min(number(row, name), most)


def _rung(stage: Stage, share: float, below: float) -> Callable[[Row], float]:
    """One rung of the climb from the base to the figure of a stage."""
    step = log_odds(share) - log_odds(below)
    return lambda row: step if number(row, "stage") >= stage else 0.0


def _rungs() -> dict[str, Callable[[Row], float]]:
    found, below = {}, APPROVED_PER_SIGN_UP
    for stage, (code, share) in RUNGS.items():
        found[code] = _rung(stage, share, below)
        below = share
    return found


# The field's 12 % accepted per application is already in the base (a sign-up applies about four times): more
# applications at once are worth a little, not the whole of 1 − 0.88ⁿ.
WEIGHTS: Weights = {
    "visits": faded("visits_weight", PER_VISIT),
    "opportunities_viewed": faded("opportunities_weight", PER_OPPORTUNITY),
    "forms_started": faded("forms_weight", PER_FORM),
    "mail_read": faded("mails_weight", PER_MAIL),
    "personal_contact": faded("contacts_weight", PER_CONTACT),
    "silence": lambda row: PER_SILENT_DAY * max(0.0, number(row, "silent_days") - SILENT_FROM),
    **_rungs(),
    "more_applications": lambda row: PER_APPLICATION * log(max(1.0, number(row, "live_applications"))),
    "rejected_candidate_side": counted("rejected_candidate_side", PER_REJECTION, MOST_ENDS),
    "rejected_our_side": counted("rejected_our_side", PER_REJECTION_BY_US, MOST_ENDS),
    "withdrawn": counted("withdrawn", PER_WITHDRAWAL, MOST_ENDS),
    "survey_answered": counted("surveys", ANSWERED, 1),
    "detractor": counted("detractor_answers", DETRACTOR, 1),
    "quality_case": counted("open_cases", OPEN_CASE, 1),
}


def worth_saying(before: Score | None, after: Score) -> bool:
    """Whether others should hear of it: the first score, one that moved, or one with other reasons for or against."""
    if before is None or before.model != after.model:
        return True
    return abs(after.score - before.score) >= LEAST_MOVE or _signs(before) != _signs(after)


def _signs(scored: Score) -> dict[str, bool]:
    return {term.code: term.log_odds > 0 for term in scored.reasons}


def evidence(outcomes: int) -> str:
    """What stands behind the score, honestly: rules have learned from nothing."""
    if not outcomes:
        return "rules, no own outcomes yet"
    return f"rules; {outcomes} own outcome{'' if outcomes == 1 else 's'} seen, none learned from yet"


def next_look(moment: datetime, zone: str) -> datetime:
    """When a lead is looked at again without any event: in a week, at night where the person lives (wall time)."""
    return datetime.combine((moment.astimezone(ZoneInfo(zone)) + LOOK_EVERY).date(), time(3))


# --- reasons in words


def _times(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


TEXTS: Mapping[str, Callable[[Features], str]] = {
    "visits": lambda f: f"{_times(f.visits, 'visit')} in the last 14 days",
    "opportunities_viewed": lambda f: (
        f"visited {_times(f.opportunities, 'opportunity', 'opportunities')} in the last 14 days"
    ),
    "forms_started": lambda f: f"started {_times(f.forms, 'form')} in the last 14 days",
    "mail_read": lambda f: f"opened or clicked {_times(f.mails, 'time')} in e-mails in the last 14 days",
    "personal_contact": lambda f: f"{_times(f.contacts, 'personal contact')} in the last 30 days",
    "silence": lambda f: f"no sign of life for {int(f.silent_days)} days" + (" or more" if f.silent_days >= 30 else ""),
    "applied": lambda _: "has applied",
    "more_applications": lambda f: f"{_times(f.live_applications, 'application')} at the same time",
    "accepted": lambda _: "an application is accepted",
    "acceptance_note_signed": lambda _: "the acceptance note is signed",
    "approved_by_one_side": lambda _: "one side has approved",
    "rejected_candidate_side": lambda f: f"{_times(f.rejected_candidate_side, 'rejection')} because of the candidate",
    "rejected_our_side": lambda f: f"{_times(f.rejected_our_side, 'rejection')} for causes on our side",
    "withdrawn": lambda f: f"withdrew {_times(f.withdrawn, 'application')}",
    "survey_answered": lambda f: f"answered {_times(f.surveys, 'survey')}",
    "detractor": lambda _: "would not recommend us",
    "quality_case": lambda f: f"{_times(f.open_cases, 'quality case')} open",
}


def in_words(code: str, share: float, features: Features) -> str:
    """A reason as a person reads it: `visited 5 opportunities in the last 14 days (+0.62)`."""
    words = TEXTS[code](features) if code in TEXTS else code.replace("_", " ")
    return f"{words} ({share:+.2f})"
