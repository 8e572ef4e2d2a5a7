"""Experience at risk: what went late, hard or silent in a stay so far, and how likely it goes wrong from here.

A stay goes wrong when the EP is a detractor of it, when the EP has a quality case, or when it is broken off; until
`SETTLED_AFTER` its end. What the signs are worth is set by hand until stays have ended (see `PRIOR`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.scoring.policy.learning import Prior, Row
from services.scoring.policy.rules import DIGITS, counted, log_odds, number

RULES = "risk-rules-1"  # the name of the model before anything was learned
SETTLED_AFTER = timedelta(days=60)  # as long as an EP may answer or complain after the end
WAIT = timedelta(days=7)  # a question, a survey or a paper that nobody took up for so long is a silence
LOOK_EVERY = timedelta(days=3)
MARKS = (0.1, 0.5, 0.9)  # of a stay's days: what is learned from is how it looked then


class Sign(StrEnum):
    """What was heard of a stay; the `subject` tells which standard, task, question, survey or paper it is about."""

    standard_missed = "standard_missed"
    standard_kept = "standard_kept"
    standard_kept_late = "standard_kept_late"
    standard_denied = "standard_denied"
    standard_confirmed = "standard_confirmed"
    task_overdue = "task_overdue"
    task_done = "task_done"
    question_asked = "question_asked"
    question_overdue = "question_overdue"
    question_answered = "question_answered"
    facts_missing = "facts_missing"
    facts_complete = "facts_complete"
    survey_sent = "survey_sent"
    survey_answered = "survey_answered"
    paper_sent = "paper_sent"
    paper_opened = "paper_opened"
    effort = "effort"
    satisfaction = "satisfaction"
    bounced = "bounced"
    dates_changed = "dates_changed"


class Level(StrEnum):
    """How much a stay is worth a look. `unknown`: the model says nothing that one should act on."""

    unknown = "unknown"
    calm = "calm"
    watch = "watch"
    alarm = "alarm"


class End(StrEnum):
    """How a stay turned out."""

    well = "well"
    detractor = "detractor"
    case = "case"
    broken = "broken"


@dataclass(frozen=True, slots=True)
class Seen:
    """One sign. `value` is on a scale of 0 (good) to 1 (bad), where the sign has one."""

    sign: Sign
    subject: str
    at: datetime
    known_at: datetime
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """What the numbers need of a stay: its days in the host's zone."""

    application_id: UUID
    start_on: date
    end_on: date


def harm(metric: str, score: int) -> float:
    """A score of effort or satisfaction, from 0 (good) to 1 (bad): ces1 1–5 low is good, ces2 1–7 and csat 1–5 high."""
    low, high, good_is_high = {"ces1": (1, 5, False), "ces2": (1, 7, True), "csat": (1, 5, True)}[metric]
    share = (score - low) / (high - low)
    return round(1 - share if good_is_high else share, 3)


# Each sign that something is open, and what closes it.
CLOSED_BY: Mapping[Sign, frozenset[Sign]] = {
    Sign.standard_missed: frozenset({Sign.standard_kept, Sign.standard_kept_late}),
    Sign.standard_denied: frozenset({Sign.standard_confirmed}),
    Sign.task_overdue: frozenset({Sign.task_done}),
    Sign.question_overdue: frozenset({Sign.question_answered}),
    Sign.facts_missing: frozenset({Sign.facts_complete}),
}
WAITED_FOR: Mapping[Sign, frozenset[Sign]] = {
    Sign.survey_sent: frozenset({Sign.survey_answered}),
    Sign.paper_sent: frozenset({Sign.paper_opened}),
}


def row_of(stay: Stay, signs: Iterable[Seen], moment: datetime, today: date) -> Row:
    """The numbers of a stay by what was known at `moment`, `today` at the host. None is unknown, which is not 0.

    Any order and any repetition of the same signs give the same row.
    """
    known = {seen for seen in signs if seen.at <= moment and seen.known_at <= moment}
    then = sorted(known, key=lambda seen: (seen.at, seen.known_at, seen.sign, seen.subject, str(seen.value)))
    days = max((stay.end_on - stay.start_on).days, 1)
    return {
        "standards_missed": _open(then, Sign.standard_missed),
        "standards_late": _count(then, Sign.standard_kept_late),
        "standards_denied": _open(then, Sign.standard_denied),
        "tasks_overdue": _open(then, Sign.task_overdue),
        "questions_overdue": _open(then, Sign.question_overdue),
        "questions_asked": _count(then, Sign.question_asked),
        "facts_missing": _open(then, Sign.facts_missing),
        "surveys_unanswered": _waiting(then, Sign.survey_sent, moment),
        "papers_unopened": _waiting(then, Sign.paper_sent, moment),
        "effort": _newest(then, Sign.effort),
        "dissatisfaction": _worst(then, Sign.satisfaction),
        "bounced": _count(then, Sign.bounced),
        "dates_changed": _count(then, Sign.dates_changed),
        "elapsed": round(min(max((today - stay.start_on).days / days, -1.0), 2.0), 3),
    }


def _last(then: Sequence[Seen], signs: Iterable[Sign]) -> dict[str, Sign]:
    """The last of these signs for each subject."""
    wanted = frozenset(signs)
    return {seen.subject: seen.sign for seen in then if seen.sign in wanted}


