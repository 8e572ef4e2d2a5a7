"""Rules of questions: who answers, by when, and what state an answer leaves them in."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from services.notifications.policy.plan import Audience
from shared.contracts.fields import Side


class QuestionState(StrEnum):
    """`open` waits for an answer, `answered` for the asker, `closed` for nobody; a new message opens it again."""

    open = "open"
    answered = "answered"
    closed = "closed"


# What these tell is arranged by one side, whenever it is asked about (customer flow, "who does it").
HOSTS = frozenset(
    {"pickup-information", "host-contact", "first-day-reminder", "departure-document", "departure-checklist",
     "ips-invitation", "responsibilities-and-goals", "buddy-briefing", "host-family-briefing"}
)  # fmt: skip
SENDERS = frozenset(
    {"visa-papers", "insurance-papers", "policies-papers", "purpose-papers", "ops-invitation", "payment-and-contract",
     "interview-preparation", "reintegration-invitation", "next-steps", "showcasing-invitation", "application-received",
     "returnee-invitation", "application-accepted", "application-rejected"}
)  # fmt: skip


def side_for(
    audience: Audience, touchpoint: str | None, start_on: date | None, end_on: date | None, today: date
) -> Side:
    """Which committee answers: the host's people ask the host; an EP by what was replied to, else by the date."""
    if audience is not Audience.ep:
        return Side.hosting
    if touchpoint in HOSTS:
        return Side.hosting
    if touchpoint in SENDERS:
        return Side.sending
    during = start_on is not None and start_on <= today and (end_on is None or today <= end_on)
    return Side.hosting if during else Side.sending


def answer_due(asked: datetime, hours: float, zone: str, opens: time, closes: time, days: Iterable[int]) -> datetime:
    """The moment by which an answer is due, as wall time of the zone: so many working hours after it was asked.

    `days` are the working days, 0 is Monday. Hours are counted on the wall clock: a change of it lies outside them.
    """
    working = frozenset(days)
    left = timedelta(hours=hours)
    at = asked.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    length = datetime.combine(date.min, closes) - datetime.combine(date.min, opens)
    if not working or length <= timedelta() or left < timedelta():
        raise ValueError("there are no working hours")
    while True:
        opening = datetime.combine(at.date(), opens)
        closing = datetime.combine(at.date(), closes)
        begin = max(at, opening)
        if at.weekday() in working and begin < closing:
            if begin + left <= closing:
                return begin + left
            left -= closing - begin
        at = datetime.combine(at.date() + timedelta(days=1), time())
