"""What a report is asked, and which questions make sense."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from services.applications.policy.reasons import OURS
from shared.contracts.applications import Product, RejectionReason
from shared.contracts.fields import Side
from shared.errors import FieldError

LONGEST_DAYS = 3_700  # ten years, and the weeks that stick out
MOST_WEEKS_DAYS = 1_100  # three years by the week


class Grain(StrEnum):
    """How long a period is; weeks begin on Monday."""

    year = "year"
    quarter = "quarter"
    month = "month"
    week = "week"


class Grouping(StrEnum):
    """What each period is split by. An entity stands for its whole subtree."""

    none = "none"
    entity = "entity"
    product = "product"
    country = "country"


class Clock(StrEnum):
    """By which date something counts: the day from which it holds, or the day (UTC) on which it was recorded."""

    effective = "effective"
    recorded = "recorded"


@dataclass(frozen=True, slots=True)
class Moment:
    """As known at `known_at`, on day `as_of`; None is as known now, and with everything that is known."""

    as_of: date | None = None
    known_at: datetime | None = None

    def __bool__(self) -> bool:
        return self.as_of is not None or self.known_at is not None


@dataclass(frozen=True, slots=True)
class Question:
    """A report's period (both days included), how it is split, what it is about, and as of when."""

    since: date
    until: date
    by: Grain = Grain.month
    group: Grouping = Grouping.none
    clock: Clock = Clock.effective
    side: Side = Side.sending
    entity: UUID | None = None
    product: Product | None = None
    country: str | None = None
    moment: Moment = Moment()


def question_errors(question: Question) -> list[FieldError]:
    """Why this can't be answered; empty when it can."""
    days = (question.until - question.since).days + 1
    most = MOST_WEEKS_DAYS if question.by is Grain.week else LONGEST_DAYS
    if days < 1:
        return [FieldError("query:until", "the period ends before it begins")]
    if days > most:
        return [FieldError("query:until", f"at most {most} days by the {question.by}")]
    return []


def end_of(day: date) -> datetime:
    """The last moment of a day (UTC): what was recorded by then was known on that day."""
    return datetime.combine(day + timedelta(days=1), time(0), UTC) - timedelta(microseconds=1)


def ours(reason: str | None) -> bool | None:
    """Whether a rejection was our side's cause; None for a reason that is none of the fixed list's."""
    return RejectionReason(reason) in OURS if reason in set(RejectionReason) else None
