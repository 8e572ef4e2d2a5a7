"""The life of an invitation: invited, delivered, then answered once, or over."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from shared.errors import Conflict, Refusal


class State(StrEnum):
    """`expired` is never stored: it follows from the clock."""

    invited = "invited"
    delivered = "delivered"
    answered = "answered"
    cancelled = "cancelled"
    expired = "expired"


OPEN = frozenset({State.invited, State.delivered})


class AnsweredAlready(Conflict):
    code = "answered-already"
    title = "This survey is answered already"


class SurveyOver(Refusal):
    """The link was right once; nobody can answer by it any more."""

    status = 410
    code = "survey-over"
    title = "This survey is over"


def state_now(stored: State, expires_at: datetime, now: datetime) -> State:
    """The state that people see at this moment."""
    return State.expired if stored in OPEN and now >= expires_at else stored


def check_open(stored: State, expires_at: datetime, now: datetime) -> None:
    """Nothing when it can be answered now; else AnsweredAlready (409) or SurveyOver (410)."""
    match state_now(stored, expires_at, now):
        case State.answered:
            raise AnsweredAlready("Each invitation takes one answer, and this one has it.")
        case State.expired:
            raise SurveyOver("The time to answer has passed.")
        case State.cancelled:
            raise SurveyOver("The invitation was taken back.")


def too_late(end_on: date, today: date, days: int) -> bool:
    """Whether an experience ended so long ago that an invitation of that time couldn't be answered any more.

    A committee that brings the years before with it must not have all its returnees asked at once.
    """
    return today > end_on + timedelta(days=days)


def expiry(now: datetime, days: int) -> datetime:
    """The moment (business time) from which an invitation can't be answered any more."""
    return now + timedelta(days=days)