def _open(then: Sequence[Seen], sign: Sign) -> int:
    return sum(last is sign for last in _last(then, {sign} | CLOSED_BY[sign]).values())


def _waiting(then: Sequence[Seen], sign: Sign, moment: datetime) -> int:
    """What went out long enough ago and was never taken up."""
    taken = {seen.subject for seen in then if seen.sign in WAITED_FOR[sign]}
    sent = {seen.subject for seen in then if seen.sign is sign and seen.at <= moment - WAIT}
    return len(sent - taken)


def _count(then: Sequence[Seen], sign: Sign) -> int:
    return len({(seen.subject, seen.at) for seen in then if seen.sign is sign})


def _newest(then: Sequence[Seen], sign: Sign) -> float | None:
    values = [seen.value for seen in then if seen.sign is sign and seen.value is not None]
    return values[-1] if values else None


def _worst(then: Sequence[Seen], sign: Sign) -> float | None:
    return max((seen.value for seen in then if seen.sign is sign and seen.value is not None), default=None)


# --- what signs are worth before any stay has ended

BASE = 0.12  # by hand: detractors and complaints together; no figure of the field is known
MOST = 3


def _scale(name: str, worth: float) -> Callable[[Row], float]:
    """From −worth/2 at 0 (good) to +worth at 1 (bad); nothing while it isn't known."""

    def weigh(row: Row) -> float:
        value = row.get(name)
        return 0.0 if value is None else worth * (1.5 * float(value) - 0.5)

    return weigh


PRIOR = Prior(
    round(log_odds(BASE), DIGITS),
    {
        "standards_missed": counted("standards_missed", 0.35, MOST),
        "standards_late": counted("standards_late", 0.10, MOST),
        "standards_denied": counted("standards_denied", 0.90, MOST),
        "tasks_overdue": counted("tasks_overdue", 0.15, MOST),
        "questions_overdue": counted("questions_overdue", 0.60, MOST),
        "facts_missing": counted("facts_missing", 0.15, MOST),
        "surveys_unanswered": counted("surveys_unanswered", 0.25, 2),
        "papers_unopened": counted("papers_unopened", 0.15, 2),
        "effort": _scale("effort", 1.40),
        "dissatisfaction": _scale("dissatisfaction", 1.40),
        "bounced": counted("bounced", 0.20, 1),
        "dates_changed": counted("dates_changed", 0.10, 2),
    },
)

TEXTS: Mapping[str, Callable[[Row], str]] = {
    "standards_missed": lambda row: f"{_times(row, 'standards_missed', 'standard')} not kept in time",
    "standards_late": lambda row: f"{_times(row, 'standards_late', 'standard')} kept late",
    "standards_denied": lambda row: f"{_times(row, 'standards_denied', 'standard')} not kept, says the EP",
    "tasks_overdue": lambda row: f"{_times(row, 'tasks_overdue', 'task')} of ours overdue",
    "questions_overdue": lambda row: f"{_times(row, 'questions_overdue', 'question')} without an answer in time",
    "questions_asked": lambda row: f"{_times(row, 'questions_asked', 'question')} asked",
    "facts_missing": lambda row: f"facts missing for {_times(row, 'facts_missing', 'message')}",
    "surveys_unanswered": lambda row: f"{_times(row, 'surveys_unanswered', 'survey')} unanswered for a week",
    "papers_unopened": lambda row: f"{_times(row, 'papers_unopened', 'document')} unopened for a week",
    "effort": lambda row: f"effort {number(row, 'effort'):.0%} of the worst",
    "dissatisfaction": lambda row: f"dissatisfaction {number(row, 'dissatisfaction'):.0%} of the worst",
    "bounced": lambda row: "messages come back",
    "dates_changed": lambda row: f"dates changed {_times(row, 'dates_changed', 'time')}",
    "elapsed": lambda row: f"{number(row, 'elapsed'):.0%} of the stay is over",
}


def _times(row: Row, name: str, one: str) -> str:
    count = int(number(row, name))
    return f"{count} {one if count == 1 else one + 's'}"


def in_words(code: str, share: float, row: Row) -> str:
    """A reason as a person reads it: `2 questions without an answer in time (+1.20)`."""
    told = TEXTS[code](row) if code in TEXTS else code.replace("_", " ")
    return f"{told} ({share:+.2f})"


# --- what follows from a risk


def level_of(risk: float, abstains: str | None, before: Level, watch: float, alarm: float) -> Level:
    """An alarm holds until the risk is below `watch` again: a stay doesn't flicker."""
    if abstains:
        return Level.unknown
    if risk >= alarm or (before is Level.alarm and risk >= watch):
        return Level.alarm
    return Level.watch if risk >= watch else Level.calm


def marks(stay: Stay) -> list[date]:
    """The days at which a stay is learned from."""
    days = (stay.end_on - stay.start_on).days
    return [stay.start_on + timedelta(days=round(days * share)) for share in MARKS]


def settled_on(stay: Stay) -> date:
    """From this day on, a stay of which nothing bad was heard has gone well."""
    return stay.end_on + SETTLED_AFTER
