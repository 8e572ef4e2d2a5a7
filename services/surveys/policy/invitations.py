"""The life of an invitation: invited, delivered, then answered once, or over."""

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from services.surveys.policy.programmes import Reminders
from shared.errors import Conflict, Refusal
from shared.zones import to_utc


class State(StrEnum):
    """`expired` is never stored: it follows from the clock. `undelivered`: its mail can't arrive; the link works."""

    invited = "invited"
    delivered = "delivered"
    undelivered = "undelivered"
    answered = "answered"
    cancelled = "cancelled"
    expired = "expired"


OPEN = frozenset({State.invited, State.delivered, State.undelivered})


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


def reachable(delivered: bool) -> State:
    """The state of an open invitation that nothing stands in the way of."""
    return State.delivered if delivered else State.invited


def expiry(now: datetime, days: int) -> datetime:
    """The moment (business time) from which an invitation can't be answered any more."""
    return now + timedelta(days=days)


SECONDS_A_QUESTION = 12
RESEND_AFTER = timedelta(hours=24)


def minutes_of(questions: int) -> int:
    """How long answering takes, about, in whole minutes, at least one."""
    return max(1, -(-questions * SECONDS_A_QUESTION // 60))


def reminder_at(reminders: Reminders, sent: int, last: datetime, expires_at: datetime, zone: str) -> datetime | None:
    """The wall time in this zone of the next reminder, `gap_days` after the last letter; None when there is none."""
    if sent >= reminders.most:
        return None
    local = last.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(days=reminders.gap_days)
    return local if to_utc(local, zone) < expires_at else None


def check_resend(last: datetime, now: datetime) -> None:
    """Nobody gets the same letter twice within a day."""
    if now < last + RESEND_AFTER:
        raise Conflict(f"A letter went out at {last:%Y-%m-%d %H:%M} UTC; wait a day.", code="asked-just-now")
